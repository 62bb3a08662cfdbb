import type { OwnerClient } from '../execute/owner.ts';
import { type Kind, type Registered, registryOf } from './registered.ts';

/** A session or a slot that may still read as of long ago. */
export interface Pin {
  readonly pid: number | null;
  readonly application: string;
  /** Seconds its transaction has been open; 0 for a slot, which says nothing of it. */
  readonly age: number;
}

/**
 * Who may hold a snapshot older than transaction `$1`, oldest first. Ages are counted from the newest transaction, so
 * that 32-bit numbers compare. Not asked: the own session; other databases, which cannot read these tables; autovacuum,
 * which reads no rows for anybody. A prepared transaction reads no more, and what it wrote keeps its tables locked.
 */
const PINS = `
with reach as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint - $1::bigint as transactions)
select a.pid, a.application_name as application, coalesce(extract(epoch from clock_timestamp() - a.xact_start), 0)::float8 as age
from reach, pg_stat_activity a
where a.pid <> pg_backend_pid()
  and (a.datname = current_database() or a.backend_type = 'walsender')
  and a.backend_type is distinct from 'autovacuum worker'
  and age(a.backend_xmin) > reach.transactions
union all
select null, 'replication slot ' || s.slot_name, 0
from reach, pg_replication_slots s
where age(s.xmin) > reach.transactions
order by age desc`;

/** The oldest of them, or null when every snapshot of the database is newer than `transaction`. */
export async function findPin(client: OwnerClient, transaction: string): Promise<Pin | null> {
  return (await client.query<Pin>(PINS, [transaction])).rows[0] ?? null;
}

export interface NotedFold {
  /** When everything written until then had been folded. */
  readonly foldedAt: Date | null;
  /** Who may still read as of before the last fold that was noted, and so keeps what is folded from being emptied. */
  readonly pin: Pin | null;
}

export async function readNotedFold(
  client: OwnerClient,
  kind: Kind,
  { schema, name }: Pick<Registered, 'schema' | 'name'>,
): Promise<NotedFold> {
  const { rows } = await client.query<{ folded_at: Date | null; before: string | null }>(
    `select folded_at, last_fold_xid::text as before from ${registryOf(kind)} where schema_name = $1 and name = $2`,
    [schema, name],
  );
  const { folded_at: foldedAt, before } = rows[0] ?? { folded_at: null, before: null };
  return { foldedAt, pin: before === null ? null : await findPin(client, before) };
}
