import type { OwnerClient } from '../execute/owner.ts';
import type { Audit, AuditedTable } from '../resource/audit.ts';
import { name as quoted } from '../sql/text.ts';
import { EVENTS } from './ddl/functions.ts';
import { triggerArguments, triggerName } from './ddl/triggers.ts';

/** What the database keeps of a trail: the triggers themselves are its register. */
export interface KeptAudit {
  readonly log: boolean;
  readonly tables: ReadonlyMap<string, KeptTable>;
}

export interface KeptTable {
  readonly audited: AuditedTable;
  /** As {@link keptAs} says it; null when a trigger is missing or disabled. */
  readonly definition: string | null;
}

const TRIGGERS = `
select c.relname as table, t.tgname as name, p.proname as function, t.tgenabled in ('O', 'A') as enabled,
  array_remove(string_to_array(encode(t.tgargs, 'escape'), '\\000'), '') as arguments
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = to_regnamespace($1) and t.tgname = any($2) and not t.tgisinternal`;

interface TriggerRow {
  readonly table: string;
  readonly name: string;
  readonly function: string;
  readonly enabled: boolean;
  readonly arguments: readonly string[];
}

export async function readAudit(client: OwnerClient, schema: string, log: string): Promise<KeptAudit> {
  const { rows } = await client.query(
    'select from pg_class where relnamespace = to_regnamespace($1) and relname = $2',
    [quoted(schema), log],
  );
  return { log: rows.length > 0, tables: await readAudited(client, schema) };
}

/** The schema's tables that have such triggers. */
export async function readAudited(client: OwnerClient, schema: string): Promise<KeptAudit['tables']> {
  const { rows } = await client.query<TriggerRow>(TRIGGERS, [quoted(schema), EVENTS.map(triggerName)]);
  const tables = new Map<string, TriggerRow[]>();
  for (const row of rows) tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
  return new Map([...tables].map(([table, triggers]) => [table, readTriggers(triggers)]));
}

function readTriggers(triggers: readonly TriggerRow[]): KeptTable {
  const definitions = new Set(triggers.map((row) => definition(row.function, row.arguments)));
  const isWhole = triggers.length === EVENTS.length && triggers.every(({ enabled }) => enabled);
  const [one = null] = isWhole && definitions.size === 1 ? definitions : [];
  return { audited: readArguments(triggers[0]?.arguments ?? []), definition: one };
}

/** A table's triggers in one text: equal when the declaration is. */
export function keptAs({ log }: Audit, audited: AuditedTable): string {
  return definition(`${log}_insert`, triggerArguments(audited));
}

function definition(procedure: string, given: readonly string[]): string {
  return [procedure.replace(/_(?:insert|update|delete|truncate)$/, ''), ...given].join('\n');
}

function readArguments([tenant = '', key = '', redact = '', ignore = '']: readonly string[]): AuditedTable {
  const columns = (text: string) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, one = '']) => one);
  return { tenant, key, redact: columns(redact), ignore: columns(ignore) };
}
