import type { OwnerClient } from '../execute/owner.ts';
import type { Observe } from '../observe/observation.ts';
import { isPassing } from './transaction.ts';

/** What one process is to do from time to time, and the folder is only one: beside its rollups. */
export interface Chore {
  readonly title: string;
  /** A statement or two, each soon over; returns the milliseconds until it is due again. */
  run(client: OwnerClient): Promise<number>;
}

const AGAIN_MS = 60_000;

/** Runs what is due, on the folder's connection. A chore that fails is told and tried again in a minute. */
export function choresDue(chores: readonly Chore[], observe: Observe): (client: OwnerClient) => Promise<void> {
  const next = new Map<Chore, number>();
  return async (client) => {
    for (const chore of chores) {
      if (performance.now() < (next.get(chore) ?? 0)) continue;
      next.set(chore, performance.now() + AGAIN_MS);
      try {
        next.set(chore, performance.now() + (await chore.run(client)));
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (!isPassing(error)) observe({ kind: 'chore.failed', chore: chore.title, problem });
        // Fails on a lost connection, which is then the folder's to open again.
        await client.query('rollback');
      }
    }
  };
}
