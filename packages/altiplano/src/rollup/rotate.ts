import type { OwnerClient } from '../execute/owner.ts';
import { findPin, type Pin } from './horizon.ts';
import { deltasOf, type RegisteredRollup } from './registry.ts';
import { codeOf, inTransaction } from './transaction.ts';
import { unfoldedDeltas } from './unfolded.ts';

/** What the folder remembers of one rollup between two looks at its tables. */
export interface Rotation {
  /** The drained table: everything in it was folded in this snapshot, by transactions before that one. */
  drained: { readonly snapshot: string; readonly before: string } | null;
  /** Who keeps it from being emptied. */
  pin: Pin | null;
}

export type Rotated = 'nothing' | 'flipped' | 'emptied' | 'waiting';

export interface RotationLimits {
  /** Bytes beyond which the written table is changed for the other. */
  readonly bytes: number;
}

/**
 * One step of the change of delta tables: either writers are sent to the other table, or the one they left is emptied
 * once nobody can need its rows any more. Never waits: what cannot be had now is asked for at the next look.
 */
export async function rotate(
  client: OwnerClient,
  rollup: RegisteredRollup,
  memory: Rotation,
  { bytes }: RotationLimits,
): Promise<Rotated> {
  const deltas = deltasOf(rollup);
  const { rows } = await client.query<{ written: string; other: string }>(
    'select pg_relation_size($1::regclass) as written, pg_relation_size($2::regclass) as other',
    [deltas[rollup.generation], deltas[1 - rollup.generation]],
  );
  const { written, other } = rows[0] ?? { written: 0, other: 0 };
  if (Number(other) > 0) return empty(client, rollup, memory, deltas[1 - rollup.generation] ?? '');
  if (Number(written) <= bytes) return 'nothing';
  // Writers that read the row before this commits go on writing to the table they know; it is looked through again.
  await client.query(
    `update altiplano.rollup set generation = 1 - generation, flipped_at = clock_timestamp()
     where schema_name = $1 and name = $2`,
    [rollup.schema, rollup.name],
  );
  memory.drained = null;
  return 'flipped';
}

async function empty(client: OwnerClient, rollup: RegisteredRollup, memory: Rotation, delta: string): Promise<Rotated> {
  memory.drained ??= await findDrained(client, rollup, delta);
  if (memory.drained === null) return 'waiting';
  memory.pin = await findPin(client, memory.drained.before);
  if (memory.pin !== null) return 'waiting';
  const emptied = await truncate(client, delta, memory.drained.snapshot);
  if (emptied !== 'locked') memory.drained = null;
  return emptied === 'emptied' ? 'emptied' : 'waiting';
}

/** Null while the table has a delta that is not folded. */
async function findDrained(client: OwnerClient, rollup: RegisteredRollup, delta: string): Promise<Rotation['drained']> {
  const { rows } = await client.query<{ snapshot: string; before: string }>(
    `select s::text as snapshot, pg_snapshot_xmax(s)::text as before
     from pg_current_snapshot() s
     where not exists (select ${unfoldedDeltas(rollup, delta)})`,
    [rollup.schema, rollup.name],
  );
  return rows[0] ?? null;
}

/**
 * Readers lock the table for as long as a page takes, so the lock comes within milliseconds or not now; whoever waits
 * behind it waits no longer than that. Under it nobody writes: a row that `snapshot` did not see came later, from a
 * writer that still knew this table, and has to stay.
 */
async function truncate(
  client: OwnerClient,
  delta: string,
  snapshot: string,
): Promise<'emptied' | 'written' | 'locked'> {
  try {
    return await inTransaction(
      client,
      async () => {
        await client.query("set local lock_timeout = '10ms'");
        await client.query(`lock table ${delta} in access exclusive mode`);
        const later = await client.query(
          `select from ${delta} d where not pg_visible_in_snapshot(d.writer, $1) limit 1`,
          [snapshot],
        );
        if (later.rowCount !== 0) return 'written';
        await client.query(`truncate ${delta}`);
        return 'emptied';
      },
      'begin',
    );
  } catch (error) {
    if (codeOf(error) === '55P03') return 'locked';
    throw error;
  }
}
