import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import { idType, KEY_ROLE } from '../resource/identity.ts';
import type { Said } from '../resource/tenant-key.ts';
import { list, name } from '../sql/text.ts';
import { asTexts, type IdentityRow, readCaller, saidParameters, saidValues } from './caller-store.ts';
import type { Pool } from './pool.ts';
import { translate } from './sqlstate.ts';
import { lookUp } from './traced.ts';

export interface StoredToken {
  readonly digest: Buffer;
  readonly caller: Caller;
  /** Seconds until it expires; null: never. */
  readonly remaining: number | null;
}

/** A row of the one lookup; of a user's token `identity` says who it is, of an API key `key` and `tenant` which one. */
interface Found {
  readonly digest: Buffer;
  readonly scopes: readonly string[];
  readonly user_id: string | null;
  readonly identity: IdentityRow | null;
  readonly key: string | null;
  readonly tenant: string | null;
  readonly remaining: number | null;
}

/**
 * One indexed lookup for whichever kind of credential it is: the token, and who it speaks for. Users and keys are read through
 * the app's functions, which run as their owner: nobody is set as caller yet, so row security would show none.
 */
export async function findToken(
  pool: Pool,
  schema: string,
  app: Pick<App, 'name' | 'identity'>,
  keyId: string,
  said: Said | null = null,
): Promise<StoredToken | null> {
  const text = [ofUsers(schema, app), ...(app.identity.keys === undefined ? [] : [ofKeys(schema)])].join(
    '\nunion all\n',
  );
  const query = { name: `alt_token_${schema}`, text, values: [keyId, app.name, ...saidValues(app.identity, said)] };
  const { rows } = await lookUp<Found>(pool, query, 'credential').catch((cause: unknown) => {
    throw translate(cause);
  });
  const [row] = rows;
  const caller = row === undefined ? null : callerOf(app, row, said);
  return row === undefined || caller === null ? null : { digest: row.digest, caller, remaining: row.remaining };
}

function ofUsers(schema: string, { identity }: Pick<App, 'identity'>): string {
  return [
    `select t.digest, t.scopes, t.user_id, ${asTexts('i')} as identity, null::text as key, null::text as tenant,`,
    '  extract(epoch from t.expires_at - now())::float8 as remaining',
    'from altiplano.access_token t',
    // A subquery: a function of one column would be that column and not a row.
    `join lateral (select * from ${name(schema)}.caller_identity(${list([`t.user_id::${idType(identity)}`, ...saidParameters(identity, 3)])})) i on true`,
    'where t.key_id = $1 and t.app = $2 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())',
  ].join('\n');
}

function ofKeys(schema: string): string {
  return [
    'select k.digest, k.scopes, k.user_id, null, k.key, k.tenant, k.remaining',
    `from ${name(schema)}.key_identity($1) k`,
  ].join('\n');
}

function callerOf({ identity }: Pick<App, 'identity'>, row: Found, said: Said | null): Caller | null {
  const { key, tenant, scopes, user_id: userId } = row;
  if (key === null) return readCaller(identity, userId ?? '', row.identity ?? {}, scopes, said);
  return {
    userId: userId ?? '',
    role: KEY_ROLE,
    attributes: {},
    tenant: tenant ?? '',
    scopes,
    key: { id: key, scopes },
  };
}
