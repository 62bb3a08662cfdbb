import { LRUCache } from 'lru-cache';
import { Failure } from '../errors/failure.ts';
import { noteKeyUse } from '../execute/key-use.ts';
import type { Pool } from '../execute/pool.ts';
import { findToken } from '../execute/token-store.ts';
import type { Caller } from '../plan/plan.ts';
import type { App } from '../resource/app.ts';
import type { NewKey } from '../resource/identity.ts';
import type { Said } from '../resource/tenant-key.ts';
import { type Headers, readChosen } from './chosen-tenant.ts';
import { newKey } from './new-key.ts';
import { digest, parseToken, sameDigest } from './token.ts';

export interface Credential {
  readonly caller: Caller;
  /** When it expires, by this process's clock. */
  readonly until: number;
  /** The session it was handed out in; undefined for a token of its own. */
  readonly session?: string;
}

export interface Authenticator {
  /** @throws AUTH_MISSING, AUTH_INVALID; REQ_INVALID where the headers name no tenant that could be one */
  authenticate(authorization: string | undefined, headers?: Headers): Promise<Credential>;
  /** Reads the credential again at its next use: its role or attributes have changed. */
  forget(authorization: string | undefined, headers?: Headers): void;
  /** How often a credential was still known, and how often it had to be looked up. */
  figures(): { readonly hits: number; readonly misses: number };
  /** A new API key of the app, for whoever stores it. */
  newKey(): NewKey;
}

/** A token lookup is kept no longer than this (contract: conventions), so a revocation is seen within it. */
const KEPT_MS = 1000;
/** No credential is longer; what is kept of 10,000 of them is bounded by it, and whoever sends them need be nobody. */
const LONGEST = 2_048;

export function authenticator(
  pool: Pool,
  schema: string,
  app: Pick<App, 'name' | 'identity'>,
  pepper: string,
  /** Reads what is no token of ours: the access token of a session. */
  readSession: (text: string, said: Said | null) => Promise<Credential | null> = async () => null,
): Authenticator {
  const known = new LRUCache<string, Promise<Credential | null>>({ max: 10_000, ttl: KEPT_MS });
  const figures = { hits: 0, misses: 0 };
  const used = noteKeyUse(pool, schema);

  async function verify(text: string, said: Said | null): Promise<Credential | null> {
    const token = parseToken(text);
    if (token === null) return readSession(text, said);
    if (token.app !== app.name) return null;
    const asked = performance.now();
    const stored = await findToken(pool, schema, app, token.keyId, said);
    // An unknown key id costs the same digest as a known one.
    const matches = sameDigest(digest(pepper, token.secret), stored?.digest ?? Buffer.alloc(32));
    if (stored === null || !matches) return null;
    const { caller, remaining } = stored;
    if (caller.key !== undefined) used(token.keyId);
    return { caller, until: remaining === null ? Number.POSITIVE_INFINITY : asked + remaining * 1000 };
  }

  return {
    async authenticate(authorization, headers) {
      const [, text] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
      if (text === undefined) throw new Failure(authorization === undefined ? 'AUTH_MISSING' : 'AUTH_INVALID');
      if (text.length > LONGEST) throw new Failure('AUTH_INVALID');
      const { said, fault } = readChosen(app.identity, headers);
      const kept = keptAs(text, said);
      const found = known.get(kept);
      figures[found === undefined ? 'misses' : 'hits'] += 1;
      const pending = found ?? verify(text, said);
      known.set(kept, pending, { noUpdateTTL: true });
      const credential = await pending.catch((cause: unknown) => {
        known.delete(kept);
        throw cause;
      });
      if (credential === null || credential.until <= performance.now()) throw new Failure('AUTH_INVALID');
      if (fault !== null) throw fault;
      return credential;
    },
    forget(authorization, headers) {
      const [, text] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
      if (text !== undefined) known.delete(keptAs(text, readChosen(app.identity, headers).said));
    },
    figures: () => figures,
    newKey: () => newKey(app.name, pepper),
  };
}

/** In each tenant a user may be something else. */
const keptAs = (text: string, said: Said | null) => (said === null ? text : [text, ...said].join(' '));
