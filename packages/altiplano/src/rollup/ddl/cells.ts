import type { Figure } from '../../resource/rollup.ts';
import { name } from '../../sql/text.ts';
import { countsRows, dawn, fitName, horizon, isWindow, type Shape, splitName } from './shape.ts';

/** How base rows are put together again: expressions over arrays of cells, in the order of the shape's columns. */
export interface Arrays {
  /** Reference to an array column of the figure: what is added up. */
  readonly of: (figure: Figure, role: string) => string;
}

export function oldestOf(figure: Figure): string {
  return figure.time?.kind === 'month' ? 'altiplano.oldest_month()' : horizon(figure);
}

/** One lateral for each figure with time: its arrays merged, split where crowded, compacted. */
export function mergedCells(shape: Shape, arrays: Arrays, split: (figure: Figure, cells: string) => string): string {
  return shape.rollup.figures
    .flatMap((figure) => {
      const alias = name(`${figure.name}_cells`);
      const of = (role: string) => arrays.of(figure, role);
      if (figure.time?.kind === 'month') {
        return `cross join lateral altiplano.merge_months(
  ${of('month')}, ${of('value')}, ${oldestOf(figure)}) ${alias}`;
      }
      if (!isWindow(figure)) return [];
      const merged = name(`${figure.name}_merged`);
      const value = countsRows(figure) ? 'null' : of('value');
      return `cross join lateral altiplano.merge_cells(
  ${of('since')}, ${of('until')}, ${of(countsRows(figure) ? 'value' : 'rows')}, ${value},
  ${oldestOf(figure)}) ${merged}
cross join lateral altiplano.compact_cells(
  ${split(figure, `row(${merged}.since, ${merged}.until, ${merged}.rows, ${merged}.value)::altiplano.cells`)}, now(), ${dawn(figure)}) ${alias}`;
    })
    .join('\n');
}

/** A column of the base row out of the laterals above. */
export function mergedColumn(column: Shape['columns'][number]): string {
  const { figure, role, type } = column;
  const from = role === 'value' && isWindow(figure) && countsRows(figure) ? 'rows' : role;
  const reference = `${name(`${figure.name}_cells`)}.${from}`;
  return role === 'value' && from === 'value' && type === 'bigint[]' ? `${reference}::bigint[]` : reference;
}

export function splitCall({ rollup, key }: Shape, row: string) {
  return (figure: Figure, cells: string): string =>
    `${name(splitName(rollup, figure))}(${key.map((column) => `${row}.${name(column)}`).join(', ')}, ${cells})`;
}

/** One lateral for each figure with time, over a row of arrays whose cells were not put together with others yet. */
export function fittedCells({ rollup, key }: Shape, row: string): string {
  return rollup.figures
    .flatMap((figure) => {
      const alias = name(`${figure.name}_cells`);
      const of = (role: string) => `${row}.${name(`${figure.name}_${role}`)}`;
      if (figure.time?.kind === 'month')
        return `cross join lateral altiplano.merge_months(${of('month')}, ${of('value')}, ${oldestOf(figure)}) ${alias}`;
      if (!isWindow(figure)) return [];
      const rows = of(countsRows(figure) ? 'value' : 'rows');
      const value = countsRows(figure) ? 'null' : of('value');
      const cells = `row(${of('since')}, ${of('until')}, ${rows}, ${value})::altiplano.cells`;
      const keys = key.map((column) => `${row}.${name(column)}`).join(', ');
      return `cross join lateral ${name(fitName(rollup, figure))}(${keys},\n  ${cells}) ${alias}`;
    })
    .join('\n');
}
