import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { issueToken } from '../../src/cli/token.ts';
import { hashPassword } from '../../src/sign-in/password.ts';
import { PASSWORD, useDoor } from './door.ts';
import { CHEAP, PERSON } from './house.ts';

const door = useDoor();
const ANN = { email: 'ann@example.com', password: PASSWORD };

describe('login', () => {
  test('hands out an access token and a refresh token, kept by nobody on the way', async () => {
    const { status, json, headers } = await door.post('/auth/login', ANN);
    expect([status, Object.keys(json)]).toEqual([200, ['access_token', 'token_type', 'expires_in', 'refresh_token']]);
    expect([json.token_type, json.expires_in]).toEqual(['Bearer', 300]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json.refresh_token).toMatch(/^altr_house_[0-9a-f]{32}_[\w-]{65}$/);
    expect(await door.read(json.access_token)).toBe(200);
  });

  test('signs with the first key, for this app, for so many minutes', async () => {
    const { access_token: token } = await door.login();
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', kid: 'new', typ: 'at+jwt' });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(token);
    expect(claims).toEqual({
      iss: 'altiplano',
      aud: 'house',
      sub: PERSON,
      sid: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(exp - iat).toBe(300);
  });

  test('compares addresses exactly, unless declared otherwise', async () => {
    const shouted = { ...ANN, email: 'ANN@EXAMPLE.COM' };
    expect((await door.post('/auth/login', shouted)).status).toBe(401);
    const { status, json } = await door.post('/garden/auth/login', shouted);
    expect([status, json.expires_in]).toEqual([200, 600]);
    expect(await door.read(json.access_token, 'garden')).toBe(200);
    expect(await door.read(json.access_token, 'house')).toBe(401);
  });

  test('takes a password as another keyboard types it', async () => {
    const digest = await hashPassword('pâte\u0301', { cost: CHEAP });
    const email = 'accent@example.com';
    await door
      .owner()
      .query('insert into house.person (id, house_id, email, password_digest) values ($1, $2, $3, $4)', [
        PERSON.replace(/1$/, '9'),
        PERSON,
        email,
        digest,
      ]);
    expect((await door.post('/auth/login', { email, password: 'pa\u0302té' })).status).toBe(200);
    expect((await door.post('/auth/login', { email, password: 'paté' })).status).toBe(401);
  });

  test.each([
    [undefined, 'REQ_BODY', undefined],
    ['', 'REQ_BODY', undefined],
    ['{"email":', 'REQ_BODY', undefined],
    ['[]', 'REQ_BODY', undefined],
    [{}, 'REQ_INVALID', { email: ['This member is required.'], password: ['This member is required.'] }],
    [{ ...ANN, email: 7 }, 'REQ_INVALID', { email: ['Must be a text.'] }],
    [{ ...ANN, email: null }, 'REQ_INVALID', { email: ['Must not be null.'] }],
    [{ ...ANN, email: 'a\0' }, 'REQ_INVALID', { email: ['Must not contain the NUL character.'] }],
    [{ ...ANN, email: 'a'.repeat(321) }, 'REQ_INVALID', { email: ['Must have at most 320 characters; it has 321.'] }],
    [{ ...ANN, password: 'a'.repeat(4_000) }, 'REQ_INVALID', { password: ['Must have at most 1024 characters.'] }],
    [{ ...ANN, pasword: 'x' }, 'REQ_INVALID', { pasword: ["Unknown member. Did you mean 'password'?"] }],
    ['{"email":"a","email":"b","password":"c"}', 'REQ_INVALID', { email: ['Given more than once.'] }],
  ])('refuses %j', async (body, code, errors) => {
    const { status, json, headers } = await door.post('/auth/login', body);
    expect([status, json.code, json.errors]).toEqual([400, code, errors]);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  test('reads no more than a login is long, and JSON only', async () => {
    expect((await door.post('/auth/login', { ...ANN, password: 'a'.repeat(17_000) })).json.code).toBe(
      'REQ_BODY_TOO_LARGE',
    );
    const form = await door.send({
      method: 'POST',
      path: '/auth/login',
      body: 'email=a&password=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(415);
    expect((await door.send({ path: '/auth/login' })).status).toBe(405);
  });
});

describe('refresh', () => {
  test('hands out new ones, in the same session', async () => {
    const first = await door.login();
    const { status, json, headers } = await door.refresh(first.refresh_token);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(json.refresh_token).not.toBe(first.refresh_token);
    expect(decodeJwt(json.access_token).sid).toBe(decodeJwt(first.access_token).sid);
    expect([await door.read(json.access_token), await door.read(first.access_token)]).toEqual([200, 200]);
  });

  test('sent twice ends the session, and every token of it', async () => {
    const first = await door.login();
    const second = (await door.refresh(first.refresh_token)).json;
    const third = (await door.refresh(second.refresh_token)).json;
    door.told();
    expect((await door.refresh(first.refresh_token)).json.code).toBe('AUTH_REFRESH');
    expect(door.told()).toContainEqual({ kind: 'session.replayed', app: 'house', user: PERSON });
    expect((await door.refresh(third.refresh_token)).status).toBe(401);
    for (const { access_token: token } of [first, second, third]) expect(await door.read(token)).toBe(401);
  });

  test('survives a failure of the database: the old token is good until a new one was handed out', async () => {
    const { refresh_token: token } = await door.login();
    const owner = door.owner();
    await owner.query('alter function house.caller_identity rename to mislaid');
    try {
      expect((await door.refresh(token)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await owner.query('alter function house.mislaid rename to caller_identity');
    }
    expect((await door.refresh(token)).status).toBe(200);
  });

  test('made up ends nothing', async () => {
    const { refresh_token: token, access_token: access } = await door.login();
    const other = (await door.post('/garden/auth/login', ANN)).json;
    const [, session = ''] = /^altr_house_([0-9a-f]{32})_/.exec(token) ?? [];
    const madeUp = [
      `altr_house_${session}_${'A'.repeat(65)}`,
      token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
      token.replace('altr_house_', 'altr_garden_'),
      token.replace(session, '0'.repeat(32)),
      other.refresh_token,
      access,
      `${token} `,
      '',
      'x',
    ];
    for (const text of madeUp) {
      const { status, json } = await door.refresh(text);
      expect([status, json.code, text]).toEqual([401, 'AUTH_REFRESH', text]);
    }
    expect((await door.refresh(token)).status).toBe(200);
  });

  test('of a user who may do nothing any more ends the session', async () => {
    const { refresh_token: token } = await door.login();
    const set = (active: boolean) =>
      door.owner().query('update house.person set is_active = $2 where id = $1', [PERSON, active]);
    await set(false);
    const { status } = await door.refresh(token);
    await set(true);
    expect(status).toBe(401);
    expect((await door.refresh(token)).status).toBe(401);
  });

  test('is for its session’s time only', async () => {
    const { refresh_token: token, access_token: access } = await door.login();
    await door
      .owner()
      .query("update altiplano.session set expires_at = now() - interval '1 second' where id = $1", [
        decodeJwt(access).sid,
      ]);
    expect((await door.refresh(token)).status).toBe(401);
    expect(await door.read(access)).toBe(401);
  });
});

describe('logout', () => {
  test('ends this session and no other', async () => {
    const [one, two] = [await door.login(), await door.login()];
    expect([await door.read(one.access_token), await door.read(two.access_token)]).toEqual([200, 200]);
    const { status, text, headers } = await door.post('/auth/logout', undefined, one.access_token);
    expect([status, text, headers.get('cache-control')]).toEqual([204, '', 'no-store']);
    expect([await door.read(one.access_token), await door.read(two.access_token)]).toEqual([401, 200]);
    expect((await door.refresh(one.refresh_token)).status).toBe(401);
    expect((await door.refresh(two.refresh_token)).status).toBe(200);
    expect((await door.post('/auth/logout', undefined, one.access_token)).status).toBe(401);
  });

  test('may be said with the refresh token, when the other is no longer good', async () => {
    const { refresh_token: token, access_token: access } = await door.login();
    expect((await door.post('/auth/logout', { refresh_token: 'x' })).json.code).toBe('AUTH_REFRESH');
    expect((await door.post('/auth/logout', { refresh_token: token })).status).toBe(204);
    expect([(await door.refresh(token)).status, await door.read(access)]).toEqual([401, 401]);
    expect((await door.post('/auth/logout')).json.code).toBe('AUTH_MISSING');
  });

  test('with the refresh token counts whatever the other token is', async () => {
    const { refresh_token: token, access_token: access } = await door.login();
    expect((await door.post('/auth/logout', { refresh_token: token }, 'expired')).status).toBe(204);
    expect([(await door.refresh(token)).status, await door.read(access)]).toEqual([401, 401]);
  });

  test('everywhere ends all of the user’s, and nobody else’s', async () => {
    const all = [await door.login(), await door.login(), await door.login()];
    const [gardener, first] = [(await door.post('/garden/auth/login', ANN)).json, all[0]?.access_token ?? ''];
    expect((await door.post('/auth/logout-all', {}, first)).status).toBe(204);
    for (const { access_token: access, refresh_token: token } of all) {
      expect([(await door.refresh(token)).status, await door.read(access)]).toEqual([401, 401]);
    }
    expect(await door.read(gardener.access_token, 'garden')).toBe(200);
    expect((await door.post('/auth/logout-all', {}, first)).status).toBe(401);
  });

  test('needs a session: a token of its own has none', async () => {
    const token = await issueToken(door.url(), 'house', PERSON, [], 'test');
    expect(await door.read(token)).toBe(200);
    for (const path of ['/auth/logout', '/auth/logout-all']) {
      const { status, json } = await door.post(path, undefined, token);
      expect([status, json.code]).toEqual([403, 'AUTH_SESSION']);
    }
    expect(await door.read(token)).toBe(200);
    expect((await door.post('/auth/logout-all', { everywhere: true }, token)).status).toBe(400);
  });
});

test('a read with an access token is one statement, as with any credential', async () => {
  const { access_token: token } = await door.login();
  door.told();
  expect([await door.read(token), await door.read(token)]).toEqual([200, 200]);
  const statements = door.told().flatMap((one) => (one.kind === 'request.finished' ? [one.statements] : []));
  expect(statements).toEqual([1, 1]);
});

test('the end of a session is seen by another node within a second', async () => {
  const elsewhere = await door.another();
  const { access_token: token } = await door.login();
  const read = async () => (await elsewhere.send({ path: '/house/notes/', as: token })).status;
  expect(await read()).toBe(200);
  await door.post('/auth/logout', undefined, token);
  const ended = performance.now();
  // A second, and what a busy machine takes to ask; an access token by itself lasts for minutes.
  while ((await read()) === 200) expect(performance.now() - ended).toBeLessThan(10_000);
});
