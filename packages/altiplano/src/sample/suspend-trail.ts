import type { OwnerClient } from '../execute/owner.ts';

const TRIGGERS = `
select format('%I.%I', n.nspname, c.relname) as table, t.tgname as name,
  case t.tgenabled when 'A' then 'always' else '' end as how
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = any ($2) and t.tgenabled <> 'D'
  and (starts_with(t.tgname, 'altiplano_audit_') or t.tgname = 'altiplano_append_only')
order by 1, 2`;

/**
 * A sample that brings a trail of its own says itself what happened: filling the tables leaves none. Returns what switches
 * the trail on again.
 */
export async function suspendTrail(
  client: OwnerClient,
  schema: string,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ table: string; name: string; how: string }>(TRIGGERS, [schema, tables]);
  if (!rows.some(({ name }) => name === 'altiplano_append_only')) return async () => {};
  for (const { table, name } of rows) await client.query(`alter table ${table} disable trigger ${name}`);
  return async () => {
    for (const { table, name, how } of rows) await client.query(`alter table ${table} enable ${how} trigger ${name}`);
  };
}
