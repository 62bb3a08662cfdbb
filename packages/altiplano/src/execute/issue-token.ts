import type { App } from '../resource/app.ts';
import { name } from '../sql/text.ts';
import type { OwnerClient } from './owner.ts';

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
