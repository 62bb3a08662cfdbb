import type pg from 'pg';
import { Failure } from '../errors/failure.ts';
import { currentTrace } from '../profile/trace.ts';
import type { Statement } from '../sql/statement.ts';
import { acquire } from './acquire.ts';
import { cancelOnAbort } from './cancel.ts';
import type { Pool } from './pool.ts';
import { isFull } from './prepared.ts';
import { type Session, setSession } from './session.ts';
import { translate } from './sqlstate.ts';
import { opens, tracing, untold } from './traced.ts';

/** Of each statement its first row and how long it took. */
export interface Results {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly milliseconds: readonly number[];
}

export const BEGIN = { read: 'begin read only', write: 'begin isolation level read committed' };

/**
 * Runs statements in one transaction of the tenant, in one round trip: begin, settings, statements and commit are sent
 * together. Each has its own error boundary: when one fails, those after it do too and the commit rolls back.
 * @throws EXEC_* as {@link translate} says
 */
export async function transact(
  pool: Pool,
  session: Session,
  kind: 'read' | 'write',
  statements: readonly Statement[],
  signal?: AbortSignal,
  removesFrom: string | null = null,
): Promise<Results> {
  const trace = currentTrace();
  const asked = trace === null ? 0 : performance.now();
  const opened = trace !== null && opens(pool);
  const client = await untold(trace, () => acquire(pool, signal));
  const told = trace === null ? null : tracing(trace, asked, opened);
  const disarm = cancelOnAbort(client, signal);
  const send = (query: pg.QueryConfig) => untold(trace, () => client.query(query));
  const begun = send({ text: BEGIN[kind] });
  const sent = [
    send(setSession(session, kind)),
    ...statements.map(({ name, text, values }) => {
      const reply = send({ name, text, values: [...values] });
      told?.sent({ name, text, values: [...values] }, kind, reply);
      return reply;
    }),
  ];
  const committed = send({ text: 'commit' });
  // Of a write it is where the disk is waited for; of a read it ends nothing.
  if (kind === 'write') told?.sent({ text: 'commit' }, 'transaction', committed);
  const answered: number[] = [];
  for (const reply of sent) {
    reply.then(
      () => answered.push(performance.now()),
      () => {},
    );
  }
  const replies = await Promise.allSettled([begun, ...sent, committed]);
  await disarm();
  // Whatever happened, all have answered: the connection is idle. One that is broken is thrown away.
  const ended = replies.at(-1);
  client.release(ended?.status === 'rejected' || isFull(client, statements));
  const results = replies.map((reply) => {
    if (reply.status === 'rejected') throw translate(reply.reason, signal, kind === 'write', removesFrom);
    return reply.value;
  });
  // The server answers ROLLBACK to the commit of a transaction that failed; nothing failed, so it cannot.
  if (results.at(-1)?.command !== 'COMMIT') throw new Failure('EXEC_INTERNAL');
  return {
    rows: results.slice(2, -1).map(({ rows }) => rows[0] ?? {}),
    milliseconds: answered.slice(1).map((time, index) => time - (answered[index] ?? time)),
  };
}
