import { Failure } from '../errors/failure.ts';
import { checkFigures } from './check-figures.ts';
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
  const posted = Object.entries(resource.filters).find(([, { kind }]) => kind === 'linked' || kind === 'attribute');
  if (posted !== undefined && resource.postings === null) {
    refuse(
      resource,
      `filters by ${posted[0]} without postings`,
      'Name the table of (tenant, term, order…) rows as `postings`: labels and attributes are found there in page order.',
    );
  }
  checkFigures(resource);
  const { writes } = resource;
  for (const [name, member] of Object.entries(writes?.members ?? {})) {
    const matches = member.kind === 'reference' && member.matching !== undefined;
    if (!matches || !writes?.actions.includes('change')) continue;
    refuse(
      resource,
      `lets ${name} be changed, which must match other columns of its row`,
      'Leave `change` out of its actions: what is not sent is not there to be compared.',
    );
  }
  for (const path of resource.paths) {
    for (const column of path.slice(0, -1)) {
      if (resource.domains[column] === undefined && path.length > 1) {
        refuse(
          resource,
          `the path (${path.join(', ')}) goes through ${column}, whose values are not known`,
          `Give ${column} a domain, or a path of its own: a column that is not filtered is enumerated.`,
        );
      }
    }
  }
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
