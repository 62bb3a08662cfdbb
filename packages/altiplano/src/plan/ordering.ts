import type { ChosenOrder } from '../resource/ordering.ts';
import type { Resource } from '../resource/resource.ts';
import { orderablesOf, rollupsOf } from '../resource/rollup.ts';
import type { Conditions } from './conditions.ts';
import type { Access, OrderWalk, Target } from './plan.ts';

export { LOOKED_AT, RANK } from '../resource/ranked.ts';

/** What a figure that orders a page goes by in it: no table has a column of that name. */
export const FIGURE_VALUE = 'altiplano_order';

/** Entries of the order's index looked at before hits are; a figure's lead to two rows where a column's lies in one. */
export const WALKED = { column: 5_000, figure: 1_000 } as const;
/** So many hits are fetched and sorted: 30 ms. */
export const SORTED = 5_000;

/** Another order than the resource's own: its own index is walked. Null where the order is the default one, or its reverse. */
export function chooseOrdered(resource: Resource, order: ChosenOrder, conditions: Conditions): Access | null {
  if (isOwn(resource, order)) return null;
  if (conditions.impossible) return { kind: 'nothing' };
  const [first] = order.columns;
  return { kind: 'ordered', walk: walkOf(resource, order), isChecked: isChecked(conditions, first?.column ?? '') };
}

/** In either direction: one index and one numbering serve both. */
function isOwn({ order }: Resource, { columns, figure }: ChosenOrder): boolean {
  return figure === null && columns.every(({ column }, index) => column === order[index]?.column);
}

function walkOf(resource: Resource, { figure }: ChosenOrder): OrderWalk {
  if (figure === null) return { kind: 'column' };
  for (const rollup of rollupsOf(resource)) {
    const found = orderablesOf(rollup).find(({ name }) => name === figure);
    if (found !== undefined) return { kind: 'figure', rollup, figure: found, column: found.column };
  }
  throw new Error(`no rollup keeps ${figure}`); // the declaration was checked
}

/** Whether rows on the way may be passed over; comparisons of the order column bound the walk itself. */
function isChecked(conditions: Conditions, column: string): boolean {
  const { scope, sets, window, ranges, linked, excluded, attributes, any, search } = conditions;
  const compared = [...window, ...ranges].filter((range) => range.column !== column);
  return search !== null || [compared, scope, sets, linked, excluded, attributes, any].flat().length > 0;
}

/** The order columns as statements name them. */
export function targetOrder({ columns, figure }: ChosenOrder): Target['order'] {
  return figure === null
    ? columns
    : columns.map((column, index) => (index === 0 ? { ...column, column: FIGURE_VALUE } : column));
}
