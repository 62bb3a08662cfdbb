import type { OwnerClient } from '../execute/owner.ts';
import { findPin, type Pin } from './horizon.ts';
import { type Appended, registryOf } from './registered.ts';
import { codeOf, inTransaction } from './transaction.ts';

/** What the folder remembers of a pair of tables between two looks at them. */
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
 * One step of the change of tables: either writers are sent to the other table, or the one they left is emptied
 * once nobody can need its rows any more. Never waits: what cannot be had now is asked for at the next look.
 */
export async function rotate(
  client: OwnerClient,
  appended: Appended,
  memory: Rotation,
  { bytes }: RotationLimits,
): Promise<Rotated> {
  const { schema, name, tables, generation } = appended;
  const [writtenTable, otherTable] = [tables[generation], tables[generation === 0 ? 1 : 0]];
  const { rows } = await client.query<{ written: string; other: string }>(
    'select pg_relation_size($1::regclass) as written, pg_relation_size($2::regclass) as other',
    [writtenTable, otherTable],
  );
  const { written, other } = rows[0] ?? { written: 0, other: 0 };
  if (Number(other) > 0) return empty(client, appended, memory, otherTable);
  if (Number(written) <= bytes) return 'nothing';
  // Writers that read the row before this commits go on writing to the table they know; it is looked through again.
  await client.query(
    `update ${registryOf(appended.kind)} set generation = 1 - generation, flipped_at = clock_timestamp()
     where schema_name = $1 and name = $2`,
    [schema, name],
  );
  memory.drained = null;
  return 'flipped';
}

async function empty(client: OwnerClient, appended: Appended, memory: Rotation, table: string): Promise<Rotated> {
  memory.drained ??= await findDrained(client, appended, table);
  if (memory.drained === null) return 'waiting';
  memory.pin = await findPin(client, memory.drained.before);
  if (memory.pin !== null) return 'waiting';
  const emptied = await truncate(client, table, memory.drained.snapshot);
  if (emptied !== 'locked') memory.drained = null;
  return emptied === 'emptied' ? 'emptied' : 'waiting';
}

/** Null while the table has an entry that is not folded. */
async function findDrained(client: OwnerClient, appended: Appended, table: string): Promise<Rotation['drained']> {
  const { rows } = await client.query<{ snapshot: string; before: string }>(
    `select s::text as snapshot, pg_snapshot_xmax(s)::text as before
     from pg_current_snapshot() s
     where not exists (select ${appended.unfolded(table)})`,
    [appended.schema, appended.name],
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
  table: string,
  snapshot: string,
): Promise<'emptied' | 'written' | 'locked'> {
  try {
    return await inTransaction(
      client,
      async () => {
        await client.query("set local lock_timeout = '10ms'");
        await client.query(`lock table ${table} in access exclusive mode`);
        const later = await client.query(
          `select from ${table} d where not pg_visible_in_snapshot(d.writer, $1) limit 1`,
          [snapshot],
        );
        if (later.rowCount !== 0) return 'written';
        await client.query(`truncate ${table}`);
        return 'emptied';
      },
      'begin',
    );
  } catch (error) {
    if (codeOf(error) === '55P03') return 'locked';
    throw error;
  }
}
