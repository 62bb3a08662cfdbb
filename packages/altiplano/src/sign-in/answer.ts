import { Failure } from '../errors/failure.ts';
import { JSON_TYPE, type Reply } from '../respond/reply.ts';
import { readSignIn, type SignInCall } from './call.ts';
import { login, type Opened } from './login.ts';
import { newRefreshToken, parseRefreshToken, printRefreshToken, refreshDigest } from './refresh-token.ts';
import type { SignInService } from './service.ts';

/** @throws Failure */
export async function answerSignIn(service: SignInService, call: SignInCall): Promise<Reply> {
  const failure = service.unavailable();
  if (failure !== null) throw failure;
  switch (call.endpoint) {
    case 'login':
      return answerLogin(service, call);
    case 'refresh':
      return answerRefresh(service, call);
    case 'logout':
      return answerLogout(service, call);
    case 'logout-all':
      return answerLogoutAll(service, call);
  }
}

async function answerLogin(service: SignInService, call: SignInCall): Promise<Reply> {
  const attempt = { ...readSignIn('login', call), address: call.address };
  return handOut(service, await login(service, attempt, call.signal));
}

/** @throws AUTH_REFRESH, whatever is wrong with the token, its session or its user */
async function answerRefresh(service: SignInService, call: SignInCall): Promise<Reply> {
  const { sessions, users, pepper, app, lifetimes, observe } = service;
  const old = parseRefreshToken(pepper, app, readSignIn('refresh', call).refresh_token);
  if (old === null) throw new Failure('AUTH_REFRESH');
  // Everything that may fail comes before the rotation: after it the old token is spent, and a client that repeats it a thief.
  const live = await sessions.find(old.session);
  if (live === null) throw new Failure('AUTH_REFRESH');
  if ((await users.caller(live.userId)) === null) {
    await sessions.end(old.session);
    throw new Failure('AUTH_REFRESH');
  }
  const token = newRefreshToken(old.session);
  const rotated = await sessions.rotate({
    id: old.session,
    was: refreshDigest(pepper, old),
    becomes: refreshDigest(pepper, token),
    idle: lifetimes.idle,
  });
  if (rotated.outcome === 'replayed') observe({ kind: 'session.replayed', app, user: rotated.userId });
  if (rotated.outcome !== 'rotated') throw new Failure('AUTH_REFRESH');
  const { userId } = rotated;
  return handOut(service, { userId, token });
}

/** By either token: whoever has been away for longer than the one is good still has the other. */
async function answerLogout(service: SignInService, call: SignInCall): Promise<Reply> {
  const { authenticator, sessions, pepper, app } = service;
  const { authorization } = call;
  const { refresh_token: text } = readSignIn('logout', call);
  if (text !== undefined) {
    const token = parseRefreshToken(pepper, app, text);
    if (token === null) throw new Failure('AUTH_REFRESH');
    await sessions.end(token.session);
    if (authorization !== undefined) authenticator.forget(authorization);
    return DONE;
  }
  const { session } = await authenticator.authenticate(authorization);
  if (session === undefined) throw new Failure('AUTH_SESSION');
  await sessions.end(session);
  authenticator.forget(authorization);
  return DONE;
}

async function answerLogoutAll(service: SignInService, call: SignInCall): Promise<Reply> {
  const { authenticator, sessions } = service;
  readSignIn('logout-all', call);
  const { session, caller } = await authenticator.authenticate(call.authorization);
  if (session === undefined) throw new Failure('AUTH_SESSION');
  await sessions.endAll(caller.userId);
  authenticator.forget(call.authorization);
  return DONE;
}

async function handOut({ tokens, pepper, app, lifetimes }: SignInService, { userId, token }: Opened): Promise<Reply> {
  if (tokens === null) throw new Failure('AUTH_KEYS_UNSET', { values: { app } });
  const body = {
    access_token: await tokens.sign({ userId, session: token.session }, lifetimes.access),
    token_type: 'Bearer',
    expires_in: lifetimes.access,
    refresh_token: printRefreshToken(pepper, app, token),
  };
  return { status: 200, headers: { 'content-type': JSON_TYPE, ...UNKEPT }, body: JSON.stringify(body) };
}

const UNKEPT = { 'cache-control': 'no-store' } as const;
const DONE: Reply = { status: 204, headers: UNKEPT, body: '' };
