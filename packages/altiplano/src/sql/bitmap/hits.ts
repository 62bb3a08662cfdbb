import { ENTERED } from '../entry.ts';
import { type Scope, table } from '../scope.ts';
import { commonTable, indent, list, literal, name, where } from '../text.ts';
import type { FacetTerms } from './facets.ts';
import { stretchTables } from './stretch.ts';
import { type Compared, gramConditions, LOST_TEXT, live, refused, required, TEXT, type Terms } from './terms.ts';

/**
 * `current` is the bits of every term and segment as of now: what the bitmaps say less what rows have lost, and beside it
 * what rows have won. `hits` combines them: one row a segment, with all bits of the rows that match.
 */
export function hitTables(scope: Scope, terms: Terms, facets: readonly FacetTerms[], label: string): readonly string[] {
  return [
    ...stretchTables(scope, terms.selection),
    ...hitsOf(scope, terms, facets, { current: 'current', hits: label }),
  ];
}

export interface HitsOf {
  /** Names of the two tables. */
  readonly current: string;
  readonly hits: string;
  /** A table of one row: the first and the last segment. All of them, unless said otherwise. */
  readonly among?: string;
}

export function hitsOf(scope: Scope, terms: Terms, facets: readonly FacetTerms[], parts: HitsOf): readonly string[] {
  return [current(scope, terms, parts), hits(terms, facets, parts)];
}

function current(scope: Scope, terms: Terms, { current: label, among }: HitsOf): string {
  const within = (alias: string) =>
    among === undefined
      ? []
      : [`${alias}.segment between (select a.first from ${among} a) and (select a.last from ${among} a)`];
  const settled = [
    ...(among === undefined ? read(scope, terms, `= any(${terms.all})`) : readEach(scope, terms, within('b'))),
    ...terms.comparisons.map((one) => `union all\n${compared(scope, terms, one)}`),
  ].join('\n');
  const lost = [
    `union all\nselect m.segment, ${literal(LOST_TEXT)}, m.minus from masks m`,
    where([`m.term = ${literal(TEXT)}`, 'm.minus is not null', ...within('m')]),
  ].join('\n');
  const parts = [currentBits(settled, within('m')), ...(terms.text === null || terms.ranked ? [] : [lost])];
  return commonTable(label, parts.join('\n'));
}

function read(scope: Scope, { selection }: Terms, isTerm: string, more: readonly string[] = []): readonly string[] {
  const { bitmap } = selection;
  return [
    `select b.segment, b.term, b.bits from ${table(scope, bitmap.name)} b`,
    where([`b.${name(bitmap.tenant)} = ${scope.tenant}`, `b.term ${isTerm}`, ...more, ENTERED]),
  ];
}

/**
 * Segments of one term after the other, which lie side by side in the index. Beside a list of terms PostgreSQL 15 takes the range of
 * segments for its index condition and the terms for a filter: all terms there are would be read.
 */
function readEach(scope: Scope, terms: Terms, within: readonly string[]): readonly string[] {
  const each = [...read(scope, terms, '= k.term', within), 'offset 0'].join('\n');
  return ['select b.*', `from unnest(${terms.all}) k (term)`, `cross join lateral (\n${indent(each)}\n) b`];
}

/** Won bits stand in rows of their own: whoever combines terms joins them by OR, whoever counts them adds. */
export function currentBits(settled: string, belongs: readonly string[] = []): string {
  return [
    'select s.segment, s.term, case when m.minus is null then s.bits else s.bits & ~m.minus end as bits',
    'from (',
    indent(settled),
    ') s',
    'left join masks m on m.segment = s.segment and m.term = s.term',
    'union all',
    'select m.segment, m.term, m.plus from masks m',
    where(['m.plus is not null', ...belongs]),
  ].join('\n');
}

/** What lies between the bounds. */
function compared(scope: Scope, terms: Terms, { term, column, bounds }: Compared): string {
  const of = (...operators: readonly string[]) => bounds.filter(({ operator }) => operators.includes(operator));
  const above = tightest('greatest', of('>', '>=', '='));
  const below = tightest('least', of('<', '<=', '='));
  const read = `${table(scope, `${terms.selection.bitmap.name}_${column}_between`)}(${list([scope.tenant, ...above, ...below])})`;
  return `select r.segment, ${literal(term)} as term, r.bits from ${read} r\nwhere ${ENTERED}`;
}

