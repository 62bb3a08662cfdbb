import type { OwnerClient } from '../execute/owner.ts';
import { deltasOf, objectOf, type RegisteredRollup } from './registry.ts';
import { unfoldedDeltas } from './unfolded.ts';

export interface Measured {
  /** Deltas that no fold has seen, and seconds since the oldest of them was written. */
  readonly unfolded: number;
  readonly lag: number;
}

/** Looks through both delta tables: milliseconds for a folded one, as both are rotated when they have grown. */
export async function measure(client: OwnerClient, rollup: RegisteredRollup): Promise<Measured> {
  const both = deltasOf(rollup).map((delta) => `select d.at ${unfoldedDeltas(rollup, delta)}`);
  const { rows } = await client.query<Measured>(
    `select count(*)::float8 as unfolded,
       coalesce(greatest(0, extract(epoch from clock_timestamp() - min(w.at))), 0)::float8 as lag
     from (\n${both.join('\nunion all\n')}\n) w`,
    [rollup.schema, rollup.name],
  );
  return rows[0] ?? { unfolded: 0, lag: 0 };
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
