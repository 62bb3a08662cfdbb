import { Writable } from 'node:stream';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, test } from 'vitest';
import { startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { type HttpServer, serve } from '../../src/http/server.ts';
import { FORGET_SESSIONS } from '../../src/sign-in/forget-sessions.ts';
import { runCommand } from '../cli/run-command.ts';
import { PASSWORD, useDoor } from './door.ts';
import { APPS, SIGNING } from './house.ts';

const door = useDoor();
const ANN = { email: 'ann@example.com', password: PASSWORD };
const servers: HttpServer[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
});

const start = async (options: object = {}, logger: object | false = false): Promise<string> => {
  const engine = await startEngine({
    url: door.url(),
    apps: APPS,
    pepper: 'test',
    poolSize: 2,
    signing: SIGNING,
    ...options,
  });
  const server = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger });
  servers.push(server);
  return server.origin;
};

async function post(origin: string, path: string, body: unknown, token?: string) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const reply = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization },
    body: JSON.stringify(body),
  });
  const text = await reply.text();
  return { status: reply.status, json: text === '' ? null : JSON.parse(text) };
}

describe('the log', () => {
  test('has neither address nor password nor any token, whatever happens', async () => {
    let log = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        log += String(chunk);
        done();
      },
    });
    const origin = await start({}, { level: 'trace', stream });
    const { access_token: access, refresh_token: refresh } = (await post(origin, '/auth/login', ANN)).json;
    const wrong = 'Tr0ub4dor&3';
    await post(origin, '/auth/login', { ...ANN, password: wrong });
    await post(origin, '/auth/login', { ...ANN, password: [wrong] });
    const next = (await post(origin, '/auth/refresh', { refresh_token: refresh })).json;
    await withOwner(door.url(), (client) => client.query('alter table altiplano.session rename to away'));
    expect((await post(origin, '/auth/refresh', { refresh_token: next.refresh_token })).json.code).toBe(
      'EXEC_INTERNAL',
    );
    expect((await post(origin, '/auth/login', ANN)).json.code).toBe('EXEC_INTERNAL');
    await withOwner(door.url(), (client) => client.query('alter table altiplano.away rename to session'));
    await post(origin, '/auth/refresh', { refresh_token: refresh });
    await post(origin, '/auth/logout', {}, next.access_token);
    expect(log.match(/"route":"\/auth\/\w+"/g)?.length).toBe(8);
    expect(log).toContain('42P01');
    for (const hidden of [PASSWORD, wrong, ANN.email, access, refresh, next.access_token, next.refresh_token])
      expect(log).not.toContain(hidden);
  });
});

describe('the description', () => {
  const load = async () => (await door.send({ path: '/openapi.json' })).json;

  test('is valid, and has the endpoints of both apps, before which nobody has a token', async () => {
    const document = await load();
    expect(await new Validator().validate(document)).toEqual({ valid: true });
    const paths = ['login', 'refresh', 'logout', 'logout-all'];
    for (const prefix of ['/auth', '/garden/auth'])
      expect(paths.map((path) => Object.keys(document.paths[`${prefix}/${path}`]))).toEqual(paths.map(() => ['post']));
    expect(document.paths['/auth/login'].post.security).toEqual([]);
    expect(document.paths['/auth/logout-all'].post.security).toBeUndefined();
  });

  test('says what is answered', async () => {
    const { paths } = await load();
    const ajv = new Ajv2020({ strict: false });
    const { responses, requestBody } = paths['/auth/login'].post;
    const body = requestBody.content['application/json'];
    expect(ajv.validate(body.schema, body.example)).toBe(true);
    const { schema, example } = responses[200].content['application/json'];
    expect([ajv.validate(schema, example), ajv.validate(schema, await door.login())]).toEqual([true, true]);
  });
});

