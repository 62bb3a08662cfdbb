import { Failure } from '../errors/failure.ts';
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
