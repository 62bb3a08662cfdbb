import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useKeys } from '../navigation/use-keys.ts';
import { type Column, cellClass } from './column.ts';
import { GridRow } from './grid-row.tsx';
import { reveal, windowOf } from './window.ts';

export interface GridProps<Row> {
  readonly label: string;
  /** The list's own class: its columns are laid out in the style sheet. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  readonly hrefOf: (row: Row) => string | null;
  readonly selected?: string | null;
  /** Drawn between the heading and the first row, scrolled with neither. */
  readonly below?: ComponentChildren;
}

/**
 * A table of any length, of which only what is seen is drawn. `j` and `k` choose a row, Enter opens it; the focus stays on the table, which says
 * the chosen row to a screen reader.
 */
export function Grid<Row>(props: GridProps<Row>): JSX.Element {
  const { rows, columns, rowHeight, keyOf, hrefOf, label, name } = props;
  const body = useRef<HTMLDivElement>(null);
  const [{ top, height }, setSeen] = useState({ top: 0, height: 600 });
  const [chosen, setChosen] = useState<string | null>(null);
  useAnchor(body, rows, rowHeight, keyOf);
  useHeight(body, (next) => setSeen((seen) => ({ ...seen, height: next })));

  const current = props.selected ?? chosen;
  const move = (by: number): void => {
    const at = current === null ? -1 : rows.findIndex((row) => keyOf(row) === current);
    const next = at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by));
    const row = rows[next];
    if (row === undefined) return;
    setChosen(keyOf(row));
    // Each row passed by is no place to come back to.
    if (props.selected !== undefined) open(hrefOf(row), 'instead');
    body.current?.scrollTo({ top: reveal(next, { rowHeight, top: body.current.scrollTop, height }) });
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    g: () => move(-rows.length),
    G: () => move(rows.length),
    Enter: () => {
      const row = rows.find((each) => keyOf(each) === current) ?? rows[0];
      if (row !== undefined) open(hrefOf(row));
    },
  });

  const { first, end } = windowOf({ count: rows.length, rowHeight, top, height });
  const idOf = (key: string) => `${name}-${key}`;
  return (
    <div
      class={`grid ${name}${rows.length * rowHeight <= height ? ' fits' : ''}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={current === null ? undefined : idOf(current)}
      tabIndex={0}
    >
      <div class="grid-head" role="row" aria-rowindex={1}>
        {columns.map(({ title, name: column, numeric }) => (
          <span role="columnheader" class={cellClass(column, numeric)} key={column}>
            {title}
          </span>
        ))}
      </div>
      {props.below}
      <div
        class="grid-body"
        ref={body}
        onScroll={({ currentTarget }) => setSeen({ top: currentTarget.scrollTop, height })}
      >
        <div class="grid-rows" style={{ height: `${rows.length * rowHeight}px` }}>
          {rows.slice(first, end).map((row, index) => (
            <GridRow
              key={keyOf(row)}
              id={idOf(keyOf(row))}
              row={row}
              columns={columns as readonly Column<unknown>[]}
              place={first + index}
              rowHeight={rowHeight}
              chosen={keyOf(row) === current}
              href={hrefOf(row)}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function open(href: string | null, how: 'after' | 'instead' = 'after'): void {
  if (href === null) return;
  if (how === 'instead') location.replace(href);
  else location.hash = href;
}

/** Rows that come in above what is read must not push it down. */
function useAnchor<Row>(
  body: { readonly current: HTMLDivElement | null },
  rows: readonly Row[],
  rowHeight: number,
  keyOf: (row: Row) => string,
): void {
  const last = useRef<string | null>(null);
  useLayoutEffect(() => {
    const [first] = rows;
    const before = last.current;
    last.current = first === undefined ? null : keyOf(first);
    const list = body.current;
    if (list === null || before === null || before === last.current || list.scrollTop < rowHeight) return;
    const pushed = rows.findIndex((row) => keyOf(row) === before);
    if (pushed > 0) list.scrollTop += pushed * rowHeight;
  }, [rows, rowHeight, keyOf, body]);
}

function useHeight(body: { readonly current: HTMLDivElement | null }, tell: (height: number) => void): void {
  useLayoutEffect(() => {
    const list = body.current;
    if (list === null) return;
    const observer = new ResizeObserver(() => tell(list.clientHeight));
    observer.observe(list);
    tell(list.clientHeight);
    return () => observer.disconnect();
  }, []);
}
