import type { Bitmap } from '../../resource/bitmap.ts';
import { type Scope, table } from '../scope.ts';
import { commonTable, indent, list, name } from '../text.ts';
import type { Terms } from './terms.ts';
import { row } from './walk.ts';

/** Rows whose text is compared for a number: 5,000 took 90 ms. Beyond, the reply says that it is not counted. */
export const MOST_VERIFIED = 2_500;

/**
 * Whoever has all trigrams of a text may still not hold it. Where numbers are asked for, each candidate is looked at:
 * `hits` and `fresh` are then exact. With too many candidates nothing is looked at, and `verifiable` says so.
 */
export function verifiedTables(
  scope: Scope,
  { selection: { bitmap } }: Terms,
  variants: readonly string[],
  checks: readonly string[],
): readonly string[] {
  const any = variants
    .map((variant) => `h.${variant}`)
    .reduce((all, one) => `coalesce(${all} | ${one}, ${all}, ${one})`);
  const many = [
    `select coalesce((select sum(bit_count(${any})) from raw_hits h), 0)`,
    `  + (select count(*) from raw_fresh f) <= ${MOST_VERIFIED} as yes`,
  ].join('\n');
  const candidates = `select h.segment, ${any} as bits from raw_hits h where (select v.yes from verifiable v)`;
  const look = (keys: string) => ['from (', indent(keys), ') k', row(scope, bitmap, checks)].join('\n');
  const verified = [
    'select k.segment, altiplano.bits_of(array_agg(k.slot), (select s.width from segments s where s.segment = k.segment)) as bits',
    look(places(scope, bitmap)),
    'group by k.segment',
  ].join('\n');
  const masked = variants.map((variant) => `h.${variant} & v.bits as ${variant}`);
  return [
    commonTable('verifiable', many),
    commonTable('candidates', candidates),
    commonTable('verified', verified),
    commonTable('hits', `select h.segment, ${list(masked)}\nfrom raw_hits h\njoin verified v on v.segment = h.segment`),
    commonTable('fresh', `select k.*\n${look('select f.* from raw_fresh f where (select v.yes from verifiable v)')}`),
  ];
}

/**
 * Keys of candidates in no order: the blocks of a segment in one descent, and of each block its few candidates only, by the
 * places of ones in its 64 bits. Each block looked up by itself and unnested took twice the time of looking at the rows.
 */
function places(scope: Scope, bitmap: Bitmap): string {
  const { tenant, key, order } = bitmap;
  const ones = (block: string) => `substring(h.bits from 64 * ${block} + 1 for 64)`;
  return [
    `select h.segment, 64 * b.block + o.place - 1 as slot, b.ats[o.place] as at, b.keys[o.place] as key`,
    'from candidates h',
    'cross join lateral (',
    `  select array_agg(n) as blocks from generate_series(0, length(h.bits) / 64 - 1) n where bit_count(${ones('n')}) > 0`,
    ') g',
    'cross join lateral (',
    `  select b.block, b.${name(`${order}s`)} as ats, b.${name(`${key}s`)} as keys from ${table(scope, `${bitmap.name}_block`)} b`,
    `  where b.${name(tenant)} = ${scope.tenant} and b.segment = h.segment and b.block = any(g.blocks)`,
    '  offset 0',
    ') b',
    `cross join lateral unnest(array_positions(string_to_array(${ones('b.block')}::text, null), '1')) o (place)`,
  ].join('\n');
}
