import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from '../../execute/owner.ts';
import { type MigrationSession, value } from '../session.ts';

/** Somebody in the way. */
export interface OtherSession {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  /** Null where the migrating role may not look. */
  readonly state: string | null;
  /** Seconds its transaction is open. */
  readonly age: number;
  readonly query: string;
}

const SESSION = `a.pid, coalesce(a.usename, a.backend_type) as user, coalesce(a.application_name, '') as application,
  case when a.query is distinct from '<insufficient privilege>' then coalesce(a.state, 'active') end as state, coalesce(extract(epoch from now() - a.xact_start), 0)::float8 as age,
  left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 80) as query`;

export function describeSession({ pid, user, application, state, age, query }: OtherSession): string {
  if (state === null) return `session ${pid} of ${user} (a member of pg_read_all_stats would see what it does)`;
  const program = application === '' ? '' : ` (${application})`;
  return `session ${pid} of ${user}${program}, ${state}, transaction open for ${Math.round(age)} s: ${query}`;
}

/** Who holds a lock on the table that the mode cannot share; the oldest first. */
export async function lockHolders(client: OwnerClient, table: string, mode: string): Promise<readonly OtherSession[]> {
  const shared = mode === 'share row exclusive' ? ['AccessShareLock', 'RowShareLock'] : [];
  const { rows } = await client.query<OtherSession>(
    `select ${SESSION} from pg_stat_activity a
     where a.pid <> pg_backend_pid() and exists (
       select from pg_locks l where l.pid = a.pid and l.granted and l.relation = to_regclass($1) and l.mode <> all ($2)
         and l.database = (select oid from pg_database where datname = current_database()))
     order by a.xact_start limit 3`,
    [table, shared],
  );
  return rows;
}

const LOOK_MS = 500;
const REPEAT_MS = 10_000;

/** Does the work, and meanwhile says from a second connection how far it is, and who it waits for. */
export async function watched<T>(session: MigrationSession, name: string, work: () => Promise<T>): Promise<T> {
  const pid = await value<number>(session, 'select pg_backend_pid()');
  const finished = new AbortController();
  const looking = look(session, name, pid, finished.signal).catch(() => {}); // the work matters, not the view of it
  try {
    return await work();
  } finally {
    finished.abort();
    await looking;
  }
}

async function look(session: MigrationSession, name: string, pid: number, over: AbortSignal): Promise<void> {
  const pause = () => sleep(LOOK_MS, undefined, { signal: over });
  await pause();
  const client = await connectOwner(session.url);
  try {
    for (let told = Number.NEGATIVE_INFINITY; !over.aborted; await pause()) {
      await tellProgress(session, client, name, pid);
      const blocker = await firstBlocker(client, pid);
      if (blocker === undefined || performance.now() - told < REPEAT_MS) continue;
      told = performance.now();
      session.log(`${name} waits for ${describeSession(blocker)}`);
    }
  } finally {
    await client.end();
  }
}

async function tellProgress(session: MigrationSession, client: OwnerClient, name: string, pid: number): Promise<void> {
  const { rows } = await client.query<{ phase: string; done: number; total: number }>(
    `select phase,
       (case when tuples_total > 0 then tuples_done when lockers_total > 0 then lockers_done else blocks_done end)::float8 as done,
       (case when tuples_total > 0 then tuples_total when lockers_total > 0 then lockers_total else blocks_total end)::float8 as total
     from pg_stat_progress_create_index where pid = $1`,
    [pid],
  );
  for (const { phase, done, total } of rows) {
    // A phase that is over ends when the next one begins, not by reaching its total.
    if (total > 0) session.progress({ name: `${name}: ${phase}`, done: Math.min(done, total - 1), total });
  }
}

async function firstBlocker(client: OwnerClient, pid: number): Promise<OtherSession | undefined> {
  const { rows } = await client.query<OtherSession>(
    `select ${SESSION} from pg_stat_activity a where a.pid = any (pg_blocking_pids($1)) order by a.xact_start limit 1`,
    [pid],
  );
  return rows[0];
}
