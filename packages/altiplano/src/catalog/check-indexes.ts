import { Failure } from '../errors/failure.ts';
import type { Field, Order } from '../resource/field.ts';
import type { Resource } from '../resource/resource.ts';
import type { Catalog, Index } from './catalog.ts';

/** An index a resource's plans count on: key columns in order (`column` or `column desc`), and the rows it holds. */
export interface NeededIndex {
  readonly table: string;
  readonly keys: readonly string[];
  readonly live: string | null;
  /** How many of the keys are compared for equality; the rest is the order. All, unless said otherwise. */
  readonly equal?: number;
}

/** Every index a declaration implies; the migrations of an app create them, this is what they are checked against. */
export function neededIndexes(resource: Resource): readonly NeededIndex[] {
  const { table, tenant, deleted, order, postings } = resource;
  if (!resource.reads) return []; // nothing is looked for: what was written is found by its primary key
  const inOrder = (columns: readonly string[], then: readonly Order[]) => [
    tenant.column,
    ...columns,
    ...then.map(({ column, direction }) => (direction === 'desc' ? `${column} desc` : column)),
  ];
  const children = Object.values(resource.fields).flatMap(firstChildren);
  return [
    { table, keys: [tenant.column, resource.key], live: null },
    { table, keys: inOrder([], order), live: deleted },
    ...resource.paths.map((path) => ({ table, keys: inOrder(path, order), live: deleted })),
    ...(postings === null ? [] : [postingIndex(resource, postings)]),
    ...children.map((field) => ({
      table: field.source.table,
      keys: inOrder([field.source.parent], field.order),
      live: field.source.deleted ?? null,
      equal: 2,
    })),
  ];
}

function postingIndex({ tenant, order, key }: Resource, postings: NonNullable<Resource['postings']>): NeededIndex {
  const columns = order.map(({ column }) => (column === key ? postings.key : column));
  return { table: postings.table, keys: [tenant.column, 'term', ...columns], live: null };
}

function firstChildren(field: Field): readonly Extract<Field, { kind: 'first' }>[] {
  if (field.kind === 'object') return Object.values(field.fields).flatMap(firstChildren);
  return field.kind === 'first' ? [field] : [];
}

/** MIGR_INDEX_MISSING for each index that no valid one stands in for, with the statement that creates it. */
export function checkIndexes(resource: Resource, catalog: Catalog): readonly Failure[] {
  return neededIndexes(resource)
    .filter((needed) => !catalog.tables.get(needed.table)?.indexes.some((index) => serves(index, needed)))
    .map((needed) => {
      const values = {
        resource: resource.name,
        table: `${catalog.schema}.${needed.table}`,
        columns: `(${needed.keys.join(', ')})`,
        ddl: createStatement(catalog.schema, needed),
      };
      return new Failure('MIGR_INDEX_MISSING', { values });
    });
}

/**
 * The same keys in the same directions, or each in the opposite one, which a backward scan reads. An index over all rows
 * stands in for a partial one when the flag comes right before the order.
 */
function serves(index: Index, needed: NeededIndex): boolean {
  if (!index.valid || index.method !== 'btree') return false;
  const { keys, live, equal = keys.length } = needed;
  const flagged = live === null ? keys : [...keys.slice(0, equal), live, ...keys.slice(equal)];
  if (index.predicate === null) return [keys, flagged].some((wanted) => leads(index.keys, wanted));
  return index.predicate === `(NOT ${live})` && leads(index.keys, keys);
}

function leads(found: readonly string[], [tenant = '', ...wanted]: readonly string[]): boolean {
  // The tenant is one value and never null: its direction makes no difference. A null branch's column does.
  const [first = '', ...rest] = found;
  if (column(first) !== tenant) return false;
  const same = wanted.every((key, position) => rest[position] === key);
  return same || wanted.every((key, position) => rest[position] === opposite(key));
}

/** What a backward scan of it looks like. */
function opposite(key: string): string {
  return key.endsWith(' desc') ? column(key) : `${key} desc`;
}

const column = (key: string) => key.replace(/ desc$/, '');

export function createStatement(schema: string, { table, keys, live }: NeededIndex): string {
  const name = `idx_${table}_${keys.slice(1).map(column).join('_')}`.slice(0, 63);
  const predicate = live === null ? '' : ` where not ${live}`;
  return `create index concurrently ${name} on ${schema}.${table} (${keys.join(', ')})${predicate};`;
}
