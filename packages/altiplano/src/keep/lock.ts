import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnerClient } from '../execute/owner.ts';
import { type Kind, type Registered, titleOf } from './registered.ts';

/**
 * Advisory locks belong to a session, so the death of a process gives them back at once. They are asked for again and
 * again: a session that waits inside the lock call holds a snapshot, and with it the horizon of the whole database.
 */
const POLL_MS = 20;

/** Whoever holds it folds; one process in the whole database. */
export const FOLDING = 'altiplano fold';

/** Held by a build for as long as it runs and by the folder for one pass: a fold in between would undo what was counted. */
export const lockOf = (kind: Kind, kept: Pick<Registered, 'schema' | 'name'>): string =>
  `altiplano ${kind} ${titleOf(kept)}`;

export async function tryLock(client: OwnerClient, key: string): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as mine', [key]);
  return rows[0].mine === true;
}

export async function waitForLock(client: OwnerClient, key: string): Promise<void> {
  while (!(await tryLock(client, key))) await sleep(POLL_MS);
}

export async function unlock(client: OwnerClient, key: string): Promise<void> {
  await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]);
}
