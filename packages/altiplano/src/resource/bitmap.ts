import { isMeasure } from './filter.ts';
import { alternativesOf, type Resource } from './resource.ts';

/** Which rows have which term, kept as bitmaps in page order. It follows from the filters, facets and scopes of a resource. */
export interface Bitmap {
  /** Its table; `<name>_segment`, `_block`, `_tail` and one for each range column stand beside it. */
  readonly name: string;
  readonly tenant: string;
  /** The rows' own tables have no such column. */
  readonly untenanted?: true;
  /** The resource's table, its key, and the column that marks a row as deleted, if one does. */
  readonly table: string;
  readonly key: string;
  readonly deleted: string | null;
  /** First order column: with the key it says where a row stands. */
  readonly order: string;
  /** Texts stand in the order of their code points; a time or a number says so by itself. */
  readonly orderType?: 'text';
  /** A uuid, unless said otherwise. */
  readonly keyType?: 'bigint';
  /** Columns whose values are terms, and whose nulls are one. */
  readonly columns: readonly string[];
  /** Columns whose values are compared: kept as bins in value order. */
  readonly ranges: readonly string[];
  /** Those of them that are compared as decimals, digit by digit, and not as doubles. */
  readonly decimals?: readonly string[];
  /** Link tables, with their columns for the row and for what it is linked to. */
  readonly links: readonly BitmapLink[];
  /** JSON columns whose top-level attributes are terms. */
  readonly attributes: readonly string[];
  /** Columns that are searched, as one text. */
  readonly search: readonly string[];
  /** The text is kept as words without accents, for a ranked search. */
  readonly words?: true;
}

export interface BitmapLink {
  readonly link: string;
  readonly parent: string;
  readonly target: string;
}

/** What a resource's filters, facets and scopes need bitmaps of, in their order. */
export function deriveBitmap(name: string, resource: Omit<Resource, 'bitmap'>): Bitmap {
  const { tenant, table, key, deleted } = resource;
  const order = resource.order[0]?.column ?? key;
  const [orderType, keyType] = [resource.order[0]?.type, resource.order.at(-1)?.type];
  const filters = Object.values(resource.filters);
  const facets = Object.values(resource.facets);
  const compared = filters.flatMap((filter) =>
    filter.kind === 'compare' || (filter.kind === 'values' && isMeasure(filter.type)) ? [filter.column] : [],
  );
  const ranges = unique(compared).filter((column) => column !== order);
  const exact = filters.flatMap((one) => (one.kind === 'compare' && one.type === 'numeric' ? [one.column] : []));
  const decimals = ranges.filter((column) => exact.includes(column));
  const valued = [
    ...filters.flatMap((filter) => (filter.kind === 'values' || filter.kind === 'null' ? [filter.column] : [])),
    ...facets.flatMap((facet) => (facet.kind === 'column' ? [facet.column] : [])),
    ...Object.values(resource.scopes ?? {}).flatMap((scope) =>
      scope === 'all' ? [] : alternativesOf(scope).map(({ column }) => column),
    ),
  ];
  const links = [...filters, ...facets].flatMap((one) => (one.kind === 'linked' ? [one] : []));
  return Object.freeze({
    name,
    tenant: tenant.column,
    ...(tenant.none === true ? { untenanted: tenant.none } : {}),
    table,
    key,
    deleted,
    order,
    // Named only where they are not the usual ones: the registry keeps what is here.
    ...(orderType === 'text' ? { orderType } : {}),
    ...(keyType === 'bigint' ? { keyType } : {}),
    // A text in whose order rows stand is asked for by its value too; of a time or a number only a stretch is.
    columns: unique(valued).filter((column) => (column !== order || orderType === 'text') && !ranges.includes(column)),
    ranges,
    ...(decimals.length > 0 ? { decimals } : {}),
    links: unique(links.map(({ link }) => link)).map((link) => ({
      link,
      parent: `${table}_id`,
      target: `${links.find((one) => one.link === link)?.target}_id`,
    })),
    attributes: unique(filters.flatMap((filter) => (filter.kind === 'attribute' ? [filter.column] : []))),
    search: unique(filters.flatMap((filter) => (filter.kind === 'search' ? filter.columns : []))),
    ...(filters.some((filter) => filter.kind === 'search' && filter.ranked) ? { words: true } : {}),
  });
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