describe('out of service', () => {
  test('without keys: nothing is signed with nothing', async () => {
    const engine = await startEngine({ url: door.url(), apps: APPS, pepper: 'test', poolSize: 2 });
    const server = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
    servers.push(server);
    const { status, json } = await post(server.origin, '/auth/login', ANN);
    expect([status, json.code]).toEqual([503, 'AUTH_KEYS_UNSET']);
    const { access_token: token } = await door.login();
    const reply = await fetch(`${server.origin}/house/notes/`, { headers: { authorization: `Bearer ${token}` } });
    expect([reply.status, (JSON.parse(await reply.text()) as { code: string }).code]).toEqual([401, 'AUTH_INVALID']);
  });

  test.each([
    ['drop function house.sign_in_user(text)', 'MIGR_FUNCTION_UNKNOWN'],
    ['drop index house.person_email_idx', 'MIGR_INDEX_MISSING'],
    ['drop index house.person_email_idx; create index on house.person (email)', 'MIGR_INDEX_MISSING'],
    ['alter table house.person rename column password_digest to secret', 'MIGR_COLUMN_UNKNOWN'],
  ])('after %s, and of the other app is nothing known', async (change, code) => {
    const undo: Record<string, string> = {
      MIGR_FUNCTION_UNKNOWN: await definition('house.sign_in_user(text)'),
      MIGR_INDEX_MISSING: 'drop index if exists house.person_email_idx; create unique index on house.person (email)',
      MIGR_COLUMN_UNKNOWN: 'alter table house.person rename column secret to password_digest',
    };
    await withOwner(door.url(), (client) => client.query(change));
    const unavailable: string[] = [];
    const observe = (one: { kind: string; resource?: string }) => {
      if (one.kind === 'resource.unavailable') unavailable.push(String(one.resource));
    };
    const origin = await start({ observe, recheck: 50 });
    const { status, json } = await post(origin, '/auth/login', ANN);
    expect([status, json.code, unavailable]).toEqual([503, code, ['sign-in']]);
    expect((await post(origin, '/garden/auth/login', ANN)).status).toBe(200);
    await withOwner(door.url(), (client) => client.query(undo[code] ?? ''));
    const mended = performance.now();
    while ((await post(origin, '/auth/login', ANN)).status !== 200)
      expect(performance.now() - mended).toBeLessThan(5_000);
  });

  async function definition(name: string): Promise<string> {
    const { rows } = await door.owner().query("select pg_get_functiondef($1::regprocedure) || ';' as text", [name]);
    const { rows: roles } = await door.owner().query('select altiplano.app_role() as role');
    return `set search_path to house; ${rows[0].text} grant execute on function ${name} to "${roles[0].role}"; reset search_path`;
  }
});

describe('altiplano serve ends, and does not wait for a signal', () => {
  const run = (environment: Readonly<Record<string, string>>) =>
    runCommand(['serve', '--app', 'callbot'], { DATABASE_URL: door.url(), ...environment });

  test.each([
    [{ REDIS_URL: 'secret@host' }, 'REDIS_URL is no URL of a Redis.'],
    [{ ALTIPLANO_SIGNING_KEYS: 'new:secret' }, "Key 1 of ALTIPLANO_SIGNING_KEYS, 'new', is not 32 bytes in base64."],
    [{ PORT: 'secret' }, 'is not a port'],
  ])('where %j is wrong', async (environment, problem) => {
    const { code, stderr } = await run(environment);
    expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
    if (!('PORT' in environment)) expect(stderr).not.toContain('secret');
  });

  test('where somebody else listens already', async () => {
    const { code, stderr } = await run({ PORT: new URL(door.origin()).port });
    expect([code, stderr]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
  });
});

test('what has expired is removed, a thousand at a time', async () => {
  await door.owner().query('delete from altiplano.session');
  await door.login();
  await door.owner().query(
    `insert into altiplano.session (schema, id, user_id, digest, expires_at, ends_at)
     select 'house', n::text, 'u', '\\x00', now() - interval '1 second', now() from generate_series(1, 1200) n`,
  );
  await withOwner(door.url(), async (client) => {
    expect([await FORGET_SESSIONS.run(client), await FORGET_SESSIONS.run(client)]).toEqual([0, 60_000]);
    expect((await client.query('select count(*)::int from altiplano.session')).rows[0].count).toBe(1);
  });
});
