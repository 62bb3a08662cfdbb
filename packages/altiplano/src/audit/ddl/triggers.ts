import type { Audit, AuditedTable } from '../../resource/audit.ts';
import { list, literal, name } from '../../sql/text.ts';
import { EVENTS, type Event } from './functions.ts';

const TRANSITIONS = {
  insert: 'after insert on % referencing new table as new_rows',
  update: 'after update on % referencing old table as old_rows new table as new_rows',
  delete: 'after delete on % referencing old table as old_rows',
  truncate: 'before truncate on %',
} as const;

/** One event a trigger: transition tables allow no more. */
export function createTriggers({ log }: Audit, table: string, audited: AuditedTable): string {
  return EVENTS.map(
    (event) => `create trigger ${triggerName(event)} ${TRANSITIONS[event].replace('%', name(table))}
  for each statement execute function ${name(`${log}_${event}`)}(${list(triggerArguments(audited).map(literal))});`,
  ).join('\n');
}

export function dropTriggers(table: string): string {
  return EVENTS.map((event) => `drop trigger ${triggerName(event)} on ${name(table)};`).join('\n');
}

/** A table has one trail, so its triggers are called the same everywhere. */
export function triggerName(event: Event): string {
  return `altiplano_audit_${event}`;
}

/** What a table's triggers tell their functions: also how the catalog knows what is kept. */
export function triggerArguments({ tenant, key, redact, ignore }: AuditedTable): readonly string[] {
  return [tenant, key, arrayText(redact), arrayText(ignore)];
}

function arrayText(columns: readonly string[]): string {
  return `{${[...columns].sort().map((column) => `"${column.replace(/["\\]/g, '\\$&')}"`)}}`;
}
