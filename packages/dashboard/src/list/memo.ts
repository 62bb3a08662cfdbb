import { Component, type ComponentChildren, type FunctionComponent, h } from 'preact';

/** Draws again only when a property is another one (preact has this in its React layer alone, which is not loaded). */
export function memo<Props extends object>(draw: (props: Props) => ComponentChildren): FunctionComponent<Props> {
  class Remembered extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== this.props[key]);
    }
    override render(props: Props): ComponentChildren {
      return draw(props);
    }
  }
  return (props) => h(Remembered, props as never);
}
