import type { OwnerClient } from '../execute/owner.ts';
import type { Appended } from './registered.ts';

export interface Waiting {
  /** Entries that no fold has seen, and seconds since the oldest of them was written. */
  readonly unfolded: number;
  readonly lag: number;
}

/** Looks through both tables, as far as they are not settled. */
export async function measureWaiting(client: OwnerClient, appended: Appended): Promise<Waiting> {
  const both = appended.tables.map((table) => `select d.${appended.notedAt} as at ${appended.unfolded(table)}`);
  const { rows } = await client.query<Waiting>(
    `select count(*)::float8 as unfolded,
       coalesce(greatest(0, extract(epoch from clock_timestamp() - min(w.at))), 0)::float8 as lag
     from (\n${both.join('\nunion all\n')}\n) w`,
    [appended.schema, appended.name],
  );
  return rows[0] ?? { unfolded: 0, lag: 0 };
}
