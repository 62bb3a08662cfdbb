import { Component, type ComponentChildren } from 'preact';

interface BoundaryProps {
  readonly children: ComponentChildren;
}

/** A view that cannot show what it was sent says so; the others go on. Another version of the server may send what this page does not know. */
export class Boundary extends Component<BoundaryProps, { readonly message: string | null }> {
  override state = { message: null };
  override componentDidCatch(error: unknown): void {
    this.setState({ message: error instanceof Error ? error.message : String(error) });
  }
  override render() {
    const { message } = this.state;
    if (message === null) return this.props.children;
    return (
      <main class="page" tabIndex={-1}>
        <div class="note trouble" role="alert">
          <strong>This could not be shown.</strong> Is the page as old as the server? Load it again. ({message})
        </div>
      </main>
    );
  }
}
