import type { Audit, AuditedTable } from '../resource/audit.ts';
import { dropFunctions, functions } from './ddl/functions.ts';
import { dropLog, logTable } from './ddl/log.ts';
import { createTriggers, dropTriggers } from './ddl/triggers.ts';
import { type KeptAudit, keptAs } from './registry.ts';

/**
 * The migration that makes what is declared, to be committed: all of it, or what is kept otherwise and what is not there.
 * A log is never printed twice: its rows stay.
 */
export function auditMigration(audit: Audit, kept: KeptAudit = { log: false, tables: new Map() }): string {
  const declared = Object.entries(audit.tables);
  const differ = declared.filter(([table, audited]) => kept.tables.get(table)?.definition !== keptAs(audit, audited));
  const dropped = [...kept.tables].filter(
    ([table, { definition }]) => audit.tables[table] === undefined || definition !== keptAs(audit, audit.tables[table]),
  );
  // Without a difference, the migration that the database has.
  const isWhole = !kept.log || (differ.length === 0 && dropped.length === 0);
  const added = isWhole ? declared : differ;
  const removed = isWhole ? [] : dropped;
  const create = (tables: readonly (readonly [string, AuditedTable])[]) =>
    tables.map(([table, audited]) => createTriggers(audit, table, audited));
  const drop = (tables: readonly (readonly [string, unknown])[]) => tables.map(([table]) => dropTriggers(table));
  const up = [...(isWhole ? [logTable(audit), functions(audit)] : drop(removed)), ...create(added)];
  const down = [
    ...drop(added),
    ...(isWhole
      ? [dropFunctions(audit), dropLog(audit)]
      : create(removed.map(([table, { audited }]) => [table, audited] as const))),
  ];
  return `${HEADER}\n${up.join('\n\n')}\n\n-- Down Migration\n${down.join('\n')}\n`;
}

const HEADER = `-- The audit trail: one row for every row that is changed, by whatever statement. Printed by the declaration
-- (packages/altiplano/src/audit); docs/decisions/0011-audit-trail.md says how it works.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
`;
