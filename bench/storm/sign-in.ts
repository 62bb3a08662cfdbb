import { setTimeout as sleep } from 'node:timers/promises';
import { hashPassword } from 'altiplano';
import { finance } from '../../apps/finance/app.ts';
import { ask, below, chance, type Heard, persist } from './persist.ts';
import type { Ground, Storm } from './storm.ts';

const PASSWORD = 'correct horse battery staple';
const emailOf = (user: number) => `user${user}@example.org`;
/** A server keeps for a second who somebody is; a busy machine gets another one. */
const FORGOTTEN_MS = 2_000;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** How often each refresh token was exchanged: once, whatever is killed. */
const exchanged = new Map<string, number>();
/** Sessions that their users hold, and logins whose answer was lost: nobody knows whether those opened one. */
let held = 0;
let lost = 0;

export const signInStorm: Storm = {
  name: 'sign-in',
  summary:
    'sessions refreshed without pause, tokens sent again by several at once, everybody logged out, servers killed',
  app: finance,
  servers: 3,
  workers: 0,
  async prepare({ owner, clients }) {
    exchanged.clear();
    [held, lost] = [0, 0];
    await owner.query(
      `insert into finance.app_user (email, name, password_digest)
       select 'user' || n || '@example.org', 'User ' || n, $2 from generate_series(0, $1::int - 1) n`,
      [clients, await hashPassword(PASSWORD)],
    );
  },
  async rage(ground) {
    await Promise.all(Array.from({ length: ground.clients }, (_, user) => live(ground, user)));
  },
  async recount({ owner }, settled) {
    const twice = [...exchanged.values()].filter((times) => times > 1).length;
    const wrong = twice === 0 ? [] : [`${twice} refresh tokens were exchanged more than once`];
    if (!settled) return wrong;
    const { rows } = await owner.query<{ live: number }>(
      'select count(*)::int as live from altiplano.session where revoked_at is null and expires_at > now()',
    );
    const there = rows[0]?.live ?? 0;
    const fits = there >= held && there <= held + lost;
    return fits ? wrong : [...wrong, `${there} sessions are open, ${held} are held and ${lost} logins were lost`];
  },
};

async function live(ground: Ground, user: number): Promise<void> {
  let tokens: Tokens | null = null;
  while (!ground.isOver()) {
    if (tokens === null) {
      tokens = await login(ground, user);
      continue;
    }
    const before: Tokens = tokens;
    if (chance(0.01)) tokens = await replay(ground, before);
    else if (chance(0.002)) tokens = await leave(ground, before);
    else tokens = await refresh(ground, before);
    // A lost answer, and then the same token again: that was a replay, and the session is over.
    if (tokens === null) await expectOver(ground, before);
    else await expectStatus(ground, tokens, 200);
  }
  if (tokens !== null) held += 1;
}

async function login(ground: Ground, user: number): Promise<Tokens | null> {
  const origin = ground.fleet.origins()[below(ground.fleet.origins().length)] ?? '';
  const body = { email: emailOf(user), password: PASSWORD };
  const heard = await ask(origin, { token: null, method: 'POST', path: '/auth/login', body });
  if (heard === null) lost += 1;
  if (heard?.status === 200) {
    ground.count('logins');
    return heard.json;
  }
  if (heard !== null && heard.status !== 503) ground.wrong(`a login was answered by ${heard.status}`);
  await sleep(100);
  return null;
}

const exchange = async (ground: Ground, { refresh_token }: Tokens): Promise<Heard> => {
  const body = { refresh_token };
  const heard = await persist(ground, { token: null, method: 'POST', path: '/auth/refresh', body });
  if (heard.status === 200) exchanged.set(refresh_token, (exchanged.get(refresh_token) ?? 0) + 1);
  else if (heard.status !== 401) ground.wrong(`a refresh was answered by ${heard.status}`);
  return heard;
};

async function refresh(ground: Ground, tokens: Tokens): Promise<Tokens | null> {
  const { status, json } = await exchange(ground, tokens);
  ground.count(status === 200 ? 'refreshes' : 'sessions over because an answer was lost');
  return status === 200 ? json : null;
}

/** One token by eight at once, at any servers: one at most goes through, and what it got is worth nothing. */
async function replay(ground: Ground, tokens: Tokens): Promise<null> {
  const heard = await Promise.all(Array.from({ length: 8 }, () => exchange(ground, tokens)));
  ground.count('tokens sent by eight at once');
  for (const { status, json } of heard) if (status === 200) await expectOver(ground, json);
  return null;
}

async function leave(ground: Ground, tokens: Tokens): Promise<null> {
  const { status } = await persist(ground, { token: tokens.access_token, method: 'POST', path: '/auth/logout-all' });
  // Asked again after a lost answer, the session is over already.
  if (![204, 401].includes(status)) ground.wrong(`logout-all was answered by ${status}`);
  ground.count('logouts everywhere');
  return null;
}

async function expectOver(ground: Ground, tokens: Tokens): Promise<void> {
  if ((await exchange(ground, tokens)).status === 200) ground.wrong('a session went on after it was over');
  await sleep(FORGOTTEN_MS);
  for (const origin of ground.fleet.origins()) await expectStatus(ground, tokens, 401, origin);
}

async function expectStatus(ground: Ground, tokens: Tokens, expected: number, at?: string): Promise<void> {
  const asked = { token: tokens.access_token, method: 'GET', path: '/me/permissions' };
  const heard = at === undefined ? await persist(ground, asked) : await ask(at, asked);
  if (heard === null || heard.status === 503) return;
  ground.count(expected === 200 ? 'reads by an open session' : 'reads refused after its end');
  if (heard.status !== expected) ground.wrong(`a read was answered by ${heard.status} instead of ${expected}`);
}
