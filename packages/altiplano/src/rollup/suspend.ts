import type { OwnerClient } from '../execute/owner.ts';
import { name as quoted } from '../sql/text.ts';

/** Triggers of the rollups over these tables; a rollup's functions carry its name. */
const TRIGGERS = `
select distinct r.name as rollup, c.relname as table, t.tgname as trigger
from altiplano.rollup r
join pg_proc p on p.pronamespace = to_regnamespace(quote_ident(r.schema_name)) and starts_with(p.proname, r.name || '_')
join pg_trigger t on t.tgfoid = p.oid and t.tgenabled <> 'D'
join pg_class c on c.oid = t.tgrelid
where r.schema_name = $1 and c.relname = any ($2)
order by 1, 2, 3`;

/**
 * For a bulk load inside the caller's transaction: the rollups over these tables stop following them and count as not
 * built. Returns what takes that back before the commit; `altiplano rollup build` then counts them, which is cheaper
 * than a delta for each row. A server that runs meanwhile shows what was kept before, until that is done.
 */
export async function suspendRollups(
  client: OwnerClient,
  schema: string,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ rollup: string; table: string; trigger: string }>(TRIGGERS, [schema, tables]);
  const switched = async (verb: 'enable' | 'disable') => {
    for (const { table, trigger } of rows)
      await client.query(`alter table ${quoted(schema)}.${quoted(table)} ${verb} trigger ${quoted(trigger)}`);
  };
  await switched('disable');
  return async () => {
    await switched('enable');
    // Last, because the folder notes in the same rows and would wait.
    await client.query(
      `update altiplano.rollup set state = 'unbuilt', cursor_tenant = null, cursor_parent = null
       where schema_name = $1 and name = any ($2)`,
      [schema, rows.map(({ rollup }) => rollup)],
    );
  };
}
