import { Failure } from '../errors/failure.ts';
import type { Resource } from './resource.ts';
import { LIVE } from './term.ts';

/** Terms are told apart by how they begin, and rows stand in an order that has a beginning. @throws DECL_INVALID */
export function checkBitmap(resource: Resource): void {
  const { bitmap, order } = resource;
  if (bitmap === null) return;
  const type = order[0]?.type;
  if (type !== 'timestamptz' && type !== 'float8' && type !== 'text') {
    refuse(
      resource,
      `keeps bitmaps in the order of ${bitmap.order}, which is of type ${type}`,
      'Order by a time, a number or a text first: what comes before every row has to have a value.',
    );
  }
  const keyType = order.at(-1)?.type;
  if (keyType !== 'uuid' && keyType !== 'bigint') {
    refuse(resource, `keeps bitmaps of rows whose key is of type ${keyType}`, 'Give them a uuid or a bigint.');
  }
  const exact = Object.entries(resource.filters).find(
    ([, one]) => (one.kind === 'values' || one.kind === 'null') && one.column === bitmap.order,
  );
  if (exact !== undefined && type !== 'text') {
    refuse(
      resource,
      `filters by the value of ${bitmap.order}, in whose order its bitmaps are, as ${exact[0]}`,
      'Filter it by comparisons: of the first order column bitmaps keep places and no terms.',
    );
  }
  const named = [...bitmap.columns, ...bitmap.attributes, ...bitmap.links.map(({ link }) => link)];
  const odd = named.find((name) => name === LIVE || !/^[\p{L}_][\p{L}\p{N}_ $-]*$/u.test(name));
  if (odd !== undefined) {
    refuse(
      resource,
      `keeps bitmaps of ${odd}, which cannot begin a term`,
      `Give it a name of letters, digits and underscores other than '${LIVE}': every term starts with one.`,
    );
  }
  const unset = Object.values(resource.filters).find(
    (filter) =>
      (filter.kind === 'null' || (filter.kind === 'values' && filter.nulls)) && bitmap.ranges.includes(filter.column),
  );
  if (unset?.kind === 'null' || unset?.kind === 'values') {
    refuse(
      resource,
      `filters rows without ${unset.column}, which is compared`,
      'Leave the one or the other out: of what is compared bitmaps keep no term for having none.',
    );
  }
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) {
    refuse(
      resource,
      `keeps bitmaps of two things called ${twice}`,
      'A column that is filtered by value cannot be filtered by attribute too, nor share its name with a link table.',
    );
  }
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
