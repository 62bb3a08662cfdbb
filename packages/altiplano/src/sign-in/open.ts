import type { Authenticator } from '../auth/authenticate.ts';
import type { KeyRing } from '../encryption/key-ring.ts';
import { Failure } from '../errors/failure.ts';
import type { Pool } from '../execute/pool.ts';
import type { Observe } from '../observe/observation.ts';
import type { App } from '../resource/app.ts';
import { lifetimesOf, PASSWORD_COST } from '../resource/sign-in.ts';
import { accessTokens } from './access-token.ts';
import { passwordChecker, Turns } from './checker.ts';
import { databaseSessions } from './database-sessions.ts';
import { type SignInService, sessionVerifier } from './service.ts';
import type { SessionStore } from './sessions.ts';
import { signInUsers } from './users.ts';

export interface SignInOptions {
  readonly pool: Pool;
  readonly pepper: string;
  /** Of access tokens; nobody signs in without. */
  readonly keys: KeyRing | null;
  /** Who keeps the sessions, if not the database. */
  readonly sessions: ((schema: string) => SessionStore) | null;
  readonly observe: Observe;
}

/** Sign-in of one app; the engine's authenticator reads its access tokens. */
export interface OpenedSignIn {
  readonly readSession: ReturnType<typeof sessionVerifier>;
  /** @param finding what the database lacks */
  service(authenticator: Authenticator, finding: () => Failure | null): SignInService;
}

/** Passwords of all apps of the process wait in one line. */
const TURNS = new Turns();

export function openSignIn({ name, schema, identity }: App, options: SignInOptions): OpenedSignIn | null {
  const { pool, pepper, keys, sessions, observe } = options;
  const { signIn } = identity;
  if (signIn === undefined) return null;
  const parts = {
    app: name,
    signIn,
    lifetimes: lifetimesOf(signIn),
    users: signInUsers(pool, { schema, identity }),
    checker: passwordChecker(TURNS, signIn.cost ?? PASSWORD_COST, observe),
    tokens: keys === null ? null : accessTokens(name, identity.id ?? 'uuid', keys),
    sessions: sessions?.(schema) ?? databaseSessions(pool, schema),
    pepper,
    observe,
  };
  const locked = keys === null ? new Failure('AUTH_KEYS_UNSET', { values: { app: name } }) : null;
  return {
    readSession: sessionVerifier(parts),
    service: (authenticator, finding) => ({ ...parts, authenticator, unavailable: () => locked ?? finding() }),
  };
}
