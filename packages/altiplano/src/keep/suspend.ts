import type { OwnerClient } from '../execute/owner.ts';
import { name as quoted } from '../sql/text.ts';
import { type Kind, registryOf } from './registered.ts';

const KINDS: readonly Kind[] = ['rollup', 'summary', 'bitmap'];

/** Triggers of what is kept of these tables; its functions carry its name. */
const triggersOf = (kind: Kind) => `
select distinct r.name as kept, c.relname as table, t.tgname as trigger
from ${registryOf(kind)} r
join pg_proc p on p.pronamespace = to_regnamespace(quote_ident(r.schema_name)) and starts_with(p.proname, r.name || '_')
join pg_trigger t on t.tgfoid = p.oid and t.tgenabled <> 'D'
join pg_class c on c.oid = t.tgrelid
where r.schema_name = $1 and c.relname = any ($2)
order by 1, 2, 3`;

/**
 * For a bulk load inside the caller's transaction: rollups and bitmaps of these tables stop following them and count as
 * not built. Returns what takes that back before the commit; `altiplano rollup build` and `bitmap build` then count them,
 * which is cheaper than an entry for each row. A server that runs meanwhile shows what was kept before, until that is done.
 */
export async function suspendKept(
  client: OwnerClient,
  schema: string,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const resumes: (() => Promise<void>)[] = [];
  for (const kind of KINDS) resumes.push(await suspend(client, kind, schema, tables));
  return async () => {
    for (const resume of resumes) await resume();
  };
}

async function suspend(client: OwnerClient, kind: Kind, schema: string, tables: readonly string[]) {
  const { rows } = await client.query<{ kept: string; table: string; trigger: string }>(triggersOf(kind), [
    schema,
    tables,
  ]);
  const switched = async (verb: 'enable' | 'disable') => {
    for (const { table, trigger } of rows)
      await client.query(`alter table ${quoted(schema)}.${quoted(table)} ${verb} trigger ${quoted(trigger)}`);
  };
  await switched('disable');
  return async () => {
    await switched('enable');
    // Last, because the folder notes in the same rows and would wait.
    await client.query(`update ${registryOf(kind)} set state = 'unbuilt' where schema_name = $1 and name = any ($2)`, [
      schema,
      rows.map(({ kept }) => kept),
    ]);
  };
}
