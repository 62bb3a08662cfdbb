import type { Rollup } from '../resource/rollup.ts';
import { orderValue } from '../sql/aggregate.ts';
import { indent, list, name } from '../sql/text.ts';
import { emptyOrder, livesOf, orderColumns } from './ddl/order-columns.ts';
import { type ColumnTypes, shapeOf } from './ddl/shape.ts';

/** Columns that ordering by figures needs, and the figures that each follows from. */
export function placedNames(rollup: Rollup): readonly { column: string; parts: readonly string[] }[] {
  if (rollup.orders.length === 0) return [];
  return [{ column: 'live', parts: [] }, ...orderColumns({ rollup })];
}

/** A lateral `placed` over the parent `p`: each of these as it is kept and, named `<name>_now`, as it should be. */
export function placedFigures(rollup: Rollup, types: ColumnTypes): string {
  if (rollup.orders.length === 0) return '';
  const shape = shapeOf(rollup, types);
  const [tenant, parent] = shape.key.map(name);
  const ofParent = (alias: string) => `${alias}.${tenant} = p.${tenant} and ${alias}.${parent} = p.${parent}`;
  const changes = `select coalesce(sum(d.live), 0) from ${name(`${rollup.name}_delta`)} d
    where ${ofParent('d')} and pg_visible_in_snapshot(d.writer, b.folded) is not true`;
  const columns = [
    `coalesce(b.live, 0) + (${changes}) as live`,
    `${livesOf(shape, 'p')} as live_now`,
    ...orderColumns(shape).flatMap((one) => [
      `coalesce(b.${name(one.column)}, ${emptyOrder(one)}) as ${name(one.column)}`,
      `${orderValue(one.measure, ...one.parts.map((part) => `coalesce(b.${name(part)}, 0)`))} as ${name(`${one.column}_now`)}`,
    ]),
  ];
  return `cross join lateral (
  select ${indent(list(columns)).trimStart()}
  from (select) one
  left join ${name(rollup.name)} b on ${ofParent('b')}
) placed`;
}
