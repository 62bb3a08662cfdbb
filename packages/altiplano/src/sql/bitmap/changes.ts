import type { Bitmap } from '../../resource/bitmap.ts';
import { ENTERED } from '../entry.ts';
import { type Scope, table } from '../scope.ts';
import { commonTable, indent, list, literal, name, where } from '../text.ts';
import type { FacetTerms } from './facets.ts';
import { variantsOf } from './hits.ts';
import { holds, LOST_TEXT, refused, required, TEXT, type Terms } from './terms.ts';

/** The tables `segments` to `masks`: what bitmaps do not say yet, and where it belongs. */
export function changeTables(scope: Scope, terms: Terms, facets: readonly FacetTerms[]): readonly string[] {
  return [segments(scope, terms), PLACES, unfolded(scope, terms, facets), changes(terms, facets), masks()];
}

function segments(scope: Scope, { selection: { bitmap } }: Terms): string {
  const { tenant, key, order } = bitmap;
  return commonTable(
    'segments',
    [
      `select s.segment, s.width, s.folded, s.${name(`low_${order}`)} as low_order, s.${name(`low_${key}`)} as low_key`,
      `from ${table(scope, `${bitmap.name}_segment`)} s`,
      where([`s.${name(tenant)} = ${scope.tenant}`, ENTERED]),
    ].join('\n'),
  );
}

/** All segments at a glance. Most entries name theirs or belong to the last one: looking for each took 3 of 5 µs an entry. */
const PLACES = commonTable(
  'places',
  `select array_agg(s.segment) as segments, max(s.segment) as last,
  (array_agg(s.low_order order by s.segment desc))[1] as last_order,
  (array_agg(s.low_key order by s.segment desc))[1] as last_key,
  (array_agg(pg_snapshot_xmax(s.folded) order by pg_snapshot_xmax(s.folded)))[1] as since,
  array(select pg_snapshot_xip(s.folded) from segments s) as running
from segments s`,
);

/**
 * Entries of the tail that their segment's bitmaps do not hold. All entries of a row name it as new, or have its slot;
 * a slot that a rebuild has forgotten is looked up.
 */
function unfolded(scope: Scope, terms: Terms, facets: readonly FacetTerms[]): string {
  const { bitmap, comparisons, search } = terms.selection;
  const values = [...new Set(comparisons.map(({ column }) => column))].flatMap((column) => [
    name(`old_${column}`),
    name(`new_${column}`),
  ]);
  const kept = ['minus', 'plus', ...values, ...(search === null ? [] : ['old_text', 'new_text'])];
  const shown = ['at', 'key', 'segment', 'width', ...kept].map((column) => `e.${column}`);
  return commonTable(
    'unfolded',
    [
      `select ${list(shown)}, case`,
      '  when e.slot is not null or e.born = 1 or e.segment is null then e.slot',
      '  else (',
      indent(slotInBlock(scope, bitmap), 4),
      '  )',
      'end as slot',
      'from (',
      '  select e.*, s.segment, s.width,',
      '    max(case when e.named = s.segment then e.slotted end) over same as slot, sum(e.birth) over same as born',
      '  from (',
      indent(entries(scope, terms, facets, kept), 4),
      '  ) e',
      '  left join segments s on s.segment = e.belongs',
      '  where pg_visible_in_snapshot(e.writer, s.folded) is not true',
      '  window same as (partition by e.at, e.key)',
      ') e',
    ].join('\n'),
  );
}

/** What is in the tail at all, with the segment each entry belongs to; entries about other terms are left where they are. */
function entries(scope: Scope, terms: Terms, facets: readonly FacetTerms[], kept: readonly string[]): string {
  const { key, order, name: bitmap } = terms.selection.bitmap;
  const [at, id] = [`e.${name(order)}`, `e.${name(key)}`];
  const about = [
    `e.plus && ${terms.all}`,
    `e.minus && ${terms.all}`,
    // A new row has no slot: whoever knows that it is new does not look for one.
    ...(terms.marked ? [] : ['e.born = 1']),
    ...kept.filter((column) => column !== 'plus' && column !== 'minus').map((column) => `e.${column} is not null`),
  ];
  return [
    `select ${at} as at, ${id} as key, e.writer, e.segment as named, e.slot as slotted, e.born as birth, ${list(kept.map((column) => `e.${column}`))}, case`,
    '  when e.segment = any(p.segments) then e.segment',
    `  when (${at}, ${id}) >= (p.last_order, p.last_key) then p.last`,
    `  else (select s.segment from segments s where (s.low_order, s.low_key) <= (${at}, ${id}) order by s.segment desc limit 1)`,
    'end as belongs',
    `from ${table(scope, `${bitmap}_unfolded`)}(${scope.tenant}, (select p.since from places p), (select p.running from places p)) e`,
    'cross join places p',
    where([ENTERED, ...(facets.length > 0 ? [] : [`(${about.join(' or ')})`])]),
  ].join('\n');
}

