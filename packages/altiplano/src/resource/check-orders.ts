import { Failure } from '../errors/failure.ts';
import type { OrderColumn } from './ordering.ts';
import type { Resource } from './resource.ts';
import { orderablesOf, rollupsOf } from './rollup.ts';

/**
 * What `order=` names must be a column, or a figure that is kept and means the same at every instant.
 * @throws DECL_INVALID
 */
export function checkOrders(resource: Resource): void {
  const figures = rollupsOf(resource).flatMap(orderablesOf);
  for (const [name, ordering] of Object.entries(resource.orders)) {
    if (name.startsWith('-'))
      refuse(resource, `calls an order ${name}`, 'A minus stands for descending: leave it out.');
    if (ordering.kind === 'column') {
      if (ordering.column === resource.key)
        refuse(resource, `orders by ${name}, its key`, 'Ties are ordered by the key already.');
      if (ordering.type === 'numeric')
        refuse(
          resource,
          `orders by ${name}, a numeric`,
          `Numerics cannot be compared under row security by an index: order by \`${ordering.column}_cents bigint generated always as ((${ordering.column} * 100)::bigint) stored\`.`,
        );
      const known = resource.order.find(({ column }) => column === ordering.column);
      if (ordering.ranks !== undefined) checkRanks(resource, name, ordering.column);
      if (known !== undefined && !sameColumn(known, ordering))
        refuse(resource, `has ${ordering.column} of two types in its orders`, `It is of type ${known.type}.`);
      continue;
    }
    const figure = figures.find((one) => one.name === ordering.figure);
    if (figure === undefined)
      refuse(
        resource,
        `orders by ${ordering.figure}, which no rollup keeps`,
        'Name a count, a sum, a mean or money of children with a `rollup`, by the path of its field such as `billing.total`.',
      );
    if (figure.time !== null)
      refuse(
        resource,
        `orders by ${ordering.figure}, which depends on the instant asked`,
        'Order by a figure without withinDays and month: rows would change places while nobody writes.',
      );
  }
}

/** A comparison with the column's texts would be taken for one with their places. */
function checkRanks(resource: Resource, name: string, column: string): void {
  const compared = Object.values(resource.filters).some(
    (filter) => filter.kind === 'compare' && filter.column === column,
  );
  const ordered = resource.order.some((one) => one.column === column);
  if (!compared && !ordered) return;
  refuse(
    resource,
    `orders by ${name}, the places of ${column}, and ${ordered ? 'by its texts too' : 'compares its texts'}`,
    'Leave out the one or the other.',
  );
}

function sameColumn({ type }: OrderColumn, other: { readonly type: string; readonly nullable: boolean }): boolean {
  return type === other.type && !other.nullable;
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
