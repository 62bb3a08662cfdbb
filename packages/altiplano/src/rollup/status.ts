import type { OwnerClient } from '../execute/owner.ts';
import { findPin, type Pin } from './horizon.ts';
import { FOLDING } from './lock.ts';
import { type Measured, measure, measureSizes, type Sizes } from './measure.ts';
import { type RegisteredRollup, readRollups, titleOf } from './registry.ts';

/** The session that folds. */
export interface FolderSession {
  readonly pid: number;
  readonly application: string;
  readonly client: string | null;
}

export interface RollupStatus
  extends Pick<RegisteredRollup, 'schema' | 'name' | 'state' | 'generation' | 'definition'> {
  readonly rollup: string;
  readonly unfolded: number;
  /** Seconds since the oldest delta that no fold has seen was written. */
  readonly lag: number;
  readonly sizes: Sizes;
  /** When everything written until then had been folded. */
  readonly foldedAt: Date | null;
  /** Who may still read as of before the last fold that was noted, and so keeps folded deltas from being emptied. */
  readonly pin: Pin | null;
}

export interface Status {
  readonly folder: FolderSession | null;
  readonly rollups: readonly RollupStatus[];
}

export async function readStatus(client: OwnerClient, schemas: readonly string[]): Promise<Status> {
  const rollups: RollupStatus[] = [];
  for (const rollup of await readRollups(client, null)) {
    if (schemas.includes(rollup.schema)) rollups.push(await readOne(client, rollup));
  }
  return { folder: await readFolder(client), rollups };
}

async function readOne(client: OwnerClient, rollup: RegisteredRollup): Promise<RollupStatus> {
  const measured: Measured = await measure(client, rollup);
  const sizes = await measureSizes(client, rollup);
  const { rows } = await client.query<{ folded_at: Date | null; before: string | null }>(
    'select folded_at, last_fold_xid::text as before from altiplano.rollup where schema_name = $1 and name = $2',
    [rollup.schema, rollup.name],
  );
  const { folded_at: foldedAt, before } = rows[0] ?? { folded_at: null, before: null };
  const pin = before === null ? null : await findPin(client, before);
  return { ...rollup, rollup: titleOf(rollup), ...measured, sizes, foldedAt, pin };
}

async function readFolder(client: OwnerClient): Promise<FolderSession | null> {
  const { rows } = await client.query<FolderSession>(
    `select a.pid, a.application_name as application, a.client_addr::text as client
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`,
    [FOLDING],
  );
  return rows[0] ?? null;
}
