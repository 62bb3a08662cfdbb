import type { OwnerClient } from '../execute/owner.ts';
import { name as quoted } from '../sql/text.ts';

export type RollupState = 'unbuilt' | 'building' | 'ready';

/** A rollup as the database has it. */
export interface RegisteredRollup {
  readonly schema: string;
  readonly name: string;
  /** `unbuilt` too when its rows carry the transaction numbers of another cluster. */
  readonly state: RollupState;
  /** As `definitionOf` made it when its migration was written. */
  readonly definition: unknown;
  /** Which delta table is written. */
  readonly generation: 0 | 1;
  /** Its key columns: tenant, then parent. */
  readonly key: readonly [tenant: string, parent: string];
}

/**
 * A table that was dropped with its schema leaves its registration behind: no key, no rollup. Rows that came here with a
 * dump carry transaction numbers that mean nothing in this cluster, so they count as not built.
 */
const ROLLUPS = `
select r.schema_name as schema, r.name, r.definition, r.generation, k.key,
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

/** For people and in labels: `callbot.customer_call_rollup`. */
export function titleOf({ schema, name }: Pick<RegisteredRollup, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}

/** An object of the rollup as SQL: its table, with a suffix its delta tables and functions. */
export function objectOf({ schema, name }: Pick<RegisteredRollup, 'schema' | 'name'>, suffix = ''): string {
  return `${quoted(schema)}.${quoted(`${name}${suffix}`)}`;
}

export function deltasOf(rollup: Pick<RegisteredRollup, 'schema' | 'name'>): readonly [string, string] {
  return [objectOf(rollup, '_delta_0'), objectOf(rollup, '_delta_1')];
}

/** Equal whatever the order of keys: jsonb does not keep it. */
export function sameDefinition(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
