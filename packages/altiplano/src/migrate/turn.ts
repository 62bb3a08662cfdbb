import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnerClient } from '../execute/owner.ts';

const TURN_MS = 200;
const SAY_MS = 5_000;

/**
 * Waits until no other migration runs in this database. It asks again and again: a session that waits inside the lock
 * call holds a snapshot, which CREATE INDEX CONCURRENTLY of the one that runs would wait for in turn.
 */
export async function takeTurn(client: OwnerClient, log: (line: string) => void): Promise<void> {
  for (let said = performance.now(); ; await sleep(TURN_MS)) {
    const { rows } = await client.query(
      "select pg_try_advisory_lock(hashtextextended('altiplano migrate', 0)) as mine",
    );
    if (rows[0].mine) return;
    if (performance.now() - said < SAY_MS) continue;
    said = performance.now();
    const holder = await client.query<{ pid: number; query: string }>(HOLDER);
    // The server of a killed migrator ends its statement first.
    for (const { pid, query } of holder.rows) log(`another migration runs in session ${pid}: ${query}`);
  }
}

const HOLDER = `
select a.pid, left(regexp_replace(coalesce(a.query, ''), '\\s+', ' ', 'g'), 100) as query
from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and l.objsubid = 1
  and l.database = (select oid from pg_database where datname = current_database())
  and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('altiplano migrate', 0)`;
