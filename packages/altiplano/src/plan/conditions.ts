import { type Catalog, columnType } from '../catalog/catalog.ts';
import type { AttributeTerm, CompareTerm, LinkedTerm, SearchTerm, Term, ValuesTerm } from '../request/request.ts';
import type { ValueType } from '../resource/filter.ts';
import { alternativesOf, type Resource, type ScopedRows } from '../resource/resource.ts';
import { intersect, isEmpty, isEverything } from './allowed.ts';
import type { Caller, Predicate } from './plan.ts';
import type { Surroundings } from './plan-request.ts';

/** A request's terms, sorted by what can answer them. */
export interface Conditions {
  /**
   * The rows the caller may see at all: of each group one has to hold. Apart from what was asked: a facet leaves out its own
   * filters, never these.
   */
  readonly scope: readonly (readonly ValuesTerm[])[];
  /** One value set for each restricted column. */
  readonly sets: readonly ValuesTerm[];
  /** Comparisons of the first order column: every path in page order can start and stop at them. */
  readonly window: readonly CompareTerm[];
  readonly ranges: readonly CompareTerm[];
  readonly linked: readonly LinkedTerm[];
  readonly excluded: readonly LinkedTerm[];
  readonly attributes: readonly AttributeTerm[];
  /** Groups of alternatives: one of each has to hold. */
  readonly any: readonly (readonly Term[])[];
  readonly search: SearchTerm | null;
  readonly impossible: boolean;
}

export function sortConditions(
  resource: Resource,
  terms: readonly Term[],
  { caller, catalog }: Pick<Surroundings, 'caller' | 'catalog'>,
  any: Conditions['any'] = [],
): Conditions {
  const visible = rowsOf(resource, caller, catalog);
  const scope = visible === null ? [] : [visible.filter((set) => !isEmpty(set))];
  const sets = mergeSets(terms);
  const of = <K extends Term['kind']>(kind: K) =>
    terms.filter((term): term is Extract<Term, { kind: K }> => term.kind === kind);
  const linked = of('linked');
  const first = resource.order[0]?.column;
  return {
    scope,
    sets: sets.filter((set) => !isEverything(set)),
    window: of('compare').filter(({ column }) => column === first),
    ranges: of('compare').filter(({ column }) => column !== first),
    linked: linked.filter(({ negated }) => !negated),
    excluded: linked.filter(({ negated, ids }) => negated && ids.length > 0),
    attributes: of('attribute'),
    any,
    search: of('search')[0] ?? null,
    impossible:
      scope.some(({ length }) => length === 0) ||
      sets.some(isEmpty) ||
      linked.some(({ negated, ids }) => !negated && ids.length === 0),
  };
}

/** Rows of a table of which roles see different parts. */
export type Scoped = Pick<Resource, 'table' | 'key' | 'scopes'>;

/**
 * What the caller's rows are told by, one of which has to hold; null: all rows. Without the attribute that is compared, or as
 * a role that is not named, there are none.
 */
export function rowsOf({ table, key, scopes }: Scoped, caller: Caller, catalog: Catalog): readonly ValuesTerm[] | null {
  if (scopes === null) return null;
  const scope = Object.hasOwn(scopes, caller.role) ? scopes[caller.role] : undefined;
  if (scope === 'all') return null;
  const none: ScopedRows = { column: key, values: [] };
  return (scope === undefined ? [none] : alternativesOf(scope)).map((rows): ValuesTerm => {
    const values = 'values' in rows ? rows.values : attributeOf(caller, rows.attribute);
    const type = typeOf(columnType(catalog, table, rows.column));
    return { kind: 'values', column: rows.column, type, values, complement: false, nulls: false };
  });
}

/** The caller's own, as one value or none. */
export function attributeOf({ userId, attributes }: Caller, attribute: string): readonly string[] {
  // An API key may be nobody's.
  const value = attribute === 'id' ? userId || null : (attributes[attribute] ?? null);
  return value === null ? [] : [value];
}

/** What a column's values are compared as: a small whole number as a large one, whatever is not listed as a text. */
export function typeOf(column: string): ValueType {
  return COMPARED_AS[column] ?? 'text';
}

const COMPARED_AS: Readonly<Record<string, ValueType>> = {
  uuid: 'uuid',
  boolean: 'boolean',
  smallint: 'bigint',
  integer: 'bigint',
  bigint: 'bigint',
  date: 'date',
  'timestamp with time zone': 'timestamptz',
};

function mergeSets(terms: readonly Term[]): readonly ValuesTerm[] {
  const sets = new Map<string, ValuesTerm>();
  for (const term of terms) {
    if (term.kind !== 'values') continue;
    const set = sets.get(term.column);
    sets.set(term.column, set === undefined ? term : intersect(set, term));
  }
  return [...sets.values()];
}

/** Every condition as a check of one row. */
export function predicates(resource: Resource, conditions: Conditions): readonly Predicate[] {
  const { scope, sets, window, ranges, linked, excluded, attributes, any, search } = conditions;
  const check = (term: Term): Predicate =>
    term.kind === 'linked' ? { ...term, ...linkColumns(resource, term.target) } : term;
  return [
    ...scope.map(anyOf),
    ...[...sets, ...window, ...ranges, ...linked, ...excluded, ...attributes].map(check),
    ...any.map((group): Predicate => ({ kind: 'any', of: group.map(check) })),
    ...(search === null || search.ranked ? [] : [search]),
  ];
}

/** What rows that bitmaps found are still asked: trigrams only suggest a text, and a scope is checked twice. */
export function checksOf({ scope, search }: Conditions): readonly Predicate[] {
  return [...scope.map(anyOf), ...(search === null || search.ranked ? [] : [search])];
}

function anyOf(group: readonly ValuesTerm[]): Predicate {
  const [only, ...others] = group;
  return only !== undefined && others.length === 0 ? only : { kind: 'any', of: group };
}

/** A link table names both sides `<table>_id`. */
export function linkColumns(resource: Pick<Resource, 'table'>, target: string) {
  return { parentColumn: `${resource.table}_id`, targetColumn: `${target}_id` };
}
