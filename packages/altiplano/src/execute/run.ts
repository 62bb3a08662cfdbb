import type { Statement } from '../sql/statement.ts';
import { acquire, isFull } from './acquire.ts';
import { cancelOnAbort } from './cancel.ts';
import type { Pool } from './pool.ts';
import type { Rows } from './rows.ts';
import { type Session, setSession } from './session.ts';
import { translate } from './sqlstate.ts';

export type { Session } from './session.ts';

/**
 * Runs one statement in a read-only transaction of the tenant, in one round trip: begin, settings, statement and commit
 * are sent together. Each has its own error boundary, so the statement itself checks the tenant (`same_tenant`), and a
 * failed setting has already failed the transaction.
 * @throws EXEC_TIMEOUT, EXEC_UNAVAILABLE, EXEC_OVERLOADED, EXEC_CANCELLED, EXEC_INTERNAL
 */
export async function run(pool: Pool, session: Session, statement: Statement, signal?: AbortSignal): Promise<Rows> {
  const client = await acquire(pool, signal);
  const disarm = cancelOnAbort(client, signal);
  const replies = await Promise.allSettled([
    client.query('begin read only'),
    client.query(setSession(session, 'read')),
    client.query({ name: statement.name, text: statement.text, values: [...statement.values] }),
    client.query('commit'),
  ]);
  await disarm();
  // Whatever happened, all four have answered: the connection is idle. One that is broken is thrown away.
  const [, , main, ended] = replies;
  client.release(ended.status === 'rejected' || isFull(client, [statement]));
  const failed = replies.find((reply) => reply.status === 'rejected');
  if (main.status === 'rejected' || failed !== undefined) throw translate(failed?.reason, signal);
  return readRows(main.value.rows[0]);
}

function readRows(row: Record<string, unknown> | undefined): Rows {
  const text = (column: string): string | null => (typeof row?.[column] === 'string' ? row[column] : null);
  return {
    allowed: Number(text('allowed')) > 0,
    current: row?.current === true,
    found: Number(text('found') ?? 0),
    items: text('items'),
    etag: text('etag'),
    first: readKey(text('first')),
    last: readKey(text('last')),
    count: text('count'),
  };
}

function readKey(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as string[]);
}
