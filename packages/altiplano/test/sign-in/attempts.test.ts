import { expect, test } from 'vitest';
import { startEngine } from '../../src/engine.ts';
import { serve } from '../../src/http/server.ts';
import { PASSWORD, useDoor } from './door.ts';
import { APPS, SIGNING } from './house.ts';

const door = useDoor();
const login = (user: number | string, password = PASSWORD) =>
  door.post('/vault/auth/login', { email: typeof user === 'string' ? user : `v${user}@example.com`, password });
const refusals = () => door.told().flatMap((one) => (one.kind === 'login.refused' ? [`${one.app} ${one.reason}`] : []));
const forget = () => door.owner().query('delete from altiplano.sign_in_attempt');

test('after three wrong passwords an account is closed for the right one too, on every node, and says until when', async () => {
  await forget();
  door.told();
  for (let attempt = 0; attempt < 3; attempt++) expect((await login(1, 'wrong')).status).toBe(401);
  const closed = await login(1);
  expect([closed.status, closed.json.code]).toEqual([429, 'AUTH_ATTEMPTS']);
  const wait = Number(closed.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(800);
  expect(wait).toBeLessThanOrEqual(900);
  expect(refusals()).toEqual(['vault credentials', 'vault credentials', 'vault credentials', 'vault attempts']);
  const engine = await startEngine({ url: door.url(), apps: APPS, pepper: 'test', poolSize: 2, signing: SIGNING });
  const other = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
  try {
    const reply = await fetch(`${other.origin}/vault/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'V1@example.com', password: PASSWORD }),
    });
    expect([reply.status, await reply.json()]).toMatchObject([429, { code: 'AUTH_ATTEMPTS' }]);
    const metrics = await (await fetch(`${other.origin}/metrics`)).text();
    expect(metrics).toContain('altiplano_logins_refused_total{app="vault",reason="attempts"} 1');
  } finally {
    await other.stop();
  }
  expect((await login(2)).status).toBe(200);
});

test('whoever guesses from elsewhere shuts the owner out nowhere they signed in before, and guesses no more for it', async () => {
  await forget();
  const engine = await startEngine({ url: door.url(), apps: APPS, pepper: 'test', poolSize: 2, signing: SIGNING });
  const options = { engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false, trustProxy: 1 } as const;
  const behindProxy = await serve(options);
  const from = async (address: string, password: string) => {
    const reply = await fetch(`${behindProxy.origin}/vault/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ email: 'v2@example.com', password }),
    });
    return reply.status;
  };
  try {
    expect(await from('192.0.2.1', PASSWORD)).toBe(200);
    for (let guess = 1; guess <= 3; guess++) expect(await from(`198.51.100.${guess}`, 'wrong')).toBe(401);
    for (const guess of [4, 5, 6]) expect(await from(`198.51.100.${guess}`, 'wrong')).toBe(429);
    expect(await from('192.0.2.1', 'mistyped')).toBe(401);
    expect(await from('192.0.2.1', PASSWORD)).toBe(200);
    // The owner's login has given nobody elsewhere a guess; where the owner never was, the right password waits too.
    for (const address of ['198.51.100.7', '203.0.113.1']) expect(await from(address, PASSWORD)).toBe(429);
  } finally {
    await behindProxy.stop();
  }
});

test('nothing is derived for who has no room', async () => {
  await forget();
  for (let attempt = 0; attempt < 3; attempt++) await login(3, 'wrong');
  door.told();
  await login(3);
  expect(door.told().some(({ kind }) => kind === 'password.derived')).toBe(false);
});

test('an unknown account is closed like one that is there', async () => {
  await forget();
  for (let attempt = 0; attempt < 3; attempt++) expect((await login('nobody@example.com')).status).toBe(401);
  expect((await login('nobody@example.com')).status).toBe(429);
});

test('from one address eight wrong ones, of whatever accounts; the right ones do not count', async () => {
  await forget();
  for (let attempt = 0; attempt < 10; attempt++) expect((await login(4)).status).toBe(200);
  for (let attempt = 0; attempt < 8; attempt++) expect((await login(`x${attempt}@example.com`)).status).toBe(401);
  expect((await login(4)).status).toBe(429);
});

test('of 30 guesses at once three are looked at', async () => {
  await forget();
  const statuses = (await Promise.all(Array.from({ length: 30 }, (_, n) => login(1, `guess ${n}`)))).map(
    ({ status }) => status,
  );
  expect(statuses.filter((status) => status === 401)).toHaveLength(3);
  expect(statuses.filter((status) => status === 429)).toHaveLength(27);
});

test('while 66 log in, everybody else is answered, and a token sent twice is counted', async () => {
  const { access_token: token, refresh_token: refresh } = await door.login();
  const logins = Promise.all(
    Array.from({ length: 66 }, () => door.post('/auth/login', { email: 'ann@example.com', password: PASSWORD })),
  );
  expect(await Promise.all(Array.from({ length: 10 }, () => door.read(token)))).toEqual(Array(10).fill(200));
  const statuses = (await logins).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  await door.refresh(refresh);
  await door.refresh(refresh);
  const metrics = await (await fetch(new URL('/metrics', door.origin()))).text();
  expect(metrics).toContain('altiplano_refresh_tokens_replayed_total{app="house"} 1');
}, 300_000);
