import type { CompareTerm, ValuesTerm } from '../request/request.ts';
import type { Resource } from '../resource/resource.ts';
import type { Conditions } from './conditions.ts';
import type {
  Access,
  ColumnsPath,
  Path,
  PostedTerm,
  RangePath,
  SearchPath,
  Try,
  UnorderedPath,
  ValueSet,
} from './plan.ts';

/**
 * Entries a try reads before it gives up. 200 rows joined back cost at most 1,000 buffers, and a term that is on one
 * row in eight fills a page of 25 within them.
 */
export const TRY_ENTRIES = 200;
/**
 * Ranges and searches come in no order, so a try of them must hold all their rows; sorting 500 costs little, and a
 * search that has more of them than that is frequent enough for a walk.
 */
export const UNORDERED_ENTRIES = 500;
/**
 * Before the last resort has to read all that matches: of 1 M rows, 5,000 walked fill a page when 5,000 match, which is
 * also about where reading all of them costs as much (√(26 × 1 M)). A path that is joined back costs four times as much.
 */
export const DEEP_ENTRIES = { direct: 5_000, joined: 1_000 } as const;

/** Chooses how the keys of a page are found. Pure; the choice depends on what is asked, never on statistics. */
export function chooseAccess(resource: Resource, conditions: Conditions): Access {
  if (conditions.impossible) return { kind: 'nothing' };
  const { ranges, excluded, search } = conditions;
  const ordered = orderedPaths(resource, conditions);
  const [first = { path: PAGE, covers: 0 }] = ordered;
  const terms = [conditions.sets, conditions.linked, conditions.attributes, ranges, excluded].flat().length;
  if (search === null && first.covers === terms) return { kind: 'walk', path: first.path };

  const paths = ordered.length > 0 ? ordered.map(({ path }) => path) : [PAGE];
  const unordered: readonly UnorderedPath[] = [
    ...(search === null ? [] : [{ kind: 'search', term: search } as const]),
    ...rangePaths(resource, ranges),
  ];
  const last = search === null ? first.path : ({ kind: 'search', term: search } as const);
  // A lone path that stops by itself needs no try: it would only read its beginning twice.
  if (paths.length + unordered.length === 1 && stopsEarly(last)) return { kind: 'tries', tries: [], last };
  const tries = [
    ...paths.map((path): Try => ({ path, entries: tryEntries(path) })),
    ...unordered.map((path): Try => ({ path, entries: UNORDERED_ENTRIES })),
    ...(stopsEarly(last) ? [] : [deepTry(paths[0] ?? PAGE)]),
  ];
  return { kind: 'tries', tries, last };
}

/** One ordered walk, which stops when the page is full; merged branches and searches are read to their end first. */
function stopsEarly(path: Path | SearchPath): boolean {
  return path.kind !== 'search' && branchesOfPath(path) === 1;
}

function branchesOfPath(path: Path): number {
  return path.kind === 'columns' ? path.branches : path.kind === 'postings' ? path.terms.length : 1;
}

/** Entries for each branch of a try: 200, but not more than about 4,000 over all branches. */
function tryEntries(path: Path): number {
  return Math.max(50, Math.min(TRY_ENTRIES, Math.floor(4_000 / branchesOfPath(path))));
}

/** A long stretch of the likely narrowest path: where it ends within that, the answer is exact. */
function deepTry(path: Path): Try {
  const direct = path.kind === 'page' || (path.kind === 'columns' && path.branches === 1);
  return { path, entries: direct ? DEEP_ENTRIES.direct : DEEP_ENTRIES.joined };
}

const PAGE: Path = { kind: 'page' };

interface Candidate {
  readonly path: Path;
  /** How many conditions the path answers by itself. */
  readonly covers: number;
}

/** Paths in page order that answer at least one condition, the likely narrowest first. */
function orderedPaths(resource: Resource, conditions: Conditions): readonly Candidate[] {
  const { attributes, linked, sets } = conditions;
  return [
    ...attributes.flatMap(({ key, value }) => postingsPath(resource, [{ kind: 'attribute', key, value }])),
    ...linked.flatMap(({ ids }) =>
      postingsPath(
        resource,
        ids.map((id) => ({ kind: 'id', id })),
      ),
    ),
    ...resource.paths.flatMap((columns) => columnsPath(resource, columns, sets)),
  ];
}

function postingsPath({ postings }: Resource, terms: readonly PostedTerm[]): readonly Candidate[] {
  return postings === null ? [] : [{ path: { kind: 'postings', ...postings, terms }, covers: 1 }];
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
