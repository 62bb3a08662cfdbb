import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly title: string;
  /** Names its width and when it is left out on a narrow screen (style/grid.css). */
  readonly name: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

export const cellClass = (name: string, numeric = false): string => `cell cell-${name}${numeric ? ' numeric' : ''}`;
