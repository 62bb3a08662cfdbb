import { Failure } from '../../errors/failure.ts';
import { rowsOf } from '../../keep/rows-of.ts';
import type { Bitmap } from '../../resource/bitmap.ts';
import { literal, name } from '../../sql/text.ts';

/** Types of a table's columns as `format_type` prints them. */
export type ColumnTypes = Readonly<Record<string, string>>;

/** How large the parts of a bitmap are; tests make them small. */
export interface BitmapSizes {
  /** Bits of a segment: of settled ones, and of those that newest rows are appended to. Multiples of `block`. */
  readonly big: number;
  readonly small: number;
  /** Slots of a block, and how many of them a build takes. */
  readonly block: number;
  readonly fill: number;
  /** Small segments that may stand at the end. */
  readonly smalls: number;
  /** Rows of a bin of a range column: as many as a page lists. */
  readonly bin: number;
  /** Entries of a segment that are still patched in; it is built from its rows where there are more. */
  readonly patched: number;
  /** Unfolded entries of a tenant past which its writers fold. */
  readonly unfolded: number;
}

export const SIZES: BitmapSizes = {
  big: 61_440,
  small: 8_192,
  block: 64,
  fill: 56,
  smalls: 7,
  bin: 600,
  patched: 8_192,
  unfolded: 20_000,
};

/** Distance of two segments' numbers: splits go between. */
export const SPACING = 2 ** 40;

/** A bitmap with everything its functions need, by name. */
export interface Shape {
  readonly bitmap: Bitmap;
  readonly types: ColumnTypes;
  readonly sizes: BitmapSizes;
  /** Quoted: tenant, order and key columns; `low` is where a segment or block begins. */
  readonly tenant: string;
  readonly at: string;
  readonly id: string;
  readonly lowAt: string;
  readonly lowId: string;
  /** Arrays of a block. */
  readonly ats: string;
  readonly ids: string;
  readonly atType: string;
  readonly idType: string;
  /** Code points, where rows stand in the order of a text: alike on every server, and told apart wherever bytes differ. */
  readonly collated: string;
}

/** @throws DECL_INVALID a column type or name that cannot be used */
export function shapeOf(bitmap: Bitmap, found: ColumnTypes, sizes: BitmapSizes = SIZES): Shape {
  const types = bitmap.untenanted === true ? { ...found, [bitmap.tenant]: 'uuid' } : found;
  const shape: Shape = {
    bitmap,
    types,
    sizes,
    tenant: name(bitmap.tenant),
    at: name(bitmap.order),
    id: name(bitmap.key),
    lowAt: name(`low_${bitmap.order}`),
    lowId: name(`low_${bitmap.key}`),
    ats: name(`${bitmap.order}s`),
    ids: name(`${bitmap.key}s`),
    atType: bitmap.orderType === 'text' ? 'text' : typeOf(types, bitmap.order),
    idType: keyTypeOf(bitmap),
    collated: bitmap.orderType === 'text' ? ' collate "C"' : '',
  };
  checkShape(shape);
  return shape;
}

/** `altiplano_a_b`: one of the bitmap's objects, quoted. */
export function part({ bitmap }: Shape, suffix: string): string {
  return name(`${bitmap.name}_${suffix}`);
}

export function typeOf(types: ColumnTypes, column: string): string {
  return types[column] ?? 'unknown';
}

/** `a.created_at, a.id` */
export function columnsOf(shape: Shape, alias: string): string {
  return `${atOf(shape, alias)}, ${alias}.${shape.id}`;
}

/** `(a.created_at, a.id)` */
export function keyOf(shape: Shape, alias: string): string {
  return `(${columnsOf(shape, alias)})`;
}

/** The order column of `alias`; a text of the rows' own table may have another collation. */
export function atOf({ at, collated }: Shape, alias: string): string {
  return `${alias}.${at}${collated}`;
}

export function lowOf({ lowAt, lowId }: Shape, alias: string): string {
  return `(${alias}.${lowAt}, ${alias}.${lowId})`;
}

function keyTypeOf({ keyType }: Pick<Bitmap, 'keyType'>): 'uuid' | 'bigint' {
  return keyType ?? 'uuid';
}

/** What comes before every row: the least order value and the least key. */
export function beginningOf(bitmap: Omit<Bitmap, 'name'>): readonly [at: string, id: string] {
  return [bitmap.orderType === 'text' ? "''" : "'-infinity'", LEAST[keyTypeOf(bitmap)]];
}

