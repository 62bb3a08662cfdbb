import { Failure } from '../errors/failure.ts';
import { checkBitmap } from './check-bitmap.ts';
import { checkEncryption } from './check-encryption.ts';
import { checkEnvelope } from './check-envelope.ts';
import { checkFacets } from './check-facets.ts';
import { checkFigures } from './check-figures.ts';
import { checkOrders } from './check-orders.ts';
import { checkChoice } from './check-paths.ts';
import { checkRanked } from './check-ranked.ts';
import { checkStates } from './check-states.ts';
import { checkTenants } from './check-tenants.ts';
import { checkWriteScopes } from './check-write-scopes.ts';
import { printOrder } from './order.ts';
import type { Resource } from './resource.ts';

/**
 * Refuses a declaration that cannot be served, before any database is asked.
 * @throws DECL_ORDER_NOT_TOTAL, DECL_INVALID
 */
export function checkDeclaration(resource: Resource): void {
  const last = resource.order.at(-1);
  if (last?.column !== resource.key) {
    const direction = resource.order[0]?.direction ?? 'asc';
    throw new Failure('DECL_ORDER_NOT_TOTAL', {
      values: {
        resource: resource.name,
        order: printOrder(resource.order),
        remedy: printOrder([...resource.order, { column: resource.key, direction }]),
      },
    });
  }
  if (new Set(resource.order.map(({ direction }) => direction)).size > 1) {
    refuse(
      resource,
      `orders by ${printOrder(resource.order)} in two directions`,
      'Give every order column the same direction: a cursor is one row comparison, which an index can only walk one way.',
    );
  }
  // The first children in a list, and all of them in a detail.
  const { fields, detail } = resource;
  const twice = Object.keys(detail).find(
    (name) => Object.hasOwn(fields, name) && [fields[name], detail[name]].some((field) => field?.kind !== 'children'),
  );
  if (twice !== undefined)
    refuse(
      resource,
      `shows ${twice} in its lists and again in its details`,
      'Name it in `fields` only: details have those first.',
    );
  checkFigures(resource);
  checkTenants(resource);
  checkBitmap(resource);
  checkEnvelope(resource);
  checkEncryption(resource);
  checkChoice(resource);
  checkFacets(resource);
  checkOrders(resource);
  checkRanked(resource);
  checkWriteScopes(resource);
  checkStates(resource);
  const { writes } = resource;
  if (writes !== null && writes.stamp !== null && resource.deleted === null)
    refuse(
      resource,
      `sets ${writes.stamp} when a row is deleted, and removes the row`,
      'Name the column that marks it in `deleted`, or leave `stamp` out.',
    );
  for (const [name, member] of Object.entries(writes?.members ?? {})) {
    const matches = member.kind === 'reference' && member.matching !== undefined;
    if (!matches || !writes?.actions.includes('change')) continue;
    refuse(
      resource,
      `lets ${name} be changed, which must match other columns of its row`,
      'Leave `change` out of its actions: what is not sent is not there to be compared.',
    );
  }
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
