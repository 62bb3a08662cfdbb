import type { Path, Predicate, UnorderedPath } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { pathKeys } from './path.ts';
import { predicate } from './predicate.ts';
import { keyRange, orderBy, orderColumns, type Scope, table } from './scope.ts';
import { indent, list, name, where } from './text.ts';

/** What the parts of one page share: its conditions, the columns of its rows, and how many rows at most. */
export interface Page {
  readonly scope: Scope;
  readonly conditions: readonly Predicate[];
  readonly columns: readonly string[];
  readonly rows: number;
}

/** Stands for no limit where the text has one; a path of one term stops when the page is full. */
const ENDLESS = 2_147_483_647;

/** Keys of a path, joined back to their rows in the path's order. */
export function joinPath(
  page: Page,
  path: Path | UnorderedPath,
  limit: number | null,
  conditions: readonly string[],
): string {
  return joinKeys(page, pathKeys(page.scope, path, limit ?? ENDLESS), conditions);
}

export function joinKeys(page: Page, keys: string, conditions: readonly string[]): string {
  const { scope, columns, rows } = page;
  const found = orderColumns(scope, 'k');
  return [
    `select ${list(columns)}`,
    ...joined(scope, keys, [ENTERED, ...keyRange(scope, found), ...conditions]),
    orderBy(scope, found),
    `limit ${rows}`,
  ].join('\n');
}

/** How many rows the keys of a path lead to, the page apart. */
export function countKeys(scope: Scope, path: Path | UnorderedPath, conditions: readonly string[]): string {
  const whole = { ...scope, position: null, backward: false };
  const window = keyRange(whole, orderColumns(whole, 'k'));
  return ['select count(*)', ...joined(whole, pathKeys(whole, path, ENDLESS), [...window, ...conditions])].join('\n');
}

/** The order column is compared too: a key that is out of date must not put its row in two places. */
function joined(scope: Scope, keys: string, conditions: readonly string[]): readonly string[] {
  const { key, tenant, deleted } = scope.target;
  const [first = ''] = orderColumns(scope, 't');
  const [found = ''] = orderColumns(scope, 'k');
  return [
    `from (\n${indent(keys)}\n) k`,
    `join ${table(scope)} t on t.${name(tenant.column)} = ${scope.tenant} and t.${name(key)} = k.${name(key)}`,
    where([`not t.${name(deleted)}`, `${first} = ${found}`, ...conditions]),
  ];
}

/** Conditions as checks of a row, without those that bound the walk itself. */
export function checks(page: Pick<Page, 'scope' | 'conditions'>): readonly string[] {
  const { window } = page.scope;
  return page.conditions
    .filter((condition) => !window.some((bound) => bound === condition))
    .map((condition) => predicate(page.scope, condition));
}
