import { Failure } from '../errors/failure.ts';
import type { Statement } from '../sql/statement.ts';
import { acquire, isFull } from './acquire.ts';
import { cancelOnAbort } from './cancel.ts';
import type { Pool } from './pool.ts';
import { type Session, setSession } from './session.ts';
import { translate } from './sqlstate.ts';

/** The first row of each statement, and how long the first statement took: it is the one that waits for row locks. */
export interface WriteResults {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly milliseconds: readonly number[];
}

/**
 * Runs statements in one transaction of the tenant, in one round trip: begin, settings, statements and commit are sent
 * together. When one fails, those after it do too and the commit rolls back. READ COMMITTED: each statement sees what was
 * committed before it began, so the second sees what the locks of the first waited for.
 * @throws EXEC_* as {@link translate} says
 */
export async function runWrite(
  pool: Pool,
  session: Session,
  statements: readonly Statement[],
  signal?: AbortSignal,
): Promise<WriteResults> {
  const client = await acquire(pool, signal);
  const disarm = cancelOnAbort(client, signal);
  const milliseconds: number[] = [];
  let before = performance.now();
  const stamp = () => {
    milliseconds.push(performance.now() - before);
    before = performance.now();
  };
  const begun = client.query('begin isolation level read committed');
  const set = client.query(setSession(session, 'write'));
  set.then(
    () => (before = performance.now()),
    () => {},
  );
  const main = statements.map(({ name, text, values }) => {
    const reply = client.query({ name, text, values: [...values] });
    reply.then(stamp, () => {});
    return reply;
  });
  const ended = client.query('commit');
  const replies = await Promise.allSettled([begun, set, ...main, ended]);
  await disarm();
  // Whatever happened, all have answered: the connection is idle. One that is broken is thrown away.
  const last = replies.at(-1);
  client.release(last?.status === 'rejected' || isFull(client, statements));
  const failed = replies.find((reply) => reply.status === 'rejected');
  if (failed !== undefined) throw translate(failed.reason, signal, true);
  // The server answers ROLLBACK to the commit of a transaction that failed; nothing failed, so it cannot.
  if (last?.status === 'fulfilled' && last.value.command !== 'COMMIT') throw new Failure('EXEC_INTERNAL');
  return {
    rows: replies.slice(2, -1).map((reply) => (reply.status === 'fulfilled' ? (reply.value.rows[0] ?? {}) : {})),
    milliseconds,
  };
}
