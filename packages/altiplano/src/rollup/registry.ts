import type { OwnerClient } from '../execute/owner.ts';
import { objectOf, type Registered } from '../keep/registered.ts';

/** A rollup as the database has it. */
export interface RegisteredRollup extends Registered {
  /** Its key columns: tenant, then parent. */
  readonly key: readonly [tenant: string, parent: string];
  /** Figures that rows can be ordered by, and whether every live parent has its row for that. */
  readonly orders: readonly string[];
  readonly ranked: boolean;
}

/**
 * A table that was dropped with its schema leaves its registration behind: no key, no rollup. Rows that came here with a
 * dump carry transaction numbers that mean nothing in this cluster, so they count as not built.
 */
const ROLLUPS = `
select r.schema_name as schema, r.name, r.definition, r.generation, k.key, r.orders,
  r.ranked or r.orders = '{}' as ranked,
  case when r.system_identifier is distinct from s.system_identifier then 'unbuilt' else r.state end as state
from altiplano.rollup r
cross join pg_control_system() s
join lateral (
  select array_agg(a.attname::text order by i.place) as key
  from pg_index x
  cross join lateral unnest(x.indkey) with ordinality i (number, place)
  join pg_attribute a on a.attrelid = x.indrelid and a.attnum = i.number
  where x.indrelid = to_regclass(format('%I.%I', r.schema_name, r.name)) and x.indisprimary
) k on k.key is not null
where $1::name is null or r.schema_name = $1
order by r.schema_name, r.name`;

/** The rollups of one schema, or of all; none where the engine's migrations have not run yet. */
export async function readRollups(client: OwnerClient, schema: string | null): Promise<readonly RegisteredRollup[]> {
  const there = await client.query("select to_regclass('altiplano.rollup') is not null as there");
  if (there.rows[0].there !== true) return [];
  return (await client.query<RegisteredRollup>(ROLLUPS, [schema])).rows;
}

export function deltasOf(rollup: Pick<RegisteredRollup, 'schema' | 'name'>): readonly [string, string] {
  return [objectOf(rollup, '_delta_0'), objectOf(rollup, '_delta_1')];
}
