import type { CompareTerm, LinkedTerm, SearchTerm, Term, ValuesTerm } from '../request/request.ts';
import type { Bitmap } from '../resource/bitmap.ts';
import type { ValueType } from '../resource/filter.ts';
import { attributeTerm, linkTerm, valueTerm } from '../resource/term.ts';
import type { Conditions } from './conditions.ts';

/**
 * What bitmaps are to answer: rows that have a term of every group and none of the excluded ones. Every condition of a
 * list is of this form: IN is a group, NOT IN excludes, a comparison is a term whose rows are worked out on the way.
 */
export interface Selection {
  readonly bitmap: Bitmap;
  readonly groups: readonly TermGroup[];
  readonly excluded: readonly TermGroup[];
  /** Terms `<1`, `<2` … of the groups that stand for comparisons. */
  readonly comparisons: readonly Comparison[];
  /** Bounds of the first order column: a stretch of positions. */
  readonly window: readonly CompareTerm[];
  readonly search: SelectedText | null;
  /** Segments that a page looks at before it looks at the others. */
  readonly near: number;
}

/**
 * A million rows in whole segments, and all small ones there may be at the end (decision 8). What is frequent fills the page
 * from them, so it costs no more among ten million rows; up to a million nothing is far.
 */
const NEAR = 28;

/** Targets by a text of theirs: which terms these are, the statement finds out. */
export interface NamedTargets {
  readonly link: string;
  readonly target: string;
  readonly by: string;
  readonly values: readonly string[];
}

export interface TermGroup {
  /** Column or link table the terms are about: a facet over it leaves them out. Null: of several. */
  readonly about: string | null;
  readonly terms: readonly string[];
  /** In place of `terms`. */
  readonly named?: NamedTargets;
}

/** Rows whose value is within all bounds. */
export interface Comparison {
  readonly term: string;
  readonly column: string;
  readonly type: ValueType;
  readonly bounds: readonly Limit[];
}

export interface Limit {
  readonly operator: '<' | '<=' | '>' | '>=' | '=';
  readonly value: string;
}

export interface SelectedText {
  readonly term: SearchTerm;
  /** Places of the trigrams looked up, in the folded text, from 1. */
  readonly places: readonly number[];
  /** The text is one trigram, so whoever has it has the text. */
  readonly exact: boolean;
}

/** Trigrams that a ranked search chooses rows by: `altiplano.sought`. */
const CHOSEN_BY = 15;

/** Trigrams looked up at most: each costs what a term costs, and twelve leave few candidates that do not hold the text. */
const MOST_GRAMS = 12;

/** The conditions as terms. */
export function selectionOf(bitmap: Bitmap, conditions: Conditions): Selection {
  const comparisons: Comparison[] = [];
  const compare = ({ column, type }: CompareTerm | ValuesTerm, bounds: readonly Limit[]) => {
    const term = `<${comparisons.length + 1}`;
    comparisons.push({ term, column, type, bounds });
    return term;
  };
  const termsOf = (set: ValuesTerm): readonly string[] =>
    set.values.map((value) =>
      bitmap.ranges.includes(set.column) ? compare(set, [{ operator: '=', value }]) : valueTerm(set.column, value),
    );
  const nullOf = (column: string) => valueTerm(column, null);
  const { scope, sets, ranges, linked, excluded, attributes, any } = conditions;

  return {
    bitmap,
    groups: [
      ...scope.map((group) => ({ about: null, terms: group.flatMap(termsOf) })),
      ...sets
        .filter(({ complement }) => !complement)
        .map((set) => ({ about: set.column, terms: [...termsOf(set), ...(set.nulls ? [nullOf(set.column)] : [])] })),
      ...byColumn(ranges).map(([range, bounds]) => ({ about: range.column, terms: [compare(range, bounds)] })),
      ...linked.map(linkedGroup),
      ...attributes.map(({ column, key, value }) => ({ about: column, terms: [attributeTerm(column, key, value)] })),
      ...any.map((group) => ({
        about: null,
        terms: group.flatMap((term) => alternatives(term, { termsOf, nullOf })),
      })),
    ],
    excluded: [
      ...sets
        .filter(({ complement }) => complement)
        .map((set) => ({ about: set.column, terms: [...termsOf(set), ...(set.nulls ? [] : [nullOf(set.column)])] })),
      ...excluded.map(({ link, ids }) => ({ about: link, terms: ids.map((id) => linkTerm(link, id)) })),
    ].filter(({ terms }) => terms.length > 0),
    comparisons,
    window: conditions.window.filter((bound) => !isEverything(bound)),
    search: conditions.search && selectText(conditions.search),
    near: NEAR,
  };
}

/** Every text is the empty one or comes after it: no block begins before that, so there would be none to cut. */
const isEverything = ({ comparison, type, value }: CompareTerm) =>
  type === 'text' && comparison === '>=' && value === '';

/** All bounds of a column are one comparison: between two of them lie the rows of one stretch of its bins. */
function byColumn(ranges: readonly CompareTerm[]): readonly (readonly [CompareTerm, readonly Limit[]])[] {
  const first = ranges.filter((range, index) => ranges.findIndex(({ column }) => column === range.column) === index);
  return first.map((range) => [
    range,
    ranges
      .filter(({ column }) => column === range.column)
      .map(({ comparison, value }) => ({ operator: comparison, value })),
  ]);
}

function linkedGroup({ link, target, by, ids }: LinkedTerm): TermGroup {
  return by === undefined
    ? { about: link, terms: ids.map((id) => linkTerm(link, id)) }
    : { about: link, terms: [], named: { link, target, by, values: ids } };
}

interface Printing {
  readonly termsOf: (set: ValuesTerm) => readonly string[];
  readonly nullOf: (column: string) => string;
}

/** A group of alternatives holds only what a row can have: the request saw to that. */
function alternatives(term: Term, { termsOf, nullOf }: Printing): readonly string[] {
  switch (term.kind) {
    case 'values':
      return [...termsOf(term), ...(term.nulls ? [nullOf(term.column)] : [])];
    case 'linked':
      return term.ids.map((id) => linkTerm(term.link, id));
    case 'attribute':
      return [attributeTerm(term.column, term.key, term.value)];
    case 'compare':
    case 'search':
      return [];
  }
}

function selectText(term: SearchTerm): SelectedText {
  // The statement cuts it, and looks at the rows it chooses.
  if (term.ranked) return { term, places: [], exact: true };
  const length = [...term.text].length;
  const all = Array.from({ length: length - 2 }, (_, index) => index + 1);
  // Evenly spread: neighbours share two characters and tell little more.
  const step = Math.max(1, Math.ceil(all.length / MOST_GRAMS));
  const places = all.filter((place, index) => index % step === 0 || place === all.length);
  return { term, places, exact: length === 3 && !term.text.includes('\u001f') };
}

/** Terms a selection reads, comparisons apart. */
export function termsRead({ groups, excluded, search }: Selection): number {
  const named = [...groups, ...excluded].flatMap(({ terms }) => terms);
  const targets = groups.reduce((sum, { named: of }) => sum + (of?.values.length ?? 0), 0);
  return 1 + new Set(named).size + targets + (search?.term.ranked ? CHOSEN_BY : (search?.places.length ?? 0));
}
