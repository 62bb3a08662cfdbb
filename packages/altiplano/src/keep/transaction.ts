import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnerClient } from '../execute/owner.ts';

/** What another attempt may mend: a serialization failure, a deadlock, a lock that was not to be had in time. */
const PASSING: ReadonlySet<unknown> = new Set(['40001', '40P01', '55P03']);

export function isPassing(error: unknown): boolean {
  return PASSING.has(codeOf(error));
}

/** SQLSTATE of the driver's error; undefined when the error is not the database's. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** Work in one transaction, in one snapshot unless `begin` says otherwise. An error leaves nothing behind. */
export async function inTransaction<T>(
  client: OwnerClient,
  work: () => Promise<T>,
  begin = 'begin isolation level repeatable read',
): Promise<T> {
  await client.query(begin);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // On a lost connection it fails too, and hides nothing: the server has rolled back by itself.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** The same, again while it fails with what passes. @throws the last error after `attempts` of them */
export async function retried<T>(attempts: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw error;
      // Jitter: two that met once should not meet again.
      await sleep(Math.min(1000, 10 * 2 ** attempt) * (0.5 + Math.random()));
    }
  }
}
