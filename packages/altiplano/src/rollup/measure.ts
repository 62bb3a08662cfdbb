import type { OwnerClient } from '../execute/owner.ts';
import { objectOf } from '../keep/registered.ts';
import { measureWaiting, type Waiting } from '../keep/waiting.ts';
import { deltasOf, type RegisteredRollup } from './registry.ts';
import { appendedOf } from './unfolded.ts';

/** Looks through both delta tables: milliseconds for a folded one, as both are rotated when they have grown. */
export function measure(client: OwnerClient, rollup: RegisteredRollup): Promise<Waiting> {
  return measureWaiting(client, appendedOf(rollup));
}

export interface Sizes {
  /** Bytes with their indexes; rows of the base table as the planner estimates them. */
  readonly base: number;
  readonly baseRows: number;
  readonly deltas: readonly [number, number];
}

export async function measureSizes(client: OwnerClient, rollup: RegisteredRollup): Promise<Sizes> {
  const { rows } = await client.query<{ sizes: readonly [number, number, number]; estimate: number }>(
    `select array(
         select pg_total_relation_size(t::regclass)::float8 from unnest($1::text[]) with ordinality t (t, place) order by place
       ) as sizes,
       (select greatest(reltuples, 0)::float8 from pg_class where oid = $2::regclass) as estimate`,
    [[objectOf(rollup), ...deltasOf(rollup)], objectOf(rollup)],
  );
  const { sizes, estimate } = rows[0] ?? { sizes: [0, 0, 0], estimate: 0 };
  return { base: sizes[0], baseRows: estimate, deltas: [sizes[1], sizes[2]] };
}
