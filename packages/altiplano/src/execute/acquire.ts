import { Failure } from '../errors/failure.ts';
import type { Statement } from '../sql/statement.ts';
import type { Client, Pool } from './pool.ts';
import { translate } from './sqlstate.ts';

/** Requests that may wait for a connection; beyond, waiting would outlast anybody's patience. */
const MOST_WAITING = 1_000;

/**
 * A connection for one request.
 * @throws EXEC_OVERLOADED, EXEC_UNAVAILABLE, EXEC_CANCELLED when nobody waits for the answer any more
 */
export async function acquire(pool: Pool, signal?: AbortSignal): Promise<Client> {
  if (pool.waitingCount >= MOST_WAITING) throw new Failure('EXEC_OVERLOADED');
  const client = await pool.connect().catch((cause: unknown) => {
    throw translate(cause);
  });
  if (!signal?.aborted) return client;
  // A cancel sent now would come before the statement and miss it.
  client.release();
  throw new Failure('EXEC_CANCELLED');
}

const prepared = new WeakMap<Client, Set<string>>();

/**
 * A connection keeps every statement it has prepared, each with its plan (about 0.3 MB), and the driver knows no way to
 * drop one: after this many different ones it is replaced.
 */
const MOST_PREPARED = 100;

export function isFull(client: Client, statements: readonly Statement[]): boolean {
  const names = prepared.get(client) ?? new Set();
  for (const { name } of statements) names.add(name);
  prepared.set(client, names);
  return names.size > MOST_PREPARED;
}
