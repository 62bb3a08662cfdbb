import type { EntryPlan } from '../plan/plan.ts';
import type { CompiledQuery } from '../resource/action.ts';
import { Query } from '../resource/query.ts';
import { nameOf, statement } from '../sql/emit.ts';
import { ENTRY_COLUMNS, entryTable } from '../sql/entry.ts';
import { openScope } from '../sql/scope.ts';
import type { Statement } from '../sql/statement.ts';
import type { IdempotencyKey } from '../write/change.ts';
import { keepReply, keptColumns, keptTables } from '../write/sql/ready.ts';

/** Whether the caller may enter, and what was answered to the key before. */
export function emitEntry({ target, entry }: EntryPlan, key: IdempotencyKey | null): Statement {
  const scope = openScope({ target });
  const tables = [entryTable(scope, entry), ...keptTables(scope, { target, key })];
  return statement(scope, tables, [...ENTRY_COLUMNS, ...keptColumns({ key })]);
}

/** Keeps the reply to a key for a day, in the transaction of what it tells. */
export function emitKeep({ target }: EntryPlan, key: IdempotencyKey, reply: string): Statement {
  const scope = openScope({ target });
  const items = scope.parameters.bind(reply, 'text');
  const text = `select ${keepReply(scope, { target }, key, 'null', items)} as keeps\nwhere altiplano.same_tenant(${scope.tenant}) is not null`;
  return { name: nameOf(text), text, values: scope.parameters.values };
}

/** An app's own query, prepared under a name like any other. */
export function statementOf(query: Query | CompiledQuery): Statement {
  const { text, values } = query instanceof Query ? query : { text: query.sql, values: query.parameters };
  return { name: nameOf(text), text, values };
}