/** Of several bounds on one side the one that the others follow from, and whether the value itself is within. */
function tightest(of: 'greatest' | 'least', bounds: Compared['bounds']): readonly [value: string, inclusive: string] {
  const strict = bounds.filter(({ operator }) => operator === '<' || operator === '>');
  if (bounds.length === 0) return ['null', 'false'];
  if (bounds.length === 1) return [bounds[0]?.bound ?? 'null', String(strict.length === 0)];
  const value = `${of}(${list(bounds.map(({ bound }) => bound))})`;
  return [value, strict.length === 0 ? 'true' : `${value} <> all (array[${list(strict.map(({ bound }) => bound))}])`];
}

/** What `hits` and `fresh` tell: whether a row matches, and for each facet with filters of its own whether it does without. */
export function variantsOf(
  facets: readonly FacetTerms[],
): readonly { readonly label: string; readonly without: string | null }[] {
  const filtered = facets.filter((facet) => facet.filtered);
  return [{ label: 'hit', without: null }, ...filtered.map(({ label, about }) => ({ label, without: about }))];
}

/** Hands out columns `b1`, `b2` … of bits joined by OR, one for each condition on terms however often it is used. */
class Columns {
  readonly conditions: string[] = [];

  of(condition: string): string {
    const known = this.conditions.indexOf(condition);
    return `c.b${known >= 0 ? known + 1 : this.conditions.push(condition)}`;
  }

  get text(): string {
    return this.conditions
      .map((condition, index) => `bit_or(c.bits) filter (where c.term ${condition}) as b${index + 1}`)
      .join(',\n');
  }
}

function hits(terms: Terms, facets: readonly FacetTerms[], { current, hits: label }: HitsOf): string {
  const columns = new Columns();
  const windowed = terms.selection.window.length > 0;
  const combined = variantsOf(facets).map((variant) => {
    const bits = combine(terms, columns, variant.without);
    return `${windowed ? `coalesce(${bits} & w.bits, ${bits})` : bits} as ${variant.label}`;
  });
  const searched = terms.ranked ? rankedColumns(columns) : [];
  const gathered = [columns.text, ...(terms.ranked ? RANKED_BITS : [])].join(',\n');
  const bits = `select c.segment,\n${indent(gathered)}\nfrom ${current} c\ngroup by c.segment`;
  return commonTable(
    label,
    [
      'select c.segment,',
      indent([...combined, ...searched].join(',\n')),
      'from (',
      indent(bits),
      ') c',
      ...(windowed ? ['join stretch w on w.segment = c.segment'] : []),
    ].join('\n'),
  );
}

/** What a ranked search makes levels of: all bits of each trigram, apart. */
const RANKED_BITS = ['inner', 'outer'].map(
  (part) =>
    `array_agg(c.bits) filter (where c.term = any((select g.${part}_terms from grams g)::text[])) as ${part}_bits`,
);

function rankedColumns(columns: Columns): readonly string[] {
  const [lost, won] = [columns.of(`= ${literal(LOST_TEXT)}`), columns.of(`= ${literal(TEXT)}`)];
  return [`${lost} as lost`, `${won} as won`, 'c.inner_bits', 'c.outer_bits'];
}

/**
 * Rows that have all trigrams, less those that lost the text since, or those that won it. Trigrams are too many to note for
 * every change, and what they say is only a suggestion: the tail has the text itself.
 */
function textBits(terms: Terms, columns: Columns): readonly string[] {
  const grams = gramConditions(terms).map((condition) => columns.of(condition));
  if (grams.length === 0) return [];
  const all = grams.join(' & ');
  const [lost, won] = [columns.of(`= ${literal(LOST_TEXT)}`), columns.of(`= ${literal(TEXT)}`)];
  const kept = `coalesce(${all} & ~${lost}, ${all})`;
  return [`coalesce(${kept} | ${won}, ${kept}, ${won})`];
}

/** A group no row of the segment has is null, and so is the whole: no hits. */
function combine(terms: Terms, columns: Columns, without: string | null): string {
  const all = [...required(terms, without).map((condition) => columns.of(condition)), ...textBits(terms, columns)];
  const whatLives = columns.of(live(terms, without));
  const none = refused(terms, without).map((condition) => `coalesce(~${columns.of(condition)}, ${whatLives})`);
  // One term's bits would stay compressed as they are stored, and be unpacked for every block: 20 ms instead of 1.
  const whole = all.length + none.length > 1 ? [...all, ...none] : [...all, ...all];
  return whole.join(' & ');
}
