import type { Lead, ListPlan } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { predicate } from './predicate.ts';
import { isDescending, keyRange, orderBy, orderColumns, type Scope, table, visible } from './scope.ts';
import { commonTable, list, name, where } from './text.ts';

/** What a page is to bring of the resource's rows `t`, and how many rows at most. */
export interface Page {
  readonly columns: readonly string[];
  readonly rows: number;
}

/** No row can match: nothing is read. */
export function emptyPage(scope: Scope, { columns }: Page): string {
  return commonTable('page', `select ${list(columns)}\nfrom ${table(scope)} t\nwhere false`);
}

/**
 * One walk of the index of the default order, stopping when the page is full. Without bitmaps every condition is checked
 * on the rows it passes.
 */
export function walkedPage(scope: Scope, { columns, rows }: Page, plan: ListPlan): string {
  const keys = orderColumns(scope, 't');
  const [first] = plan.target.order;
  const led = plan.access.kind === 'walk' ? (plan.access.led ?? null) : null;
  // The bounds of the window are the walk's own, and so is what leads it.
  const conditions = plan.conditions.filter(
    (one) =>
      !(one.kind === 'compare' && one.column === first?.column) &&
      !(one.kind === 'values' && one.column === led?.column),
  );
  const walk = led === null ? { range: keyRange(scope, keys), order: orderBy(scope, keys) } : ledBy(scope, led, keys);
  return commonTable(
    'page',
    [
      `select ${list(columns)}`,
      `from ${table(scope)} t`,
      where([...visible(scope), ...walk.range, ENTERED, ...conditions.map((one) => predicate(scope, one))]),
      walk.order,
      `limit ${rows}`,
    ].join('\n'),
  );
}

/**
 * From one end of the value's rows to the other. Bounds and not `=`: where a column can be one value only, it is no part of an
 * order, and an index without it would do as well, which passes over the rows of everybody else.
 */
function ledBy(
  scope: Scope,
  led: Lead,
  keys: readonly string[],
): { readonly range: readonly string[]; readonly order: string } {
  const column = `t.${name(led.column)}`;
  const value = scope.parameters.bind(led.value, led.type);
  const direction = isDescending(scope) ? ' desc' : '';
  const range = keyRange(scope, keys, scope.position, { column, value });
  return {
    // The position first: a scan begins at the first condition on a column.
    range: [...range, `${column} >= ${value}`, `${column} <= ${value}`],
    order: orderBy(scope, keys).replace('order by ', `order by ${column}${direction}, `),
  };
}
