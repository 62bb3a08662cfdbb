import type { Scope } from '../scope.ts';
import { commonTable, indent, list } from '../text.ts';
import type { Terms } from './terms.ts';
import { placed, row } from './walk.ts';

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
    look(placed({ ...scope, position: null, backward: false }, bitmap, { source: 'candidates', bits: 'bits' })),
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
