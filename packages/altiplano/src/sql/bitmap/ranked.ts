import { LOOKED_AT, RANK } from '../../plan/ordering.ts';
import type { Access } from '../../plan/plan.ts';
import { beyond } from '../column-order.ts';
import type { Page } from '../page.ts';
import { orderBy, orderColumns, type Scope } from '../scope.ts';
import { commonTable, indent, list, name, where } from '../text.ts';
import type { Terms } from './terms.ts';
import { placed, row } from './walk.ts';

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
 * the 500 that have most are looked at, the newest of those that have as many as the last of them; `ranked` is those that fit.
 */
export function rankedTables(scope: Scope, terms: Terms, page: RankedPage): readonly string[] {
  const { bitmap, search } = terms.selection;
  const usual: Scope = {
    ...scope,
    target: { ...scope.target, order: page.access.usual },
    position: null,
    positionValues: [],
    backward: false,
    window: [],
  };
  const column = `t.${name(search?.term.columns[0] ?? '')}`;
  const keys = (source: string) => `select k.at, k.key from (\n${indent(placed(usual, bitmap, { source }))}\n) k`;
  const reached = '(select coalesce(max(t.upto), 0) from totals t where t.upto <= ';
  const candidates = [
    keys('best'),
    `(\n${indent(keys('cut'))}\n  limit greatest(0, ${LOOKED_AT} - ${reached}${LOOKED_AT}))\n)`,
    keys('moved'),
    'select f.at, f.key from fresh f where f.hit',
  ].join('\nunion all\n');
  const looked = [
    'select k.at, k.key, w.words',
    'from candidates k',
    row(usual, bitmap, page.checks),
    `cross join lateral (select altiplano.words(${column}) as words offset 0) w`,
    'cross join grams g',
    'cross join lateral (select altiplano.level_of(w.words, g.inner_terms, g.outer_terms, g.needed) as level offset 0) v',
    'where v.level is not null',
    orderBy(usual, ['k.at', 'k.key']).replace('order by', 'order by v.level desc,'),
    `limit ${LOOKED_AT}`,
  ].join('\n');
  return [
    commonTable('levels', LEVELS),
    commonTable('totals', TOTALS),
    commonTable(
      'best',
      `select l.segment, bit_or(l.bits) as hit from levels l join totals t on t.level = l.level\nwhere t.upto <= ${LOOKED_AT}\ngroup by l.segment`,
    ),
    commonTable(
      'cut',
      `select l.segment, l.bits as hit from levels l\nwhere l.level = (select max(t.level) from totals t where t.upto > ${LOOKED_AT})`,
    ),
    commonTable('moved', 'select h.segment, h.hit & h.won as hit from hits h where h.won is not null'),
    commonTable('candidates', candidates),
    commonTable('looked', looked),
    commonTable('ranked', RANKED),
    pageTable(scope, terms, page),
  ];
}

/** Rows whose text has changed since are not in these: they are looked at by themselves. */
const LEVELS = `select h.segment, l.level, l.bits
from hits h
cross join grams g
cross join lateral altiplano.levels(
  coalesce(h.hit & ~h.lost, h.hit), h.inner_bits, cardinality(g.inner_terms), h.outer_bits, g.needed
) l
where h.hit is not null`;

const TOTALS = `select t.level, sum(t.rows) over (order by t.level desc) as upto
from (
  select l.level, sum(bit_count(l.bits)) as rows from levels l group by l.level
) t`;

/** Counted here and not by a function, which would be started for each row: 60 ms for 500. */
const RANKED = `select l.at, l.key, ${LEAST} - r.rank as ${name(RANK)}
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

function pageTable(scope: Scope, { selection: { bitmap } }: Terms, { columns, rows, offset }: RankedPage): string {
  const order = orderColumns(scope, 't');
  const found = [
    `select ${list(columns)}`,
    'from ranked k',
    row(scope, bitmap, []),
    `cross join lateral (select k.${name(RANK)}) o`,
  ].join('\n');
  return commonTable(
    'page',
    [
      'select * from (',
      indent(found),
      ') t',
      where([`(${beyond(scope, order)})`]),
      orderBy(scope, order),
      `limit ${rows}${offset === null ? '' : ` offset ${scope.parameters.bind(offset, 'bigint')}`}`,
    ].join('\n'),
  );
}
