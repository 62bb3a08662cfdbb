import type { ListPlan } from '../plan/plan.ts';
import { ENTERED } from './entry.ts';
import { predicate } from './predicate.ts';
import { keyRange, orderBy, orderColumns, type Scope, table, visible } from './scope.ts';
import { commonTable, list, where } from './text.ts';

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
  // The bounds of the window are the walk's own.
  const conditions = plan.conditions.filter((one) => one.kind !== 'compare' || one.column !== first?.column);
  return commonTable(
    'page',
    [
      `select ${list(columns)}`,
      `from ${table(scope)} t`,
      where([...visible(scope), ...keyRange(scope, keys), ENTERED, ...conditions.map((one) => predicate(scope, one))]),
      orderBy(scope, keys),
      `limit ${rows}`,
    ].join('\n'),
  );
}
