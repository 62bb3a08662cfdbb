import { LOOKED_AT, RANK } from '../../plan/ordering.ts';
import type { Access } from '../../plan/plan.ts';
import type { Bitmap } from '../../resource/bitmap.ts';
import { beyond } from '../column-order.ts';
import type { Page } from '../page.ts';
import { isDescending, orderBy, orderColumns, type Scope, table } from '../scope.ts';
import { commonTable, indent, list, name, where } from '../text.ts';
import type { Terms } from './terms.ts';
import { row } from './walk.ts';

/** How many the ranked search has found, of those it looks at. */
export const RANKED_COUNT = '(select count(*) from ranked)';
/** So that the best has least: a rank is at most 20,000. */
const LEAST = 20_000;

export interface RankedPage extends Page {
  readonly access: Extract<Access, { kind: 'ranked' }>;
  /** On the row itself: a scope. */
  readonly checks: readonly string[];
  readonly offset: number | null;
}

/**
 * The page of a ranked search. `levels` says of every row that the other filters leave how many of the text's trigrams it has;
 * those that have most are looked at, the newest of those that have as many as the last of them; `ranked` is those that fit.
 */
export function rankedTables(scope: Scope, terms: Terms, page: RankedPage): readonly string[] {
  const { bitmap } = terms.selection;
  const usual: Scope = {
    ...scope,
    target: { ...scope.target, order: page.access.usual },
    position: null,
    positionValues: [],
    backward: false,
    window: [],
  };
  return [
    commonTable('levels', LEVELS),
    commonTable('reached', reached(usual)),
    commonTable('best', best(usual)),
    commonTable('candidates', `${keysOf(usual, bitmap)}\nunion all\nselect f.at, f.key from fresh f where f.hit`),
    commonTable('looked', looked(usual, terms, page)),
    commonTable('ranked', ranked(page)),
    pageTable(scope, page),
  ];
}

/** Rows whose text has changed since are not in these: they are looked at by themselves. */
const LEVELS = `select h.segment, l.level, l.bits, bit_count(l.bits) as rows
from hits h
cross join grams g
cross join lateral altiplano.levels(
  coalesce(h.hit & ~h.lost, h.hit), h.inner_bits, cardinality(g.inner_terms), h.outer_bits, g.needed, ${LOOKED_AT}
) l
where h.hit is not null`;

/** How many rows have as much or more, and of as much are newer; up to where enough are counted. */
function reached(usual: Scope): string {
  const order = `l.level desc, l.segment${isDescending(usual) ? ' desc' : ''}`;
  return `select l.* from (
  select l.*, sum(l.rows) over (order by ${order}) as upto from levels l
) l
where l.upto - l.rows < ${LOOKED_AT}`;
}

/** Their bits. Of the last segment reached only as many blocks as it takes; and rows that moved, whose text is no longer in bits. */
function best(usual: Scope): string {
  const descending = isDescending(usual);
  const rest = 'length(r.bits) - 64 * (c.block + 1)';
  const cut = descending ? '(r.bits << 64 * c.block) >> 64 * c.block' : `(r.bits >> ${rest}) << ${rest}`;
  return `select b.segment, bit_or(b.bits) as hit
from (
  select r.segment, r.bits from reached r where r.upto <= ${LOOKED_AT}
  union all
  select r.segment, ${cut}
  from reached r
  cross join lateral (
    select c.block
    from (
      select g.block, sum(bit_count(substring(r.bits from 64 * g.block + 1 for 64))) over (order by g.block${descending ? ' desc' : ''}) as upto
      from generate_series(0, length(r.bits) / 64 - 1) g (block)
    ) c
    where c.upto >= ${LOOKED_AT} - (r.upto - r.rows)
    order by c.block${descending ? ' desc' : ''}
    limit 1
  ) c
  where r.upto > ${LOOKED_AT}
  union all
  select h.segment, h.hit & h.won from hits h where h.won is not null
) b
group by b.segment`;
}

