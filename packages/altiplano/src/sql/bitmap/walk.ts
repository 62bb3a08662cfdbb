import type { Bitmap } from '../../resource/bitmap.ts';
import { ENTERED } from '../entry.ts';
import { isDescending, keyRange, orderBy, orderColumns, type Scope, table, visible } from '../scope.ts';
import { commonTable, indent, list, name, where } from '../text.ts';
import type { Terms } from './terms.ts';

/** What a walk over hits is to bring: its columns of the row `t`, conditions on it, and how many rows. */
export interface Walk {
  readonly terms: Terms;
  readonly columns: readonly string[];
  /** Checked on the row itself: a text that is searched, a scope. */
  readonly checks: readonly string[];
  readonly rows: number;
  /** Whether segments that are far away have hits of their own. */
  readonly staged: boolean;
}

/**
 * The page: the first rows of the bitmaps and the first of those that have no place yet, merged. Both stop when they have
 * enough. Blocks come in order because each source below is read in order and nothing but nested loops joins them.
 */
export function walkTables(scope: Scope, walk: Walk): readonly string[] {
  const { terms, columns, rows } = walk;
  const { bitmap } = terms.selection;
  const keys = ['k.at', 'k.key'];
  const range = scope.position === null ? [] : keyRange({ ...scope, window: [] }, keys);
  const started = scope.position !== null;
  const near = placed(scope, bitmap, { range, started });
  const far = placed(scope, bitmap, { range, source: 'far_hits' });
  const settled = [
    `select ${list(columns)}`,
    'from (',
    indent(walk.staged ? `(\n${indent(near)}\n)\nunion all\n(\n${indent(far)}\n)` : near),
    ') k',
    row(scope, bitmap, walk.checks),
    `limit ${rows}`,
  ].join('\n');
  const fresh = [
    `select ${list(columns)}`,
    `from (select f.at, f.key from fresh f where f.hit ${orderBy(scope, ['f.at', 'f.key'])}) k`,
    row(scope, bitmap, walk.checks),
    ...(range.length > 0 ? [where(range)] : []),
    `limit ${rows}`,
  ].join('\n');
  const merged = [
    'select t.*',
    'from (',
    indent(`(\n${indent(settled)}\n)\nunion all\n(\n${indent(fresh)}\n)`),
    ') t',
    orderBy(scope, orderColumns(scope, 't')),
    `limit ${rows}`,
  ].join('\n');
  return [commonTable('page', merged)];
}

export interface Placing {
  /** Table of one row a segment, and its column of bits. */
  readonly source?: string;
  readonly bits?: string;
  /** Conditions on a key. */
  readonly range?: readonly string[];
  /** Whether to begin at the block of table `start`. */
  readonly started?: boolean;
}

/** Keys of hits in reading order, block by block, with where they stand. */
export function placed(scope: Scope, bitmap: Bitmap, placing: Placing = {}): string {
  const { source = 'hits', bits = 'hit', range = [], started = false } = placing;
  const { tenant, key, order } = bitmap;
  const descending = isDescending(scope);
  const [direction, reached] = descending ? [' desc', '<='] : ['', '>='];
  const last = 'length(h.bits) / 64 - 1';
  const series = descending ? `generate_series(${last}, 0, -1)` : `generate_series(0, ${last})`;
  const segments = [
    `select h.segment, h.${bits} as bits from ${source} h`,
    where([`bit_count(h.${bits}) > 0`, ...(started ? [`h.segment ${reached} (select s.segment from start s)`] : [])]),
    `order by h.segment${direction}`,
  ].join('\n');
  const blocks = [
    `select g.block from ${series} g (block)`,
    where([
      'bit_count(substring(h.bits from 64 * g.block + 1 for 64)) > 0',
      ...(started ? [`(h.segment, g.block) ${reached} (select s.segment, s.block from start s)`] : []),
    ]),
  ].join('\n');
  const keys = [
    'select k.at, k.key, 64 * g.block + k.place::integer - 1 as slot',
    `from ${table(scope, `${bitmap.name}_block`)} b`,
    `cross join lateral unnest(b.${name(`${order}s`)}, b.${name(`${key}s`)}) with ordinality k (at, key, place)`,
    where([
      `b.${name(tenant)} = ${scope.tenant}`,
      'b.segment = h.segment',
      'b.block = g.block',
      'get_bit(h.bits, 64 * g.block + k.place::integer - 1) = 1',
      ...range,
    ]),
    orderBy(scope, ['k.at', 'k.key']),
  ].join('\n');
  return [
    'select k.at, k.key, h.segment, k.slot',
    'from (',
    indent(segments),
    ') h',
    'cross join lateral (',
    indent(blocks),
    ') g',
    'cross join lateral (',
    indent(keys),
    ') k',
  ].join('\n');
}

/** The row of a key, looked up by it and by nothing else: \`offset 0\` keeps the planner from joining in another order. */
export function row(scope: Scope, { key, order, orderType }: Bitmap, checks: readonly string[]): string {
  const at = `t.${name(order)}${orderType === 'text' ? ' collate "C"' : ''}`;
  const conditions = [...visible(scope), `t.${name(key)} = k.key`, `${at} = k.at`, ENTERED, ...checks];
  return `cross join lateral (\n  select * from ${table(scope)} t\n${indent(where(conditions))}\n  offset 0\n) t`;
}

/** `start`: the block a position lies in, the last that begins at or before it. */
export function startTables(scope: Scope, bitmap: Bitmap): readonly string[] {
  if (scope.position === null) return [];
  const [at, key] = scope.positionValues;
  const low = [`b.${name(`low_${bitmap.order}`)}`, `b.${name(`low_${bitmap.key}`)}`];
  return [
    commonTable(
      'start',
      [
        `select b.segment, b.block from ${table(scope, `${bitmap.name}_block`)} b`,
        where([`b.${name(bitmap.tenant)} = ${scope.tenant}`, `(${low.join(', ')}) <= (${at}, ${key})`]),
        `order by ${low.map((column) => `${column} desc`).join(', ')}`,
        'limit 1',
      ].join('\n'),
    ),
  ];
}
