import type { Statement } from '../sql/statement.ts';
import type { Pool } from './pool.ts';
import type { Rows } from './rows.ts';
import type { Session } from './session.ts';
import { transact } from './transact.ts';

export { type Session, sessionOf } from './session.ts';

/**
 * Runs one statement in a read-only transaction of the tenant. The statement itself checks the tenant (`same_tenant`), and
 * a failed setting has already failed the transaction.
 * @throws EXEC_TIMEOUT, EXEC_UNAVAILABLE, EXEC_OVERLOADED, EXEC_CANCELLED, EXEC_INTERNAL
 */
export async function run(pool: Pool, session: Session, statement: Statement, signal?: AbortSignal): Promise<Rows> {
  const { rows } = await transact(pool, session, 'read', [statement], signal);
  return readRows(rows[0]);
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
    facets: text('facets'),
  };
}

function readKey(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as string[]);
}
