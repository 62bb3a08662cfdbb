import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import { name } from '../sql/text.ts';
import type { Pool } from './pool.ts';

/** The user as a token would speak for it; null when there is none. */
export async function findCaller(
  pool: Pool,
  app: Pick<App, 'schema' | 'identity'>,
  userId: string,
): Promise<Caller | null> {
  const { rows } = await pool.query(`select to_jsonb(i) as user from ${name(app.schema)}.caller_identity($1) i`, [
    userId,
  ]);
  const user = rows[0]?.user;
  if (user === undefined) return null;
  const attributes = Object.fromEntries(app.identity.attributes.map((column) => [column, user[column] ?? null]));
  return { userId, role: user[app.identity.role], attributes };
}
