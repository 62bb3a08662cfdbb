import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner } from '../../src/execute/owner.ts';

export interface Lock {
  /** Resolves once so many statements wait for the lock, and rejects when they do not within ten seconds. */
  waiting(count: number): Promise<void>;
  release(): Promise<void>;
}

/** Makes every statement that reads callbot's customers wait, as a long migration would. */
export async function lockCustomers(url: string): Promise<Lock> {
  const holder = await connectOwner(url);
  const watcher = await connectOwner(url);
  await holder.query('begin');
  await holder.query('lock table callbot.customer in access exclusive mode');
  return {
    async waiting(count) {
      for (let attempt = 0; attempt < 500; attempt++) {
        const { rows } = await watcher.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        );
        if (rows.length === count) return;
        await sleep(20);
      }
      throw new Error(`not ${count} statements wait for the lock`);
    },
    async release() {
      await holder.query('rollback');
      await holder.end();
      await watcher.end();
    },
  };
}
