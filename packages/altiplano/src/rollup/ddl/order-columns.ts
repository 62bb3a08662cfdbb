import { rowsOf } from '../../keep/rows-of.ts';
import { type Ordered, orderablesOf, type Rollup } from '../../resource/rollup.ts';
import { LAST, orderValue } from '../../sql/aggregate.ts';
import { name } from '../../sql/text.ts';
import type { Shape } from './shape.ts';

/** Rows can be found in order of a figure: there is one for every live parent. */
export function isOrdered({ rollup }: Shape): boolean {
  return rollup.orders.length > 0;
}

export function orderedFigures({ rollup }: Pick<Shape, 'rollup'>): readonly Ordered[] {
  return orderablesOf(rollup).filter((one) => rollup.orders.includes(one.name));
}

/** Columns that hold what rows are ordered by, where that is not the figure itself. */
export function orderColumns(shape: Pick<Shape, 'rollup'>): readonly Ordered[] {
  return orderedFigures(shape).filter((one) => one.column !== one.name);
}

/** What a row without children has in such a column. */
export function emptyOrder({ measure }: Ordered): string {
  return measure.kind === 'average' ? LAST : '0';
}

export function orderAssignments(shape: Shape, value: (figure: string) => string): readonly string[] {
  return orderColumns(shape).map(
    ({ measure, parts, column }) =>
      `${name(column)} = ${orderValue(measure, ...parts.map((part) => value(name(part))))}`,
  );
}

/** Whether the parent `alias` is there: where nothing marks rows as deleted, whichever there is. */
export function isThere({ gone }: Rollup, alias: string): string {
  return gone === null ? 'true' : `not ${alias}.${name(gone)}`;
}

/** 1 if the parent of a row is there and not deleted, else 0. */
export function livesOf({ rollup, key }: Shape, alias: string): string {
  const { parent } = rollup;
  const [tenant, child] = key.map(name);
  return `(select count(*) from ${rowsOf(rollup, name(parent.table), 'o')}
      where o.${tenant} = ${alias}.${tenant} and o.${name(parent.key)} = ${alias}.${child} and ${isThere(rollup, 'o')})`;
}

/** Key of every live parent. */
export function liveParents(shape: Shape): string {
  const { parent, source } = shape.rollup;
  const [tenant = ''] = shape.key.map(name);
  return `select o.${tenant}, o.${name(parent.key)} as ${name(source.parent)} from ${rowsOf(shape.rollup, name(parent.table), 'o')} where ${isThere(shape.rollup, 'o')}`;
}

/** Key columns of a parent's row `alias`, named as the rollup has them. */
export function parentKey(shape: Shape, alias: string): string {
  const { parent, source } = shape.rollup;
  return `${alias}.${name(shape.key[0])}, ${alias}.${name(parent.key)} as ${name(source.parent)}`;
}

export function zeros({ columns }: Shape): readonly string[] {
  return ['0', ...columns.map(({ type }) => (type.endsWith('[]') ? "'{}'" : '0'))];
}
