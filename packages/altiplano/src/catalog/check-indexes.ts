import { Failure } from '../errors/failure.ts';
import type { Field, Order } from '../resource/field.ts';
import type { Ordering } from '../resource/ordering.ts';
import { allFields, type Resource } from '../resource/resource.ts';
import { orderablesOf, rollupsOf } from '../resource/rollup.ts';
import type { Catalog, Index } from './catalog.ts';

/** An index a resource's plans count on: key columns in order (`column` or `column desc`), and the rows it holds. */
export interface NeededIndex {
  readonly table: string;
  readonly keys: readonly string[];
  readonly live: string | null;
  /** Which rows it holds, where no flag says so. */
  readonly where?: string;
  /** How many of the keys are compared for equality; the rest is the order. All, unless said otherwise. */
  readonly equal?: number;
  readonly unique?: true;
  /** No tenant leads it. */
  readonly free?: true;
}

/** The tenant comes first, where there is one. */
function leading({ tenant }: Resource): { readonly keys: readonly string[]; readonly free: { readonly free?: true } } {
  return tenant.none === true ? { keys: [], free: { free: true } } : { keys: [tenant.column], free: {} };
}

/** Every index a declaration implies; the migrations of an app create them, this is what they are checked against. */
export function neededIndexes(resource: Resource): readonly NeededIndex[] {
  const { table, deleted, order } = resource;
  if (!resource.reads) return []; // nothing is looked for: what was written is found by its primary key
  const led = leading(resource);
  const inOrder = (columns: readonly string[], then: readonly (Order & { readonly type?: string })[]) => [
    ...led.keys,
    ...columns,
    ...then.map(
      ({ column, direction, type }) =>
        `${type === 'text' ? collated(column) : column}${direction === 'desc' ? ' desc' : ''}`,
    ),
  ];
  const children = Object.values(allFields(resource)).flatMap(firstChildren);
  return [
    { table, keys: [...led.keys, resource.key], live: null, ...led.free },
    ...(resource.bitmap !== null && deleted === null
      ? []
      : [{ table, keys: inOrder([], order), live: deleted, ...led.free }]),
    // Segments are made along it; and unique over all rows, it makes a row that moves and a link to it wait for each other.
    ...(resource.bitmap === null
      ? []
      : [{ table, keys: inOrder([], order), live: null, unique: true as const, ...led.free }]),
    ...Object.values(resource.orders).flatMap((ordering) => orderIndex(resource, ordering)),
    ...children.map((field) => ({
      table: field.source.table,
      keys: inOrder([field.source.parent], field.order),
      live: field.source.deleted ?? null,
      equal: led.keys.length + 1,
      ...led.free,
    })),
  ];
}

/** Ties come in order of the key, so that one index serves both directions. */
function orderIndex(resource: Resource, ordering: Ordering): readonly NeededIndex[] {
  const { table, tenant, deleted, key, order } = resource;
  if (ordering.kind === 'figure') {
    return rollupsOf(resource).flatMap((rollup) =>
      orderablesOf(rollup)
        .filter((one) => one.name === ordering.figure)
        .map((one) => ({
          table: rollup.name,
          keys: [tenant.column, one.column, rollup.source.parent],
          live: null,
          where: '(live > 0)',
        })),
    );
  }
  const { column, type, ranks } = ordering;
  if (column === order[0]?.column) return [];
  const places = ranks?.map((rank, index) => `when ${quoted(rank)} then ${index + 1}`);
  const ranked = places && `(case ${column} ${places.join(' ')} end)`;
  const plain = type === 'text' ? collated(column) : column;
  const led = leading(resource);
  return [{ table, keys: [...led.keys, ranked ?? plain, key], live: deleted, ...led.free }];
}

/** By code point, alike on every server. */
const collated = (column: string) => `${column} collate "C"`;

function firstChildren(field: Field): readonly Extract<Field, { kind: 'first' | 'children' }>[] {
  if (field.kind === 'object') return Object.values(field.fields).flatMap(firstChildren);
  return field.kind === 'first' || field.kind === 'children' ? [field] : [];
}

/** MIGR_INDEX_MISSING for each index that no valid one stands in for, with the statement that creates it. */
export function checkIndexes(
  resource: Resource,
  catalog: Catalog,
  indexes: readonly NeededIndex[] = neededIndexes(resource),
): readonly Failure[] {
  return indexes
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
  if (!index.valid || index.method !== 'btree' || (needed.unique && !index.unique)) return false;
  const { keys, live, equal = keys.length, free = false } = needed;
  const leads = free ? stand : followTenant;
  if (needed.where !== undefined) return index.predicate === needed.where && leads(index.keys, keys);
  // Without the flag, a page among rows of which most are deleted would pass them all.
  const flagged = live === null ? keys : [...keys.slice(0, equal), live, ...keys.slice(equal)];
  if (index.predicate === null) return leads(index.keys, flagged);
  return index.predicate === `(NOT ${live})` && leads(index.keys, keys);
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** An expression as the catalog prints it has types, line breaks and words in capitals. */
function plain(key: string): string {
  return key
    .replace(/::(text|character varying(\(\d+\))?)/g, '')
    .replace(/\s+(ELSE NULL::integer\s+)?/g, ' ')
    .replace(/\b(CASE|WHEN|THEN|END)\b/g, (word) => word.toLowerCase())
    .replace('( case', '(case');
}

function followTenant(printed: readonly string[], [tenant = '', ...wanted]: readonly string[]): boolean {
  // The tenant is one value and never null: its direction makes no difference.
  const [first = '', ...rest] = printed;
  return column(plain(first)) === tenant && stand(rest, wanted);
}

/** At the beginning of an index, all in their directions or all in the opposite ones. */
function stand(printed: readonly string[], wanted: readonly string[]): boolean {
  const found = printed.map(plain);
  const stands = (key: string, position: number) => isKey(found[position] ?? '', key);
  return wanted.every(stands) || wanted.map(opposite).every(stands);
}

/** Where no order of texts is asked for, any is as good. */
function isKey(found: string, key: string): boolean {
  return found === key || found.replace(/ collate \S+/, '') === key;
}

/** What a backward scan of it looks like. */
function opposite(key: string): string {
  return key.endsWith(' desc') ? key.slice(0, -' desc'.length) : `${key} desc`;
}

const column = (key: string) => key.replace(/( collate "C")?( desc)?$/, '').replace(/^\(case (\w+) .*\)$/, '$1_rank');

export function createStatement(schema: string, { table, keys, live, where, unique, free }: NeededIndex): string {
  const name = `idx_${table}_${keys
    .slice(free ? 0 : 1)
    .map(column)
    .join('_')}${unique ? '_unique' : ''}`.slice(0, 63);
  const rows = where ?? (live === null ? '' : `not ${live}`);
  const predicate = rows === '' ? '' : ` where ${rows}`;
  return `create ${unique ? 'unique ' : ''}index concurrently ${name} on ${schema}.${table} (${keys.join(', ')})${predicate};`;
}
