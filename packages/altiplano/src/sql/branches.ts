import type { ColumnsPath, PostedTerm, PostingsPath, ValueSet } from '../plan/plan.ts';
import { keyRange, orderBy, orderByNulls, orderColumns, type Scope, table, visible } from './scope.ts';
import { indent, list, name, where } from './text.ts';

/**
 * The first `limit` keys of every combination of the columns' values: one ordered walk of the composite index for each.
 * A null is found by `is null`, which no join can express, so the combinations with a null are written out beside the
 * others: at most 2ⁿ texts for n nullable columns.
 */
export function columnBranches(scope: Scope, path: ColumnsPath, limit: number): string {
  return casesOf(path.columns)
    .map((columns) => columnBranch(scope, columns, limit))
    .join('\nunion all\n');
}

/** Each column is either one that is null in this case, or one that takes each of its values. */
type Case = readonly (ValueSet & { readonly isNull: boolean })[];

function casesOf(columns: readonly ValueSet[]): readonly Case[] {
  return columns.reduce<readonly Case[]>(
    (cases, column) => [
      ...(column.values.length > 0 ? cases.map((before) => [...before, { ...column, isNull: false }]) : []),
      ...(column.nulls ? cases.map((before) => [...before, { ...column, isNull: true }]) : []),
    ],
    [[]],
  );
}

function columnBranch(scope: Scope, columns: Case, limit: number): string {
  const valued = columns.filter(({ isNull }) => !isNull);
  const sources = valued.map(
    ({ column, values, type }) => `unnest(${scope.parameters.bind(values, `${type}[]`)}) as of_${column} (value)`,
  );
  const equal = columns.map(({ column, isNull }) => `t.${name(column)} ${isNull ? 'is null' : `= of_${column}.value`}`);
  const nulls = columns.filter(({ isNull }) => isNull).map(({ column }) => `t.${name(column)}`);
  const keys = orderColumns(scope, 't');
  const walk = [
    `select ${list(keys)}`,
    `from ${table(scope)} t`,
    where([...visible(scope), ...equal, ...keyRange(scope, keys)]),
    orderByNulls(scope, nulls, keys),
    `limit ${limit}`,
  ].join('\n');
  if (sources.length === 0) return `(\n${indent(walk)}\n)`;
  return `select k.*\nfrom ${sources.join('\ncross join ')}\ncross join lateral (\n${indent(walk)}\n) k`;
}

/** The first `limit` keys of each term; a row that has several of them is one row. */
export function postingBranches(scope: Scope, path: PostingsPath, limit: number): string {
  const keys = orderColumns(scope, 'p', path.key);
  const ids = path.terms.flatMap((term) => (term.kind === 'id' ? [term.id] : []));
  const walk = [
    `select ${list(postingKeys(scope, path))}`,
    `from ${table(scope, path.table)} p`,
    where([
      `p.${name(scope.target.tenant.column)} = ${scope.tenant}`,
      'p.term = of_term.value',
      ...keyRange(scope, keys),
    ]),
    orderBy(scope, keys),
    `limit ${limit}`,
  ].join('\n');
  return `select distinct k.*\nfrom unnest(${scope.parameters.bind(ids, 'uuid[]')}) as of_term (value)\ncross join lateral (\n${indent(walk)}\n) k`;
}

/** The order columns of a posting, under the names the resource gives them. */
export function postingKeys(scope: Scope, path: PostingsPath): readonly string[] {
  const keys = orderColumns(scope, 'p', path.key);
  return keys.map((expression, index) => {
    const column = name(scope.target.order[index]?.column ?? '');
    return expression.endsWith(`.${column}`) ? expression : `${expression} as ${column}`;
  });
}

export function postedTerm(scope: Scope, term: PostedTerm): string {
  if (term.kind === 'id') return scope.parameters.bind(term.id, 'uuid');
  return `altiplano.attribute_term(${scope.parameters.bind(term.key, 'text')}, ${scope.parameters.bind(term.value, 'text')})`;
}
