import type { CompareTerm, ValuesTerm } from '../request/request.ts';
import type { Resource } from '../resource/resource.ts';
import type { Conditions } from './conditions.ts';
import type { Access, ColumnsPath, Last, Path, RangePath, Try, ValueSet } from './plan.ts';

/**
 * Entries a try reads before it gives up. 200 rows joined back cost at most 1,000 buffers, and a term that is on one
 * row in eight fills a page of 25 within them.
 */
export const TRY_ENTRIES = 200;
/** A range is no order, so a try of it must hold all its rows; index-only and sorted, 500 cost about 10 buffers. */
export const RANGE_ENTRIES = 500;

/** Chooses how the keys of a page are found. Pure; the choice depends on what is asked, never on statistics. */
export function chooseAccess(resource: Resource, conditions: Conditions): Access {
  if (conditions.impossible) return { kind: 'nothing' };
  const ordered = orderedPaths(resource, conditions);
  const { ranges, excluded, search } = conditions;
  const [first = { path: PAGE, covers: 0 }] = ordered;
  const open: Last = search === null ? { kind: 'walk', path: first.path } : { kind: 'search', term: search };
  const total =
    conditions.sets.length + conditions.linked.length + conditions.attributes.length + ranges.length + excluded.length;
  if (search === null && first.covers === total) return { kind: 'walk', path: first.path };

  const rangeTries = rangePaths(resource, ranges).map((path): Try => ({ path, entries: RANGE_ENTRIES }));
  const paths = ordered.length > 0 ? ordered.map(({ path }) => path) : [PAGE];
  const pathTries = paths.map((path): Try => ({ path, entries: tryEntries(path) }));
  // A single path that stops by itself needs no try: it would only read its beginning twice.
  const alternatives = pathTries.length + rangeTries.length + (search === null ? 0 : 1);
  const worthTrying = alternatives > 1 || !isLazy(first.path);
  return { kind: 'tries', tries: worthTrying ? [...pathTries, ...rangeTries] : [], last: open };
}

/** One ordered walk, which stops when the page is full; merged branches are sorted first. */
function isLazy(path: Path): boolean {
  return path.kind === 'page' || (path.kind === 'columns' ? path.branches === 1 : path.terms.length === 1);
}

/** Entries for each branch of a try: 200, but not more than about 4,000 over all branches. */
function tryEntries(path: Path): number {
  const branches = path.kind === 'columns' ? path.branches : path.kind === 'postings' ? path.terms.length : 1;
  return Math.max(50, Math.min(TRY_ENTRIES, Math.floor(4_000 / branches)));
}

const PAGE: Path = { kind: 'page' };

interface Candidate {
  readonly path: Path;
  /** How many conditions the path answers by itself. */
  readonly covers: number;
}

/** Paths in page order that answer at least one condition, the likely narrowest first. */
function orderedPaths(resource: Resource, conditions: Conditions): readonly Candidate[] {
  const { table, key } = resource.postings;
  return [
    ...conditions.attributes.map(({ key: name, value }): Candidate => {
      return { path: { kind: 'postings', table, key, terms: [{ kind: 'attribute', key: name, value }] }, covers: 1 };
    }),
    ...conditions.linked.map(({ ids }): Candidate => {
      return { path: { kind: 'postings', table, key, terms: ids.map((id) => ({ kind: 'id', id })) }, covers: 1 };
    }),
    ...resource.paths.flatMap((columns) => columnsPath(resource, columns, conditions.sets)),
  ];
}

/** The columns of one index, each with its values: those asked for, or all there are. */
function columnsPath(
  resource: Resource,
  columns: readonly string[],
  sets: readonly ValuesTerm[],
): readonly Candidate[] {
  const asked = sets.filter((set) => columns.includes(set.column) && !set.complement);
  if (asked.length === 0) return [];
  const values = columns.map((column): ValueSet | undefined => {
    const set = asked.find((candidate) => candidate.column === column);
    if (set !== undefined) return { column, type: set.type, values: set.values, nulls: set.nulls };
    const domain = resource.domains[column];
    return domain && { column, type: domain.type, values: domain.values, nulls: domain.nullable };
  });
  if (!values.every((set) => set !== undefined)) return [];
  const path: ColumnsPath = {
    kind: 'columns',
    columns: values,
    branches: values.reduce((product, set) => product * branchesOf(set), 1),
  };
  return [{ path, covers: asked.length }];
}

function branchesOf({ values, nulls }: ValueSet): number {
  return values.length + (nulls ? 1 : 0);
}

function rangePaths(resource: Resource, ranges: readonly CompareTerm[]): readonly RangePath[] {
  const columns = resource.paths.filter((path) => path.length === 1).map(([column]) => column);
  return columns.flatMap((column): RangePath[] => {
    const conditions = ranges.filter((range) => range.column === column);
    return column === undefined || conditions.length === 0 ? [] : [{ kind: 'range', column, conditions }];
  });
}
