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
  const ids = idsOf(scope, plan);
  const conditions = plan.conditions.map((condition) => predicate(scope, condition));
  const query = [
    `select ${list(columns)}`,
    `from ${table(scope)} t`,
    where([...visible(scope), `t.${name(scope.target.key)} = any(${ids})`, ENTERED, ...conditions]),
  ].join('\n');
  return commonTable('page', `${query}${suffix}`);
}

/** The keys of the rows; those that the database gave, the statement that wrote them has left in the transaction's settings. */
export function idsOf(scope: Scope, { items, numbered }: WritePlan): string {
  const { keyType } = scope.target;
  if (numbered) return `current_setting('${WRITTEN}')::${keyType}[]`;
  return scope.parameters.bind(
    items.map(({ id }) => id),
    `${keyType}[]`,
  );
}

/** The setting, and the column that makes it. */
export const WRITTEN = 'altiplano.written';

export function writtenColumns(scope: Scope, { numbered }: WritePlan): readonly string[] {
  if (!numbered) return [];
  const ids = `array_agg(c.${name(scope.target.key)} order by c.${name(scope.target.key)})`;
  return [`set_config('${WRITTEN}', (select coalesce(${ids}, '{}')::text from created c), true) as written`];
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
 * held them before has written, in every table. The lock is an update's: adding a child row does not wait for it, unless
 * the row is to go.
 */
export function emitLock(plan: WritePlan): Statement {
  const scope = openScope({ target: plan.target });
  const entry = entryTable(scope, plan.entry);
  const key = `t.${name(plan.target.key)}`;
  const page = pageTable(scope, plan, [key], `\norder by ${key}\nfor ${removes(plan) ? '' : 'no key '}update of t`);
  return statement(scope, [entry, page], [...ENTRY_COLUMNS, '(select count(*) from page) as found']);
}

function removes({ action, target }: WritePlan): boolean {
  return action === 'delete' && target.deleted === null;
}
