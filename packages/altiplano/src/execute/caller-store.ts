import type { Caller } from '../plan/plan.ts';
import type { App, Identity } from '../resource/app.ts';
import { name } from '../sql/text.ts';
import type { Pool } from './pool.ts';

/** The user as a token would speak for it; null when there is none. */
export async function findCaller(
  pool: Pool,
  app: Pick<App, 'schema' | 'identity'>,
  userId: string,
): Promise<Caller | null> {
  const { rows } = await pool.query(
    `select to_jsonb(i) as user from (select * from ${name(app.schema)}.caller_identity($1)) i`,
    [userId],
  );
  const user = rows[0]?.user;
  if (user === undefined) return null;
  return readCaller(app.identity, userId, user);
}

/** A row of `caller_identity` as the plan knows the caller. */
export function readCaller(identity: Identity, userId: string, row: Readonly<Record<string, string | null>>): Caller {
  const attributes = Object.fromEntries(identity.attributes.map((column) => [column, row[column] ?? null]));
  return { userId, role: row[identity.role] ?? '', attributes };
}
