import type { JSX } from 'preact';
import { type Column, cellClass } from './column.ts';
import { memo } from './memo.ts';

interface GridRowProps {
  readonly id: string;
  readonly row: unknown;
  readonly columns: readonly Column<unknown>[];
  readonly place: number;
  readonly rowHeight: number;
  readonly chosen: boolean;
  readonly href: string | null;
}

export const GridRow = memo(function GridRow(props: GridRowProps): JSX.Element {
  const { id, row, columns, place, rowHeight, chosen, href } = props;
  const follow = (event: MouseEvent): void => {
    // A link inside goes where it leads, and text that is being marked goes nowhere.
    const marked = getSelection()?.isCollapsed === false;
    if (href === null || marked || (event.target as Element).closest('a, button') !== null) return;
    location.hash = href;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter is the grid's.
    <div
      id={id}
      role="row"
      aria-rowindex={place + 2}
      aria-selected={chosen}
      class={`grid-row${chosen ? ' chosen' : ''}${href === null ? '' : ' opens'}`}
      style={{ transform: `translateY(${place * rowHeight}px)`, height: `${rowHeight}px` }}
      onClick={follow}
    >
      {columns.map(({ name, numeric, cell }) => (
        <span role="gridcell" class={cellClass(name, numeric)} key={name}>
          {cell(row)}
        </span>
      ))}
    </div>
  );
});
