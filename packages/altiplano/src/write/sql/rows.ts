import { pageColumns, shown, statement } from '../../sql/emit.ts';
import { ENTERED, ENTRY_COLUMNS, entryTable } from '../../sql/entry.ts';
import { predicate } from '../../sql/predicate.ts';
import { referredRows } from '../../sql/referred.ts';
import { openScope, type Scope, table, visible } from '../../sql/scope.ts';
import type { Statement } from '../../sql/statement.ts';
import { commonTable, list, name, where } from '../../sql/text.ts';
import type { WritePlan } from '../plan/plan.ts';

/** The rows `page` among the named ones that are there and that the caller may write. */
export function pageTable(scope: Scope, plan: WritePlan, columns: readonly string[], suffix = ''): string {
  const ids = scope.parameters.bind(
    plan.items.map(({ id }) => id),
    'uuid[]',
  );
  const conditions = plan.conditions.map((condition) => predicate(scope, condition));
  const query = [
    `select ${list(columns)}`,
    `from ${table(scope)} t`,
    where([...visible(scope), `t.${name(scope.target.key)} = any(${ids})`, ENTERED, ...conditions]),
  ].join('\n');
  return commonTable('page', `${query}${suffix}`);
}

/** What the rows show, as a reader would see it: `page`, then `shown` with a JSON text each. */
export function shownTables(scope: Scope, plan: WritePlan): readonly string[] {
  const { fields } = plan.shown;
  return [
    pageTable(scope, plan, pageColumns(scope, fields)),
    ...referredRows(scope, fields),
    shown(scope, plan.shown, plan.bulk ? plan.most : 1),
  ];
}

/**
 * Locks the rows in the order of their keys, whatever the order they were named in, so that no two requests can wait for
 * each other. A statement of its own: the next one's snapshot is taken when the locks are held, and sees what whoever
 * held them before has written, in every table. The lock is an update's: adding a child row does not wait for it.
 */
export function emitLock(plan: WritePlan): Statement {
  const scope = openScope({ target: plan.target });
  const entry = entryTable(scope, plan.entry);
  const key = `t.${name(plan.target.key)}`;
  const page = pageTable(scope, plan, [key], `\norder by ${key}\nfor no key update of t`);
  return statement(scope, [entry, page], [...ENTRY_COLUMNS, '(select count(*) from page) as found']);
}
