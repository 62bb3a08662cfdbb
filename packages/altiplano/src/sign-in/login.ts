import { Failure } from '../errors/failure.ts';
import { ATTEMPTS } from '../resource/sign-in.ts';
import { linesOf } from './attempts.ts';
import type { Derivations } from './checker.ts';
import { isSameCost, parseDigest } from './password.ts';
import { newRefreshToken, newSessionId, type RefreshToken, refreshDigest } from './refresh-token.ts';
import type { SignInService } from './service.ts';
import type { SignInUser } from './users.ts';

/** Who signed in, and the refresh token of the session that begins. */
export interface Opened {
  readonly userId: string;
  readonly token: RefreshToken;
}

export interface Attempt {
  readonly email: string;
  readonly password: string;
  /** Of the client, as far as the server knows it. */
  readonly address: string;
}

/**
 * The same statements and derivations whoever it is: nobody, somebody else's password, and a user who may do nothing are one answer
 * in one time.
 * @throws AUTH_CREDENTIALS, AUTH_ATTEMPTS, AUTH_BUSY
 */
export async function login(service: SignInService, attempt: Attempt, signal: AbortSignal): Promise<Opened> {
  const { checker, observe, app } = service;
  try {
    // The place comes first: whoever waits for one holds no connection, and has not tried yet.
    return await checker.inTurn(signal, (derivations) => tryToSignIn(service, attempt, derivations));
  } catch (error) {
    const reason = error instanceof Failure ? REFUSED[error.code] : undefined;
    if (reason !== undefined) observe({ kind: 'login.refused', app, reason });
    throw error;
  }
}

const REFUSED: Readonly<Record<string, 'credentials' | 'attempts' | 'busy'>> = {
  AUTH_CREDENTIALS: 'credentials',
  AUTH_ATTEMPTS: 'attempts',
  AUTH_BUSY: 'busy',
};

async function tryToSignIn(service: SignInService, attempt: Attempt, derivations: Derivations): Promise<Opened> {
  const { users, sessions, pepper, lifetimes, signIn } = service;
  const { attempts: limits = ATTEMPTS } = signIn;
  const lines = limits === null ? null : linesOf(pepper, limits, attempt);
  const wait = lines === null ? 0 : await sessions.attempt(lines);
  if (wait > 0) throw new Failure('AUTH_ATTEMPTS', { retryAfter: Math.ceil(wait) });
  const user = await users.find(attempt.email);
  // Whoever may do nothing is refused in the time of any other refusal, whatever the password.
  const isRight = await derivations.check(attempt.password, user?.active === true ? user.digest : null);
  if (user === null || !isRight) throw new Failure('AUTH_CREDENTIALS');
  if (lines !== null) await sessions.forgive(lines);
  const renewed = await rehash(service, user, attempt.password, derivations);
  const token = newRefreshToken(newSessionId());
  const { idle, longest } = lifetimes;
  await sessions.open({ id: token.session, userId: user.id, digest: refreshDigest(pepper, token), idle, longest });
  const checked = [user.digest, renewed].filter((digest) => digest !== null);
  await keepIfStillRight(service, { id: user.id, session: token.session, checked }, attempt, derivations);
  return { userId: user.id, token };
}

/**
 * A password may have changed since it was checked: whoever changed it ended the sessions that were there then, and this one was not. Once
 * no change is under way, it is looked up again; whoever changes it from now on finds the session.
 */
async function keepIfStillRight(
  { users, sessions }: SignInService,
  { id, session, checked }: { readonly id: string; readonly session: string; readonly checked: readonly string[] },
  { email, password }: Attempt,
  derivations: Derivations,
): Promise<void> {
  let isRight = false;
  try {
    await users.settled(id);
    const now = await users.find(email);
    const isSame = now?.id === id && now.active;
    // Another digest may be of the same password: another login made it anew.
    const isKnown = isSame && now.digest !== null && checked.includes(now.digest);
    isRight = isKnown || (isSame && (await derivations.check(password, now.digest)));
  } finally {
    if (!isRight) await sessions.end(session);
  }
  if (!isRight) throw new Failure('AUTH_CREDENTIALS');
}

/** A digest of another cost than today's is made anew while its password is known: that one. If it fails, the next login tries again. */
async function rehash(
  { users, checker, observe, app }: SignInService,
  { id, digest }: SignInUser,
  password: string,
  derivations: Derivations,
): Promise<string | null> {
  const stored = digest === null ? null : parseDigest(digest);
  if (digest === null || stored === null || isSameCost(stored.cost, checker.cost)) return null;
  try {
    const renewed = await derivations.hash(password);
    await users.rehash(id, digest, renewed);
    return renewed;
  } catch (error) {
    observe({ kind: 'password.not_rehashed', app, problem: error instanceof Error ? error.message : String(error) });
    return null;
  }
}
