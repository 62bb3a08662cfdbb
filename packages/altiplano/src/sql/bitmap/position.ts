import type { Bitmap } from '../../resource/bitmap.ts';
import { isDescending, orderBy, orderColumns, type Scope, table } from '../scope.ts';
import { commonTable, indent, list, name, where } from '../text.ts';
import { HITS } from './count.ts';
import { placed, row, type Walk } from './walk.ts';

/**
 * The page after `offset` rows. Bits are counted by segment, then by block, and the walk begins at the block the offset falls
 * into. Rows that have no place yet are few: it begins as many rows earlier, and they are passed over one by one.
 */
export function offsetTables(scope: Scope, walk: Walk, offset: number, clipped: boolean): readonly string[] {
  const { terms, columns, checks, rows } = walk;
  const { bitmap } = terms.selection;
  const asked = scope.parameters.bind(offset, 'bigint');
  const skipped = clipped ? '(select s.rows from skip s)' : asked;
  const passed = passes(scope, 'f');
  const pass = [
    `select ${skipped} - s.before - (select count(*) from fresh f where f.hit and ${passed}) as rows`,
    'from start s',
  ].join('\n');
  const keys = [
    `(\n${indent(`${placed(scope, bitmap, { started: true })}\nlimit (select p.rows from pass p) + ${rows}`)}\n)`,
    'union all',
    `(\n${indent(['select f.at, f.key, null, null from fresh f', where(['f.hit', `not ${passed}`, 'exists (select from start)']), orderBy(scope, ['f.at', 'f.key']), `limit (select p.rows from pass p) + ${rows}`].join('\n'))}\n)`,
  ].join('\n');
  const found = [
    'select k.at, k.key',
    'from (',
    indent(keys),
    ') k',
    orderBy(scope, ['k.at', 'k.key']),
    `limit ${rows} offset (select p.rows from pass p)`,
  ].join('\n');
  const page = [
    `select ${list(columns)}`,
    'from (',
    indent(found),
    ') k',
    row(scope, bitmap, checks),
    orderBy(scope, orderColumns(scope, 't')),
  ].join('\n');
  return [
    ...(clipped ? [commonTable('skip', lastPage(asked, rows - 1))] : []),
    commonTable('start', start(scope, skipped)),
    commonTable('border', border(scope, bitmap)),
    commonTable('pass', pass),
    commonTable('page', page),
  ];
}

/** What is asked for, or the rows before the last page: how many pages there are only the statement's own snapshot knows. */
function lastPage(asked: string, size: number): string {
  return `select least(${asked}, (greatest(${HITS}, 1) - 1)::bigint / ${size} * ${size}) as rows`;
}

/** Where the walk begins, and how many bits come before; a place before everything when new rows may fill the page alone. */
function start(scope: Scope, skipped: string): string {
  const descending = isDescending(scope);
  const direction = descending ? ' desc' : '';
  const here = 'bit_count(substring(c.hit from 64 * g.block + 1 for 64))';
  const series = descending
    ? 'generate_series(length(c.hit) / 64 - 1, 0, -1)'
    : 'generate_series(0, length(c.hit) / 64 - 1)';
  return [
    `select ${descending ? '9223372036854775807' : '0'}::bigint as segment, 0 as block, 0::numeric as before`,
    'from aim a',
    'where a.rows <= 0',
    'union all',
    'select c.segment, b.block, c.before + b.before',
    'from aim a',
    'cross join (',
    `  select h.segment, h.hit, bit_count(h.hit) as here, sum(bit_count(h.hit)) over (order by h.segment${direction}) - bit_count(h.hit) as before`,
    '  from hits h',
    ') c',
    'cross join lateral (',
    `  select g.block, ${here} as here, sum(${here}) over (order by g.block${direction}) - ${here} as before`,
    `  from ${series} g (block)`,
    ') b',
    where([
      'a.rows > 0',
      'c.before <= a.rows and a.rows < c.before + c.here',
      'c.before + b.before <= a.rows and a.rows < c.before + b.before + b.here',
    ]),
  ]
    .join('\n')
    .replaceAll('from aim a', `from (select ${skipped} - count(*) as rows from fresh f where f.hit) a`);
}

/** The key at which the walk's first block meets those before it. */
function border(scope: Scope, { name: bitmap, tenant, key, order }: Bitmap): string {
  const low = [`b.${name(`low_${order}`)} as at`, `b.${name(`low_${key}`)} as key`];
  const first = '((select s.segment from start s), (select s.block from start s))';
  return [
    `select ${list(low)}`,
    `from ${table(scope, `${bitmap}_block`)} b`,
    where([`b.${name(tenant)} = ${scope.tenant}`, `(b.segment, b.block) ${isDescending(scope) ? '>' : '>='} ${first}`]),
    'order by b.segment, b.block',
    'limit 1',
  ].join('\n');
}

/** New rows that come before the walk: from the border on when newest come first, else up to it. */
function passes(scope: Scope, alias: string): string {
  const border = '((select b.at from border b), (select b.key from border b))';
  return `coalesce((${alias}.at, ${alias}.key) ${isDescending(scope) ? '>=' : '<'} ${border}, false)`;
}
