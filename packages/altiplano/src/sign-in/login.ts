import { Failure } from '../errors/failure.ts';
import { isSameCost, parseDigest } from './password.ts';
import { newRefreshToken, newSessionId, type RefreshToken, refreshDigest } from './refresh-token.ts';
import type { SignInService } from './service.ts';
import type { SignInUser } from './users.ts';

/** Who signed in, and the refresh token of the session that begins. */
export interface Opened {
  readonly userId: string;
  readonly token: RefreshToken;
}

/**
 * One statement and one derivation whoever it is: nobody, somebody else's password, and a user who may do nothing are one answer
 * in one time.
 * @throws AUTH_CREDENTIALS, AUTH_BUSY
 */
export async function login(
  service: SignInService,
  { email, password }: { readonly email: string; readonly password: string },
  signal: AbortSignal,
): Promise<Opened> {
  const { users, checker, sessions, pepper, lifetimes } = service;
  const user = await users.find(email);
  const isRight = await checker.check(password, user?.digest ?? null, signal);
  if (user === null || !isRight || !user.active) throw new Failure('AUTH_CREDENTIALS');
  await rehash(service, user, password, signal);
  const token = newRefreshToken(newSessionId());
  const { idle, longest } = lifetimes;
  await sessions.open({ id: token.session, userId: user.id, digest: refreshDigest(pepper, token), idle, longest });
  return { userId: user.id, token };
}

/** A digest of another cost than today's is made anew while its password is known. If that fails, the next login tries again. */
async function rehash(
  { users, checker, observe, app }: SignInService,
  { id, digest }: SignInUser,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  const stored = digest === null ? null : parseDigest(digest);
  if (digest === null || stored === null || isSameCost(stored.cost, checker.cost)) return;
  try {
    await users.rehash(id, digest, await checker.hash(password, signal));
  } catch (error) {
    observe({ kind: 'password.not_rehashed', app, problem: error instanceof Error ? error.message : String(error) });
  }
}