/** By the whole key: a row that moved within its block is in it twice. */
function slotInBlock(scope: Scope, { name: bitmap, tenant, key, order }: Bitmap): string {
  const low = [`b.${name(`low_${order}`)}`, `b.${name(`low_${key}`)}`];
  const block = [
    `select b.block, b.${name(`${order}s`)} as ats, b.${name(`${key}s`)} as keys`,
    `from ${table(scope, `${bitmap}_block`)} b`,
    where([`b.${name(tenant)} = ${scope.tenant}`, `(${list(low)}) <= (e.at, e.key)`]),
    `order by ${low.map((column) => `${column} desc`).join(', ')}`,
    'limit 1',
  ].join('\n');
  return [
    'select 64 * b.block + k.place::integer - 1',
    'from (',
    indent(block),
    ') b',
    'cross join lateral unnest(b.ats, b.keys) with ordinality k (at, key, place)',
    'where k.at = e.at and k.key = e.key',
  ].join('\n');
}

const HOLDS = (text: string) => `coalesce(strpos(u.${text}_text, g.text) > 0, false)::integer`;

/** Of a ranked search: rows whose text may fit now, and rows whose trigrams tell no more what it is. */
const RANKED = [
  `union all select ${literal(TEXT)}, 1 from grams g`,
  'where altiplano.level_of(u.new_text, g.inner_terms, g.outer_terms, g.needed) is not null',
  `union all select ${literal(LOST_TEXT)}, 1 where u.new_text is not null or u.old_text is not null`,
];

/** Which terms rows have won (1) or lost (-1) since. */
function changes(terms: Terms, facets: readonly FacetTerms[]): string {
  const asked = [`t.term = any(${terms.all})`, ...facets.map(({ belongs }) => belongs('t.term'))];
  const kinds = [
    'select t.term, t.net',
    'from (select unnest(u.plus) as term, 1 as net union all select unnest(u.minus), -1) t',
    `where ${asked.join(' or ')}`,
    ...terms.comparisons.flatMap((one) => {
      const [fresh, old] = [`new_${one.column}`, `old_${one.column}`].map((column) => `u.${name(column)}`);
      return [
        `union all select ${literal(one.term)}, ${holds(one, fresh ?? '')}::integer - ${holds(one, old ?? '')}::integer`,
        `where ${fresh} is not null or ${old} is not null`,
      ];
    }),
    ...(terms.ranked ? RANKED : []),
    ...(terms.text === null || terms.ranked
      ? []
      : [
          `union all select ${literal(TEXT)}, ${HOLDS('new')} - ${HOLDS('old')} from grams g`,
          'where u.new_text is not null or u.old_text is not null',
        ]),
  ];
  return commonTable(
    'changes',
    [
      'select u.segment, u.width, u.slot, u.at, u.key, t.term, sum(t.net) as net',
      'from unfolded u',
      'cross join lateral (',
      indent(kinds.join('\n')),
      ') t',
      'group by u.segment, u.width, u.slot, u.at, u.key, t.term',
      'having sum(t.net) <> 0',
    ].join('\n'),
  );
}

/** The same as bits, for rows that have a place. */
function masks(): string {
  const bits = (sign: string) => `altiplano.bits_of(array_agg(c.slot) filter (where c.net ${sign} 0), max(c.width))`;
  return commonTable(
    'masks',
    [
      `select c.segment, c.term, ${bits('>')} as plus, ${bits('<')} as minus`,
      'from changes c',
      'where c.slot is not null',
      'group by c.segment, c.term',
    ].join('\n'),
  );
}

/** Rows that have no place yet and match, each with all its terms that were asked about. */
export function freshTable(scope: Scope, terms: Terms, facets: readonly FacetTerms[], label: string): string {
  const matches = (without: string | null) =>
    [
      ...[...required(terms, without), ...(terms.text === null ? [] : [`= ${literal(TEXT)}`])].map(
        (term) => `bool_or(c.term ${term})`,
      ),
      ...refused(terms, without).map((term) => `not bool_or(c.term ${term})`),
    ].join(' and ');
  const window = terms.selection.window.map(
    ({ comparison, value, type }) => `c.at ${comparison} ${scope.parameters.bind(value, type)}`,
  );
  const variants = variantsOf(facets).map((variant) => `${matches(variant.without)} as ${variant.label}`);
  const grouped = [
    `select c.at, c.key, array_agg(c.term) as terms,`,
    indent(variants.join(',\n')),
    'from changes c',
    where(['c.slot is null', 'c.net > 0', ...window]),
    'group by c.at, c.key',
  ].join('\n');
  const shown = variantsOf(facets).map((variant) => `f.${variant.label}`);
  return commonTable(
    label,
    [
      `select f.at, f.key, f.terms, ${list(shown)}`,
      'from (',
      indent(grouped),
      ') f',
      `where ${shown.join(' or ')}`,
    ].join('\n'),
  );
}
