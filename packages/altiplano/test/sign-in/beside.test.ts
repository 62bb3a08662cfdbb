import { describe, expect, test } from 'vitest';
import { PASSWORD, useDoor } from './door.ts';

const door = useDoor();

const REFUSED = [
  ['/auth/X?tenant=1', {}, { tenant: ['Unknown parameter. None is known here.'] }],
  ['/auth/X?_profile=maybe', {}, { _profile: ['Must be true or false.'] }],
  ['/auth/X', { 'if-match': '"a"' }, { 'If-Match': ['This cannot be made to depend on a tag.'] }],
  ['/auth/X', { 'idempotency-key': 'a' }, { 'Idempotency-Key': ['No reply is kept here, since it may hold a token.'] }],
] as const;

describe.each(REFUSED)('what nobody would honour is refused: %s %j', (path, headers, errors) => {
  const send = async (endpoint: string, body: object, as: string | null = null) => {
    const sent = { method: 'POST', path: path.replace('X', endpoint), as, body, headers };
    const { status, json } = await door.send(sent);
    return [status, json?.code, json?.errors];
  };
  const refusal = [400, 'REQ_INVALID', errors];

  test('by login', async () => {
    expect(await send('login', { email: 'ann@example.com', password: PASSWORD })).toEqual(refusal);
  });

  test('by refresh, whose token is still good', async () => {
    const { refresh_token: token } = await door.login();
    expect(await send('refresh', { refresh_token: token })).toEqual(refusal);
    expect((await door.refresh(token)).status).toBe(200);
  });

  test('by logout, here and everywhere, and the session goes on', async () => {
    const { refresh_token: token, access_token: access } = await door.login();
    expect(await send('logout', { refresh_token: token })).toEqual(refusal);
    expect(await send('logout', {}, access)).toEqual(refusal);
    expect(await send('logout-all', {}, access)).toEqual(refusal);
    expect(await door.read(access)).toBe(200);
  });

  test('before an attempt is counted', async () => {
    const guess = { email: 'v1@example.com', password: 'wrong' };
    for (let count = 0; count < 4; count++) {
      const sent = { method: 'POST', path: path.replace('/auth/X', '/vault/auth/login'), body: guess, headers };
      expect((await door.send(sent)).status).toBe(400);
    }
    const { status } = await door.post('/vault/auth/login', { ...guess, password: PASSWORD });
    expect(status).toBe(200);
  });
});

test('a profile may be asked for, as anywhere', async () => {
  const sent = { email: 'ann@example.com', password: PASSWORD };
  expect((await door.post('/auth/login?_profile=true', sent)).status).toBe(200);
});
