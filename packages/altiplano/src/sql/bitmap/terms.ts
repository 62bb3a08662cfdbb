import type { Comparison, Limit, NamedTargets, Selection, TermGroup } from '../../plan/selection.ts';
import type { SearchTerm } from '../../request/request.ts';
import type { Bitmap } from '../../resource/bitmap.ts';
import { LIVE } from '../../resource/term.ts';
import { ENTERED } from '../entry.ts';
import { ofTenant, type Scope, table } from '../scope.ts';
import { commonTable, literal, name, where } from '../text.ts';

/** What a selection looks for, bound once and named by everything that follows. */
export interface Terms {
  readonly selection: Selection;
  /** Every term read from the bitmaps' table: a `text[]`. */
  readonly all: string;
  /** Whether the term of all live rows is one of them. */
  readonly marked: boolean;
  readonly groups: readonly Bound[];
  readonly excluded: readonly Bound[];
  readonly comparisons: readonly Compared[];
  /** The folded text that is searched for, and how many trigrams `grams` has. */
  readonly text: string | null;
  readonly grams: number;
  /** The text is not what rows are found by, but how well. */
  readonly ranked: boolean;
  /** Targets that are named by a text, in the order of the tables `named_1`, `named_2` …. */
  readonly named: readonly NamedTargets[];
}

/** A comparison whose values are bound. */
export interface Compared extends Omit<Comparison, 'bounds'> {
  readonly bounds: readonly { readonly operator: Limit['operator']; readonly bound: string }[];
}

export interface Bound {
  readonly about: string | null;
  /** Whether its terms are of the row's own columns, and a row that has one is live for that. */
  readonly own: boolean;
  /** A `text[]`, of one term too: the fewer texts there are, the more of them are prepared already. */
  readonly terms: string;
}

/** @param abouts what facets are about: what is excluded of them is bound by itself, so that they can leave it out */
export function bindTerms(scope: Scope, selection: Selection, abouts: readonly string[]): Terms {
  const { groups, excluded, comparisons, search } = selection;
  const named = [...groups, ...excluded].flatMap(({ terms }) => terms).filter((term) => !term.startsWith('<'));
  // A facet leaves out its own filters: what is live is then told by another group, or by the term itself.
  const told = groups.some((group) => isOwn(selection.bitmap, group) && !abouts.includes(group.about ?? ''));
  const list = scope.parameters.bind([...new Set([...(told ? [] : [LIVE]), ...named])], 'text[]');
  const targets = groups.flatMap((group) => group.named ?? []);
  const all = [
    list,
    ...targets.map((_, index) => termsOfTarget(index)),
    ...(search === null ? [] : ['(select g.grams from grams g)']),
  ];
  return {
    selection,
    all: all.length === 1 ? list : `(${all.join(' || ')})`,
    groups: groups.map((group) =>
      group.named === undefined
        ? bindGroup(scope, group, isOwn(selection.bitmap, group))
        : { about: group.about, own: false, terms: termsOfTarget(targets.indexOf(group.named)) },
    ),
    excluded: mergeExcluded(excluded, abouts).map((group) => bindGroup(scope, group, false)),
    marked: !told,
    comparisons: comparisons.map((one) => ({
      ...one,
      bounds: one.bounds.map(({ operator, value }) => ({ operator, bound: scope.parameters.bind(value, one.type) })),
    })),
    text: search && textOf(scope, search.term),
    grams: search?.places.length ?? 0,
    ranked: search?.term.ranked ?? false,
    named: targets,
  };
}

const termsOfTarget = (index: number): string => `(select n.terms from named_${index + 1} n)::text[]`;

/** What is searched for, folded; the database's to do. A ranked search is cut there too. */
function textOf({ parameters }: Scope, { text, ranked }: SearchTerm): string {
  return `altiplano.${ranked ? 'sought' : 'fold'}(${parameters.bind(text, 'text')})`;
}

