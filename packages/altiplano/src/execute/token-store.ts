import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import { name } from '../sql/text.ts';
import { readCaller } from './caller-store.ts';
import type { OwnerClient } from './owner.ts';
import type { Pool } from './pool.ts';
import { translate } from './sqlstate.ts';

export interface StoredToken {
  readonly digest: Buffer;
  readonly scopes: readonly string[];
  readonly caller: Caller;
}

/**
 * One indexed lookup: the token, and who it speaks for. The user is read through the app's `caller_identity`, which runs
 * as its owner: nobody is set as caller yet, so row security would show no user.
 */
export async function findToken(
  pool: Pool,
  schema: string,
  app: Pick<App, 'name' | 'identity'>,
  keyId: string,
): Promise<StoredToken | null> {
  const { identity } = app;
  const text = [
    `select t.digest, t.scopes, t.user_id, to_jsonb(i) as identity`,
    `from altiplano.access_token t`,
    // A subquery: a function of one column would be that column and not a row.
    `join lateral (select * from ${name(schema)}.caller_identity(t.user_id)) i on true`,
    'where t.key_id = $1 and t.app = $2 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())',
  ].join('\n');
  const result = await pool
    .query({ name: `alt_token_${schema}`, text, values: [keyId, app.name] })
    .catch((cause: unknown) => {
      throw translate(cause);
    });
  const row = result.rows[0];
  if (row === undefined) return null;
  return { digest: row.digest, scopes: row.scopes, caller: readCaller(identity, row.user_id, row.identity) };
}

/** Whether a token for this user could ever be good. */
export async function userExists(
  client: OwnerClient,
  app: Pick<App, 'schema' | 'identity'>,
  userId: string,
): Promise<boolean> {
  const users = `${name(app.schema)}.${name(app.identity.table)}`;
  return (await client.query(`select from ${users} where id = $1`, [userId])).rowCount === 1;
}

export interface NewToken {
  readonly app: string;
  readonly keyId: string;
  readonly userId: string;
  readonly digest: Buffer;
  readonly scopes: readonly string[];
  readonly days: number;
}

/** Keeps a token's digest; as the owner, the app's role can only read. */
export async function storeToken(
  client: OwnerClient,
  { app, keyId, userId, digest, scopes, days }: NewToken,
): Promise<void> {
  await client.query(
    `insert into altiplano.access_token (app, key_id, user_id, digest, scopes, expires_at)
     values ($1, $2, $3, $4, $5, now() + make_interval(days => $6))`,
    [app, keyId, userId, digest, scopes, days],
  );
}