/** In no order: all blocks of a segment in one look at their index, which reads each of its pages once. */
function keysOf(scope: Scope, { name: bitmap, tenant, key, order }: Bitmap): string {
  const blocks = [
    'select g.block from generate_series(0, length(h.hit) / 64 - 1) g (block)',
    'where bit_count(substring(h.hit from 64 * g.block + 1 for 64)) > 0',
  ].join('\n');
  // The list first, by itself: an index can only be asked for one that is there.
  const segments = `select h.segment, h.hit, array(\n${indent(blocks)}\n) as blocks\nfrom best h\noffset 0`;
  const keys = [
    'select k.at, k.key',
    `from ${table(scope, `${bitmap}_block`)} b`,
    `cross join lateral unnest(b.${name(`${order}s`)}, b.${name(`${key}s`)}) with ordinality k (at, key, place)`,
    where([
      `b.${name(tenant)} = ${scope.tenant}`,
      'b.segment = h.segment',
      'b.block = any(h.blocks)',
      'get_bit(h.hit, 64 * b.block + k.place::integer - 1) = 1',
    ]),
  ].join('\n');
  return `select k.at, k.key\nfrom (\n${indent(segments)}\n) h\ncross join lateral (\n${indent(keys)}\n) k`;
}

/** `altiplano.level_of`, written out: started for each row, the function took most of the time of a search. */
const SHARED = (terms: string) =>
  `(select count(*)::integer as shared from unnest(g.${terms}_terms) t where strpos(w.words, substr(t, 2)) > 0)`;
const LEVEL = `select case
  when i.shared > 0 and i.shared = cardinality(g.inner_terms) then 16 + i.shared + o.shared
  when i.shared + o.shared >= g.needed then i.shared + o.shared
end as level
from ${SHARED('inner')} i
cross join ${SHARED('outer')} o`;

/** Columns of the rows that are shown, by another name: what they are called is the resource's to say. */
function brought({ columns }: Pick<Page, 'columns'>): readonly { readonly own: string; readonly as: string }[] {
  return columns.flatMap((own, index) => (own === `o.${name(RANK)}` ? [] : [{ own, as: `shown_${index}` }]));
}

/** With all that a page may show of them, so that no row is read twice. */
function looked(usual: Scope, { selection: { bitmap, search } }: Terms, page: RankedPage): string {
  return [
    `select ${list(['k.at', 'k.key', 'w.words', ...brought(page).map(({ own, as }) => `${own} as ${as}`)])}`,
    'from candidates k',
    row(usual, bitmap, page.checks),
    `cross join lateral (select altiplano.words(t.${name(search?.term.columns[0] ?? '')}) as words offset 0) w`,
    'cross join grams g',
    `cross join lateral (\n${indent(LEVEL)}\n  offset 0\n) v`,
    'where v.level is not null',
    orderBy(usual, ['k.at', 'k.key']).replace('order by', 'order by v.level desc,'),
    `limit ${LOOKED_AT}`,
  ].join('\n');
}

/** Counted here and not by a function, which would be started for each row: 60 ms for 500. */
function ranked(page: RankedPage): string {
  return `select ${list(brought(page).map(({ as }) => `l.${as}`))}, ${LEAST} - r.rank as ${name(RANK)}
from looked l
cross join grams g
cross join lateral (
  select count(distinct substr(l.words, i, 3) collate "C") as own
  from generate_series(1, length(l.words) - 2) i
  where substr(l.words, i + 1, 2) <> '  '
  offset 0
) o
cross join lateral (select count(*) as common from unnest(g.wanted) w where strpos(l.words, w) > 0 offset 0) c
cross join lateral (
  select altiplano.rank_of(strpos(l.words, g.held) > 0, g.is_prefix, c.common, o.own + cardinality(g.wanted) - c.common) as rank
  offset 0
) r
where r.rank is not null`;
}

function pageTable(scope: Scope, page: RankedPage): string {
  const { rows, offset } = page;
  const order = orderColumns(scope, 't');
  const rank = name(RANK);
  const known = brought(page).map(({ own, as }) => ({ as, column: own.replace(/^t\./, '') }));
  return commonTable(
    'page',
    [
      `select ${list([...known.map(({ column }) => `t.${column}`), `t.${rank}`])}`,
      `from (select ${list([...known.map(({ as, column }) => `k.${as} as ${column}`), `k.${rank}`])} from ranked k) t`,
      where([`(${beyond(scope, order)})`]),
      orderBy(scope, order),
      `limit ${rows}${offset === null ? '' : ` offset ${scope.parameters.bind(offset, 'bigint')}`}`,
    ].join('\n'),
  );
}
