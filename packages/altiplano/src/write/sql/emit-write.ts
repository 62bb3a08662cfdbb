import { statement } from '../../sql/emit.ts';
import { ENTRY_COLUMNS, entryTable } from '../../sql/entry.ts';
import { entityTag } from '../../sql/etag.ts';
import { boundedItems } from '../../sql/reply-bound.ts';
import { openScope, type Scope } from '../../sql/scope.ts';
import type { Statement } from '../../sql/statement.ts';
import { commonTable, name } from '../../sql/text.ts';
import type { WritePlan } from '../plan/plan.ts';
import { changeTables, deleteTables } from './change.ts';
import { createTables } from './create.ts';
import { itemsTable } from './items.ts';
import { linkTables, linkTarget, touchTables } from './link.ts';
import { hasMoves, MOVES_COLUMN, movesTable } from './moves.ts';
import { PROBLEMS_COLUMN, problemsTable } from './problems.ts';
import { keepReply, keptColumns, keptTables, locationText, readyTable } from './ready.ts';
import { emitLock, idsOf, pageTable, shownTables, writtenColumns } from './rows.ts';

/** The statements of one transaction, each with a snapshot of its own. */
export interface WriteStatements {
  /** Null where only new rows are written. */
  readonly lock: Statement | null;
  /** Checks everything and writes all or nothing. */
  readonly write: Statement;
  /** Reads what was written, as a reader sees it; null where nothing is shown. */
  readonly reply: Statement | null;
}

/**
 * WritePlan → statements. Few texts: one for any number of items, whatever they name.
 * @param instant stands for `now()` in what the reply shows; tests use it
 */
export function emitWrite(plan: WritePlan, instant: string | null = null): WriteStatements {
  const { action } = plan;
  return {
    lock: action === 'create' ? null : emitLock(plan),
    write: emitChange(plan, instant),
    reply: action === 'create' || action === 'change' ? emitReply(plan, instant) : null,
  };
}

function emitChange(plan: WritePlan, instant: string | null): Statement {
  const scope = openScope({ target: plan.target, instant: plan.tags === null ? null : instant });
  const tables = [entryTable(scope, plan.entry), itemsTable(scope, plan), ...keptTables(scope, plan)];
  if (plan.tags !== null) tables.push(...shownTables(scope, plan));
  else if (plan.action !== 'create') tables.push(pageTable(scope, plan, [`t.${name(plan.target.key)}`]));
  if (plan.linked !== null) tables.push(linkTarget(scope, plan.linked));
  const moves = hasMoves(plan);
  tables.push(problemsTable(scope, plan), ...(moves ? [movesTable(scope, plan)] : []));
  tables.push(readyTable(plan), ...writing(scope, plan));
  const found = [PROBLEMS_COLUMN, ...(moves ? [MOVES_COLUMN] : [])];
  const columns = [...ENTRY_COLUMNS, ...found, ...keptColumns(plan), ...writtenColumns(scope, plan)];
  if (plan.linked !== null && plan.key !== null) {
    columns.push(
      `case when exists (select from ready) then ${keepReply(scope, plan, plan.key, locationText(scope, plan), 'null')} end as keeps`,
    );
  }
  return statement(scope, tables, columns);
}

function writing(scope: Scope, plan: WritePlan): readonly string[] {
  switch (plan.action) {
    case 'create':
      return createTables(scope, plan);
    case 'change':
      return changeTables(scope, plan);
    case 'delete':
      return deleteTables(scope, plan);
    case 'link':
    case 'unlink':
      return plan.linked === null ? [] : [...linkTables(scope, plan, plan.linked), ...touchTables(scope, plan)];
  }
}

/** With a key, the reply is kept in the same transaction; a refused change shows no row, so none is kept. */
function emitReply(plan: WritePlan, instant: string | null): Statement {
  const scope = openScope({ target: plan.target, instant });
  const entry = entryTable(scope, plan.entry);
  const tables = [entry, ...shownTables(scope, plan)];
  const order = `order by array_position(${idsOf(scope, plan)}, s.${name(plan.target.key)})`;
  const items = boundedItems(`(select string_agg(s.item, ',' ${order}) from shown s)`);
  tables.push(commonTable('answer', `select ${items} as items`));
  const columns = [...ENTRY_COLUMNS, '(select a.items from answer a) as items'];
  if (!plan.bulk) columns.push(`(select ${entityTag('s.item')} from shown s) as etag`);
  if (plan.numbered && plan.location !== null) columns.push(`${locationText(scope, plan)} as location`);
  if (plan.key !== null) {
    columns.push(
      `(select ${keepReply(scope, plan, plan.key, locationText(scope, plan), 'a.items')} from answer a where a.items is not null) as keeps`,
    );
  }
  return statement(scope, tables, columns);
}
