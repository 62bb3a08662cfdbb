import { parseOrder } from '../resource/order.ts';
import type { ChosenOrder, OrderColumn, Ordering } from '../resource/ordering.ts';
import { RANK } from '../resource/ranked.ts';
import type { Resource } from '../resource/resource.ts';
import { suggest } from './suggest.ts';
import type { Reading } from './values.ts';

export { LOOKED_AT } from '../resource/ranked.ts';

export function defaultOrder({ order }: Resource): ChosenOrder {
  return { columns: order, figure: null };
}

/** The best first, then by key. */
export function rankOrder({ key, keyType }: Resource): ChosenOrder {
  const rank: OrderColumn = { column: RANK, direction: 'asc', type: 'bigint' };
  return { columns: [rank, { column: key, direction: 'asc', type: keyType }], figure: null };
}

/** `name` or `-name`, of what the resource can be ordered by; ties by the key, in the same direction. */
export function readOrder(resource: Resource, text: string): Reading<ChosenOrder> {
  const { column: name, direction } = parseOrder(text);
  const ordering = Object.hasOwn(resource.orders, name) ? resource.orders[name] : undefined;
  if (ordering === undefined) {
    const known = Object.keys(resource.orders).flatMap((one) => [one, `-${one}`]);
    return { message: `Unknown order. ${suggest(text, known)}` };
  }
  const key: OrderColumn = { column: resource.key, direction, type: resource.keyType };
  return { value: { columns: [{ ...leading(name, ordering), direction }, key], figure: figureOf(ordering) } };
}

function leading(name: string, ordering: Ordering): Omit<OrderColumn, 'direction'> {
  // Figures are compared as whole numbers: of cents, where they have decimals.
  if (ordering.kind === 'figure') return { column: name, type: 'bigint' };
  const { kind: _, nullable, ...column } = ordering;
  return { ...column, ...(nullable ? { nullable } : {}) };
}

const figureOf = (ordering: Ordering) => (ordering.kind === 'figure' ? ordering.figure : null);