/** Up to there, or to the end where it is null. No text is the greatest: one that is greater than all there are is. */
export function upto(shape: Shape, at: string, id: string): string {
  const { bitmap, tenant, collated } = shape;
  const end =
    bitmap.orderType === 'text'
      ? `(select ${atOf(shape, 'm')} || '~' from ${rowsOf(bitmap, name(bitmap.table), 'm')} where m.${tenant} = of_tenant order by m.${shape.at}${collated} desc limit 1)`
      : "'infinity'";
  return `(coalesce(${at}, ${end}), coalesce(${id}, ${GREATEST[keyTypeOf(bitmap)]}))`;
}

const LEAST = { uuid: "'00000000-0000-0000-0000-000000000000'", bigint: "'-9223372036854775808'" } as const;
const GREATEST = { uuid: "'ffffffff-ffff-ffff-ffff-ffffffffffff'", bigint: "'9223372036854775807'" } as const;

/** The settled place of a row of `alias`, if it has one: `segment` and `slot` of one probe of the block index. */
export function placeOf(shape: Shape, alias: string): string {
  const { tenant, lowAt, lowId } = shape;
  return `left join lateral (
  select p.segment, p.slot
  from (
    select b.segment, ${slotIn(shape, 'b', alias)} as slot
    from ${part(shape, 'block')} b
    where b.${tenant} = ${alias}.${tenant} and ${lowOf(shape, 'b')} <= ${keyOf(shape, alias)}
    order by b.${lowAt} desc, b.${lowId} desc limit 1
  ) p
  where p.slot is not null
) p on true`;
}

/** A key's slot in a block; null where it has none. A row that moved may have stood elsewhere in the same block. */
export function slotIn(shape: Shape, block: string, alias: string): string {
  const { id, ats, ids, sizes } = shape;
  const at = atOf(shape, alias);
  const first = `array_position(${block}.${ids}, ${alias}.${id})`;
  return `${block}.block * ${sizes.block} - 1 + case ${block}.${ats}[${first}]
      when ${at} then ${first}
      else (select i from unnest(array_positions(${block}.${ids}, ${alias}.${id})) i where ${block}.${ats}[i] = ${at})
    end`;
}

/** Finds the registry's row `r` from inside a function: the schema is the one its own tables are in. */
export function isRegistered({ bitmap }: Shape): string {
  const schema = `select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = ${literal(name(bitmap.name))}::regclass`;
  return `r.name = ${literal(bitmap.name)} and r.schema_name = (${schema})`;
}

const SUFFIXES = ['link_1_truncate', 'segment', 'block', 'tail_0'];

function checkShape({ bitmap, types, sizes }: Shape): void {
  const refuse = (problem: string, remedy: string): never => {
    throw new Failure('DECL_INVALID', {
      values: { resource: bitmap.table, problem: `${bitmap.name}: ${problem}`, remedy },
    });
  };
  const used = [bitmap.key, bitmap.tenant, bitmap.order, ...bitmap.columns, ...bitmap.ranges];
  const marked = bitmap.deleted === null ? [] : [bitmap.deleted];
  const missing = [...used, ...marked, ...bitmap.attributes, ...bitmap.search].find(
    (column) => types[column] === undefined,
  );
  if (missing !== undefined) refuse(`there is no column ${missing}`, 'Migrate the table first.');
  if (types[bitmap.key] !== keyTypeOf(bitmap) || types[bitmap.tenant] !== 'uuid')
    refuse(`its key has to be a ${keyTypeOf(bitmap)} and its tenant a uuid`, 'Leave bitmaps out of this resource.');
  const ordered = typeOf(types, bitmap.order);
  if (bitmap.orderType === 'text' && !/^(text|character varying)/.test(ordered))
    refuse(`${bitmap.order} is ${ordered} and no text`, 'Say what it is in `orderTypes`, or make it a text.');
  const long = [...SUFFIXES, ...bitmap.ranges.map((column) => `${column}_between`)]
    .map((suffix) => `${bitmap.name}_${suffix}`)
    .find((one) => Buffer.byteLength(one) > 63);
  if (long !== undefined) refuse(`the name ${long} is too long for PostgreSQL`, 'Give it another name.');
  const taken = bitmap.ranges.find(
    (column) =>
      ['segment', 'block', 'tail', 'tail_0', 'tail_1', 'entry'].includes(column) ||
      bitmap.ranges.includes(`${column}_lows`),
  );
  if (taken !== undefined) refuse(`its table for ${taken} would be called as another`, 'Give the column another name.');
  if (sizes.big % sizes.block !== 0 || sizes.small % sizes.block !== 0 || sizes.fill > sizes.block)
    refuse('segments are whole blocks', 'Choose widths that are multiples of the block.');
}
