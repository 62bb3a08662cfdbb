import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import { grantedScopes, type Identity, tenantOfUser } from '../resource/identity.ts';
import type { Said } from '../resource/tenant-key.ts';
import { list, name } from '../sql/text.ts';
import type { Pool } from './pool.ts';
import { lookUp } from './traced.ts';

/** A row of `caller_identity`, each column as text: a key of eight bytes is no JavaScript number. */
export type IdentityRow = Readonly<Record<string, string | null>>;

/** The user as a token would speak for it; null when there is none. */
export async function findCaller(
  pool: Pool,
  app: Pick<App, 'schema' | 'identity'>,
  userId: string,
  said: Said | null = null,
): Promise<Caller | null> {
  const text = `select ${asTexts('i')} as user from (select * from ${name(app.schema)}.caller_identity(${list(['$1', ...saidParameters(app.identity, 2)])})) i`;
  const values = [userId, ...saidValues(app.identity, said)];
  const { rows } = await lookUp<{ user: IdentityRow }>(pool, { text, values }, 'caller');
  const user = rows[0]?.user;
  return user === undefined ? null : readCaller(app.identity, userId, user, [], said);
}

/**
 * The user that an identity row describes; null when it is one who may do nothing.
 * @param narrowed scopes of the credential itself
 * @param said the tenant that headers chose
 */
export function readCaller(
  identity: Identity,
  userId: string,
  row: IdentityRow,
  narrowed: readonly string[] = [],
  said: Said | null = null,
): Caller | null {
  const { attributes: named, role, active } = identity;
  if (active !== undefined && row[active] !== 'true') return null;
  const attributes = Object.fromEntries(named.map((column) => [column, row[column] ?? null]));
  const scopes = grantedScopes(identity, row[role] ?? '', narrowed);
  return {
    userId,
    role: row[role] ?? '',
    attributes,
    ...tenantOfUser(identity, userId, row, said),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

/** What the function is told besides the user, where headers choose the tenant: of which kind and id; null where none did. */
export function saidParameters({ tenancies }: Identity, first: number): readonly string[] {
  return tenancies === undefined ? [] : [`$${first}::text`, `$${first + 1}::uuid`];
}

export function saidValues({ tenancies }: Identity, said: Said | null): readonly (string | null)[] {
  return tenancies === undefined ? [] : [said?.[0] ?? null, said?.[1] ?? null];
}

export const asTexts = (alias: string): string =>
  `(select jsonb_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(${alias})) c)`;
