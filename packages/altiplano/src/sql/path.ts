import type { ColumnsPath, Path, PostingsPath, RangePath, SearchPath, UnorderedPath, ValueSet } from '../plan/plan.ts';
import { columnBranches, postedTerm, postingBranches, postingKeys } from './branches.ts';
import { predicate, valuesPredicate } from './predicate.ts';
import { keyRange, orderBy, orderByNulls, orderColumns, type Scope, table, visible } from './scope.ts';
import { indent, list, name, where } from './text.ts';

/** The keys of a path in page order, `limit` of them. */
export function pathKeys(scope: Scope, path: Path | UnorderedPath, limit: number): string {
  if (path.kind === 'range') return rangeKeys(scope, path, limit);
  if (path.kind === 'search') return sorted(scope, searchKeys(scope, path, limit), limit);
  if (path.kind === 'postings' && path.terms.length > 1)
    return sorted(scope, postingBranches(scope, path, limit), limit);
  if (path.kind === 'postings') return postingWalk(scope, path, limit);
  if (path.kind === 'columns' && path.branches > 1) return sorted(scope, columnBranches(scope, path, limit), limit);
  return tableWalk(scope, path, orderColumns(scope, 't'), limit);
}

/** Whether a path reads the resource's own rows in order, so that nothing has to be joined back. */
export function isDirect(path: Path | UnorderedPath): path is Exclude<Path, PostingsPath> {
  return path.kind === 'page' || (path.kind === 'columns' && path.branches === 1);
}

/** One ordered walk of the resource's table, stopping after `limit` rows that pass the conditions. */
export function tableWalk(
  scope: Scope,
  path: Exclude<Path, PostingsPath>,
  columns: readonly string[],
  limit: number,
  conditions: readonly string[] = [],
): string {
  const keys = orderColumns(scope, 't');
  const nulls =
    path.kind === 'page' ? [] : path.columns.filter((set) => set.nulls).map(({ column }) => `t.${name(column)}`);
  return [
    `select ${list(columns)}`,
    `from ${table(scope)} t`,
    where([...visible(scope), ...onlyBranch(scope, path), ...keyRange(scope, keys), ...conditions]),
    orderByNulls(scope, nulls, keys),
    `limit ${limit}`,
  ].join('\n');
}

function onlyBranch(scope: Scope, path: { readonly kind: 'page' } | ColumnsPath): readonly string[] {
  if (path.kind === 'page') return [];
  return path.columns.map((set: ValueSet) => valuesPredicate(scope, { ...set, kind: 'values', complement: false }));
}

function postingWalk(scope: Scope, path: PostingsPath, limit: number): string {
  const keys = orderColumns(scope, 'p', path.key);
  const [term] = path.terms;
  return [
    `select ${list(postingKeys(scope, path))}`,
    `from ${table(scope, path.table)} p`,
    where([
      `p.${name(scope.target.tenant.column)} = ${scope.tenant}`,
      term === undefined ? 'false' : `p.term = ${postedTerm(scope, term)}`,
      ...keyRange(scope, keys),
    ]),
    orderBy(scope, keys),
    `limit ${limit}`,
  ].join('\n');
}

/** What the guarded function finds, `limit` of it: trigrams tell candidates in no order, so the function stops anywhere. */
export function searchKeys(scope: Scope, path: SearchPath, limit: number | null): string {
  const text = scope.parameters.bind(path.term.text, 'text');
  return `select *\nfrom ${table(scope, path.term.finder)}(${scope.tenant}, altiplano.fold(${text}), ${limit ?? 'null'})`;
}

/** All rows of a range if they are few, sorted afterwards; the position is applied later, so that `limit` counts them all. */
function rangeKeys(scope: Scope, path: RangePath, limit: number): string {
  const conditions = path.conditions.map((condition) => predicate(scope, condition));
  const walk = [
    `select ${list(orderColumns(scope, 't'))}`,
    `from ${table(scope)} t`,
    where([...visible(scope), ...conditions]),
    `limit ${limit}`,
  ].join('\n');
  return sorted(scope, walk, limit);
}

function sorted(scope: Scope, keys: string, limit: number): string {
  return `select k.*\nfrom (\n${indent(keys)}\n) k\n${orderBy(scope, orderColumns(scope, 'k'))}\nlimit ${limit}`;
}