/** Terms of targets that are named by a text of theirs. A text that nobody has is no term: no row is linked to it. */
export function namedTables(scope: Scope, { named }: Terms): readonly string[] {
  return named.map(({ link, target, by, values }, index) =>
    commonTable(
      `named_${index + 1}`,
      [
        `select coalesce(array_agg(${literal(`${link}=`)} || x.id::text), '{}') as terms`,
        `from ${table(scope, target)} x`,
        where([...ofTenant(scope, 'x'), `x.${name(by)} = any(${scope.parameters.bind(values, 'text[]')})`, ENTERED]),
      ].join('\n'),
    ),
  );
}

function bindGroup(scope: Scope, { about, terms }: TermGroup, own: boolean): Bound {
  return { about, own, terms: scope.parameters.bind(terms, 'text[]') };
}

/**
 * Where no flag marks deleted rows, one that goes loses the terms of its columns with the one of all live rows: that has not to
 * be read beside them. It is 19 pages of a million rows.
 */
function isOwn({ deleted, columns }: Bitmap, { terms, named }: TermGroup): boolean {
  const isColumn = (term: string) => columns.some((column) => term === column || term.startsWith(`${column}=`));
  return deleted === null && named === undefined && terms.every(isColumn);
}

/** NOT a and NOT b is NOT (a or b). */
function mergeExcluded(groups: readonly TermGroup[], abouts: readonly string[]): readonly TermGroup[] {
  const merged = new Map<string | null, readonly string[]>();
  for (const { about, terms } of groups) {
    const apart = about !== null && abouts.includes(about) ? about : null;
    merged.set(apart, [...(merged.get(apart) ?? []), ...terms]);
  }
  return [...merged].map(([about, terms]) => ({ about, terms }));
}

/** The trigrams of the text, cut here: folding is the database's. */
export function gramsTable({ selection, text, ranked }: Terms): readonly string[] {
  if (selection.search === null || text === null) return [];
  if (ranked) return [commonTable('grams', `select s.*, s.inner_terms || s.outer_terms as grams from ${text} s`)];
  const cut = selection.search.places.map((place) => `'~' || substr(f.text, ${place}, 3)`);
  return [commonTable('grams', `select array[${cut.join(', ')}] as grams, f.text\nfrom (select ${text} as text) f`)];
}

/** Terms that all have to hold, as conditions on a column `term`. */
export function required(terms: Terms, about: string | null): readonly string[] {
  return [...new Set([live(terms, about), ...groupsBut(terms, about).map(isTerm)])];
}

/** What no row has that is deleted. */
export function live(terms: Terms, about: string | null): string {
  const own = groupsBut(terms, about).find((group) => group.own);
  return own === undefined ? `= ${literal(LIVE)}` : isTerm(own);
}

const groupsBut = ({ groups }: Terms, about: string | null) =>
  groups.filter((group) => about === null || group.about !== about);

/** The trigrams that stand for the text in the bitmaps, as conditions on a column `term`. */
export function gramConditions({ grams }: Terms): readonly string[] {
  return Array.from({ length: grams }, (_, index) => `= (select g.grams[${index + 1}] from grams g)`);
}

/** What rows in the tail have won or lost when their text came to hold what is searched, or ceased to. */
export const TEXT = '<text';
/** Rows of the bitmaps whose text held what is searched, and does no more; of a ranked search, whose text has changed. */
export const LOST_TEXT = `${TEXT}-`;

/** Terms none of which may hold. */
export function refused({ excluded }: Terms, about: string | null): readonly string[] {
  return excluded.filter((group) => about === null || group.about !== about).map(isTerm);
}

const isTerm = ({ terms }: Bound): string => `= any(${terms})`;

/** Whether a value lies where a comparison wants it; a null does not. */
export function holds({ bounds }: Compared, value: string): string {
  const all = bounds.map(({ operator, bound }) => `${value} ${operator} ${bound}`).join(' and ');
  return `coalesce(${all}, false)`;
}
