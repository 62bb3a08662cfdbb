import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import { grantedScopes, hasNoTenants, type Identity } from '../resource/identity.ts';
import { NO_TENANT } from '../resource/tenant-key.ts';
import { name } from '../sql/text.ts';
import type { Pool } from './pool.ts';

/** A row of `caller_identity`, each column as text: a key of eight bytes is no JavaScript number. */
export type IdentityRow = Readonly<Record<string, string | null>>;

/** The user as a token would speak for it; null when there is none. */
export async function findCaller(
  pool: Pool,
  app: Pick<App, 'schema' | 'identity'>,
  userId: string,
): Promise<Caller | null> {
  const { rows } = await pool.query(
    `select ${asTexts('i')} as user from (select * from ${name(app.schema)}.caller_identity($1)) i`,
    [userId],
  );
  const user = rows[0]?.user;
  return user === undefined ? null : readCaller(app.identity, userId, user);
}

/**
 * The user that an identity row describes; null when it is one who may do nothing.
 * @param narrowed scopes of the credential itself
 */
export function readCaller(
  identity: Identity,
  userId: string,
  row: IdentityRow,
  narrowed: readonly string[] = [],
): Caller | null {
  const { attributes: named, role, active, tenant } = identity;
  if (active !== undefined && row[active] !== 'true') return null;
  const attributes = Object.fromEntries(named.map((column) => [column, row[column] ?? null]));
  const scopes = grantedScopes(identity, row[role] ?? '', narrowed);
  return {
    userId,
    role: row[role] ?? '',
    attributes,
    ...(tenant === undefined ? {} : { tenant: hasNoTenants(identity) ? NO_TENANT : (row[tenant] ?? '') }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

export const asTexts = (alias: string): string =>
  `(select jsonb_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(${alias})) c)`;
