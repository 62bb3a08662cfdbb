import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../errors/failure.ts';
import { isLocked, type MigrationSession, value } from '../session.ts';
import type { Step } from './step.ts';
import { describeSession, lockHolders } from './watch.ts';

export type LockMode = 'access exclusive' | 'share row exclusive';

export interface LockedChange {
  readonly name: string;
  readonly tables: readonly string[];
  /** The strongest lock the statements take. */
  readonly mode: LockMode;
  /** SQL: true when nothing is left to do. */
  readonly done: string;
  /** Quick statements: rows wait for them. */
  readonly sql: string | ((session: MigrationSession) => Promise<string>);
}

/** A change that needs a strong lock for a moment, in one transaction. Raises MIGR_LOCKED. */
export function underLock(change: LockedChange): Step {
  return {
    name: change.name,
    isDone: (session) => value(session, `select ${change.done}`),
    run: (session) => changeUnderLock(session, change),
  };
}

// Live statements queue behind a lock that waits, so it waits briefly and often. The wait grows past a second because
// autovacuum gives way only to a wait of `deadlock_timeout`.
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 1_600;
// While one table is held already, a deadlock must end here and never in somebody else's transaction.
const NEXT_WAIT_MS = 300;
const REPORT_AFTER = 5;

export async function changeUnderLock(session: MigrationSession, change: Omit<LockedChange, 'done'>): Promise<void> {
  const { client, patience, log } = session;
  const deadline = performance.now() + patience;
  const sql = typeof change.sql === 'string' ? change.sql : await change.sql(session);
  let tables = change.tables;
  for (let attempt = 0; ; attempt++) {
    const wait = Math.min(FIRST_WAIT_MS * 1.6 ** attempt, LONGEST_WAIT_MS) * (0.8 + 0.4 * Math.random());
    let reached = 0;
    try {
      await client.query(`begin; set local lock_timeout = ${Math.round(wait)}`);
      for (const table of tables) {
        await client.query(`lock table ${table} in ${change.mode} mode`);
        await client.query(`set local lock_timeout = ${NEXT_WAIT_MS}`);
        reached++;
      }
      await client.query(sql);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (!isLocked(error)) throw error;
    }
    // The table that was not to be had comes first next time: only the first may be waited for long.
    const stuck = tables[reached % tables.length] ?? '';
    tables = [stuck, ...tables.filter((table) => table !== stuck)];
    const over = performance.now() > deadline;
    if (over || attempt % REPORT_AFTER === REPORT_AFTER - 1) {
      const blockers = await lockHolders(client, stuck, change.mode);
      if (over) throw locked(session, change.name, stuck, blockers.map(describeSession).join('; '));
      for (const blocker of blockers.slice(0, 1))
        log(`${change.name}: ${stuck} is held by ${describeSession(blocker)}`);
    }
    await sleep(Math.min(50 * 1.5 ** attempt, 1_000) * (0.5 + Math.random()));
  }
}

function locked({ patience }: MigrationSession, step: string, table: string, blockers: string): Failure {
  const values = {
    step,
    table,
    seconds: Math.round(patience / 1000),
    blockers: blockers || 'sessions that have ended',
  };
  return new Failure('MIGR_LOCKED', { values });
}
