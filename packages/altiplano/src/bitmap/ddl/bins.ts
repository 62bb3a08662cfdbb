import { part, type Shape, typeOf } from './shape.ts';

/**
 * A segment's rows in the order of a column's values, in bins of two rows each: one has the bits of all rows whose value is less
 * than the bin's `middle` and fills a page, the other lists the bin's rows and fills another. So a comparison reads two pages
 * of each segment, and sets or takes away no more bits than half a bin has rows. Equal values lie in one bin.
 *
 * A value that more rows have than a bin holds is a bin of its own, with its rows as bits. The last bin is without an end: its
 * middle is after all values, but for NaN, which is the value it may have rows of.
 */
export function rangeTable(shape: Shape, column: string): string {
  const { tenant, types } = shape;
  const type = typeOf(types, column);
  const [bins, lows] = [part(shape, column), part(shape, `${column}_lows`)];
  return `
-- Where the bins of a segment begin: bin 0 at lows[1]. Whether all rows have a value: then there is no need to look which.
create table ${lows} (
  ${tenant} uuid not null,
  segment bigint not null,
  width integer not null,
  whole boolean not null,
  lows ${type}[] not null,
  primary key (${tenant}, segment)
) with (fillfactor = 60);

-- Two rows a bin: one has the bits of rows whose value is before its middle, the other lists its own rows, of which so many
-- are before the middle; or it has the bits of those, where all have one value.
create table ${bins} (
  ${tenant} uuid not null,
  segment bigint not null,
  bin integer not null,
  listed boolean not null,
  place bigint not null generated always as (${binPlace(shape, tenant, 'segment', 'bin')}) stored,
  middle ${type},
  bits bit varying,
  before integer,
  "values" ${type}[],
  slots integer[],
  primary key (${tenant}, segment, bin, listed)
);
-- One page instead of three: a tree is descended once for each segment.
create index on ${bins} using hash (place) with (fillfactor = 50);
alter table ${bins}
  alter column bits set storage main, alter column "values" set storage main, alter column slots set storage main;
`;
}

/** What a bin is looked up by. It is made of all three, but may be that of another: they are compared as well. */
export function binPlace({ types, bitmap }: Shape, tenant: string, segment: string, bin: string): string {
  const hash = { uuid: 'uuid_hash_extended', bigint: 'hashint8extended', integer: 'hashint4extended' };
  return `${hash[typeOf(types, bitmap.tenant) as keyof typeof hash]}(${tenant}, ${segment}) # ${bin}::bigint`;
}

/** Tables of the range columns, by suffix. */
export function rangeSuffixes(ranges: readonly string[]): readonly string[] {
  return ranges.flatMap((column) => [column, `${column}_lows`]);
}

/** NaN is after all numbers in an index, and nowhere for width_bucket: it never begins a bin. */
export function hasNaN({ types }: Shape, column: string): boolean {
  return /^(double|real|numeric)/.test(typeOf(types, column));
}

/** How many bins begin at or before a value: the last of them is where it lies. */
export function beginning(shape: Shape, column: string, value: string, lows: string): string {
  const bucket = `width_bucket(${value}, ${lows})`;
  return hasNaN(shape, column) ? `case when ${value} = 'NaN' then cardinality(${lows}) + 1 else ${bucket} end` : bucket;
}
