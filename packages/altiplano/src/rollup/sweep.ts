import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import type { RegisteredRollup } from './registry.ts';

/** Rows looked at in one statement. */
export const SWEEP_ROWS = 1_000;
const DAY_MS = 86_400_000;
/** However large the table: 1,000 rows a second at most. */
const LEAST_MS = 1_000;

/**
 * Looks through the next rows, drops what has grown old in them, and returns the milliseconds after which the next batch
 * is due: the whole table once a day. The place is kept in the registry, so a new process goes on where the last was.
 */
export async function sweep(client: OwnerClient, rollup: RegisteredRollup): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(
    `with place as (
       select sweep_tenant, sweep_parent from altiplano.rollup where schema_name = $1 and name = $2
     ), swept as (
       select s.* from place, ${objectOf(rollup, '_sweep')}(sweep_tenant, sweep_parent, $3) s (tenant, parent)
     ), noted as (
       update altiplano.rollup
       set sweep_tenant = (select tenant from swept), sweep_parent = (select parent from swept)
       where schema_name = $1 and name = $2
     )
     select greatest(reltuples, 0)::float8 as rows from pg_class where oid = $4::regclass`,
    [rollup.schema, rollup.name, SWEEP_ROWS, objectOf(rollup)],
  );
  const batches = Math.ceil((rows[0]?.rows ?? 0) / SWEEP_ROWS);
  return Math.max(LEAST_MS, DAY_MS / Math.max(1, batches));
}
