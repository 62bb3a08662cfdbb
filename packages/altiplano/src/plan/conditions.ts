import type { AttributeTerm, CompareTerm, LinkedTerm, SearchTerm, Term, ValuesTerm } from '../request/request.ts';
import type { Resource } from '../resource/resource.ts';
import { enumerate, intersect, isEmpty, isEverything } from './allowed.ts';
import type { Caller, LinkedPredicate, Predicate } from './plan.ts';

/** A request's terms, sorted by what can answer them. */
export interface Conditions {
  /** One value set for each restricted column. */
  readonly sets: readonly ValuesTerm[];
  /** Comparisons of the first order column: every path in page order can start and stop at them. */
  readonly window: readonly CompareTerm[];
  readonly ranges: readonly CompareTerm[];
  readonly linked: readonly LinkedTerm[];
  readonly excluded: readonly LinkedTerm[];
  readonly attributes: readonly AttributeTerm[];
  readonly search: SearchTerm | null;
  readonly impossible: boolean;
}

export function sortConditions(resource: Resource, terms: readonly Term[], caller: Caller): Conditions {
  const sets = mergeSets(resource, [...terms, ...scopeOf(resource, caller)]);
  const of = <K extends Term['kind']>(kind: K) =>
    terms.filter((term): term is Extract<Term, { kind: K }> => term.kind === kind);
  const linked = of('linked');
  const first = resource.order[0]?.column;
  return {
    sets: sets.filter((set) => !isEverything(set, resource.domains[set.column])),
    window: of('compare').filter(({ column }) => column === first),
    ranges: of('compare').filter(({ column }) => column !== first),
    linked: linked.filter(({ negated }) => !negated),
    excluded: linked.filter(({ negated, ids }) => negated && ids.length > 0),
    attributes: of('attribute'),
    search: of('search')[0] ?? null,
    impossible: sets.some(isEmpty) || linked.some(({ negated, ids }) => !negated && ids.length === 0),
  };
}

/** A scoped role sees only rows whose column is its own attribute; without the attribute, or as an unknown role, none. */
function scopeOf(resource: Resource, caller: Caller): readonly ValuesTerm[] {
  if (resource.scopes === null) return [];
  const scope = Object.hasOwn(resource.scopes, caller.role) ? resource.scopes[caller.role] : undefined;
  if (scope === 'all') return [];
  const value = scope === undefined ? null : (caller.attributes[scope.attribute] ?? null);
  const column = scope?.column ?? resource.key;
  return [
    { kind: 'values', column, type: 'uuid', values: value === null ? [] : [value], complement: false, nulls: false },
  ];
}

function mergeSets(resource: Resource, terms: readonly Term[]): readonly ValuesTerm[] {
  const sets = new Map<string, ValuesTerm>();
  for (const term of terms) {
    if (term.kind !== 'values') continue;
    const set = sets.get(term.column);
    sets.set(term.column, enumerate(set === undefined ? term : intersect(set, term), resource.domains[term.column]));
  }
  return [...sets.values()];
}

/** Every condition as a check of one row. */
export function predicates(resource: Resource, conditions: Conditions): readonly Predicate[] {
  const linked = (term: LinkedTerm): LinkedPredicate => ({ ...term, ...linkColumns(resource, term.target) });
  return [
    ...conditions.sets,
    ...conditions.window,
    ...conditions.ranges,
    ...conditions.linked.map(linked),
    ...conditions.excluded.map(linked),
    ...conditions.attributes,
    ...(conditions.search === null ? [] : [conditions.search]),
  ];
}

/** A link table names both sides `<table>_id`. */
export function linkColumns(resource: Pick<Resource, 'table'>, target: string) {
  return { parentColumn: `${resource.table}_id`, targetColumn: `${target}_id` };
}
