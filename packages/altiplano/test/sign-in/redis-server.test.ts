import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from '../../src/engine.ts';
import { type HttpServer, serve } from '../../src/http/server.ts';
import { PASSWORD, type Tokens, useDoor } from './door.ts';
import { APPS, SIGNING } from './house.ts';
import { REDIS, useRedis } from './redis.ts';

/** The endpoints as in `endpoints.test.ts`, where it matters who keeps the sessions. */
describe.skipIf(REDIS === undefined)('a server with a Redis (without a redis-server: not run)', () => {
  const redis = useRedis();
  const door = useDoor();
  const servers: HttpServer[] = [];
  let origin = '';
  const start = async (url: string): Promise<string> => {
    const engine = await startEngine({
      ...{ url: door.url(), apps: APPS, pepper: 'test', poolSize: 2, signing: SIGNING, redis: url },
    });
    const server = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
    servers.push(server);
    return server.origin;
  };
  beforeAll(async () => {
    origin = await start(redis.url());
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });

  const post = async (at: string, path: string, body: unknown, token?: string) => {
    const reply = await fetch(`${at}/auth/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    const text = await reply.text();
    return { status: reply.status, json: text === '' ? null : JSON.parse(text) };
  };
  const login = async (): Promise<Tokens> =>
    (await post(origin, 'login', { email: 'ann@example.com', password: PASSWORD })).json;
  const read = async (at: string, token: string) => {
    const reply = await fetch(`${at}/house/notes/`, { headers: { authorization: `Bearer ${token}` } });
    await reply.text();
    return reply.status;
  };

  test('keeps sessions there and nowhere else', async () => {
    const first = await login();
    expect(await read(origin, first.access_token)).toBe(200);
    const { status, json } = await post(origin, 'refresh', { refresh_token: first.refresh_token });
    expect([status, await read(origin, json.access_token)]).toEqual([200, 200]);
    expect((await door.owner().query('select from altiplano.session')).rowCount).toBe(0);
    // A server that keeps them in the database knows nothing of it.
    expect(await door.read(json.access_token)).toBe(401);
  });

  test('one of 50 goes through, and the session is over on every node', async () => {
    const elsewhere = await start(redis.url());
    const { access_token: access, refresh_token: token } = await login();
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        post(index % 2 ? origin : elsewhere, 'refresh', { refresh_token: token }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect([await read(origin, access), await read(elsewhere, access)]).toEqual([401, 401]);
  });

  test('logs out here and everywhere', async () => {
    const [one, two, three] = [await login(), await login(), await login()];
    expect((await post(origin, 'logout', {}, one.access_token)).status).toBe(204);
    expect([await read(origin, one.access_token), await read(origin, two.access_token)]).toEqual([401, 200]);
    expect((await post(origin, 'logout-all', {}, two.access_token)).status).toBe(204);
    expect([await read(origin, two.access_token), await read(origin, three.access_token)]).toEqual([401, 401]);
    expect((await post(origin, 'refresh', { refresh_token: three.refresh_token })).status).toBe(401);
  });

  test('starts without it, and says so until it is there', async () => {
    await redis.stop();
    const lonely = await start(redis.url());
    const { status, json } = await post(lonely, 'login', { email: 'ann@example.com', password: PASSWORD });
    expect([status, json.code]).toEqual([503, 'AUTH_SESSIONS_UNREACHABLE']);
    await redis.start();
    const began = performance.now();
    while ((await post(lonely, 'login', { email: 'ann@example.com', password: PASSWORD })).status !== 200)
      expect(performance.now() - began).toBeLessThan(10_000);
  });
});
