import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { type Tokens, useDoor } from './door.ts';

const door = useDoor();

async function live(): Promise<number> {
  const { rows } = await door.owner().query('select count(*)::int from altiplano.session where revoked_at is null');
  return rows[0].count;
}

describe('50 refreshes of one token at once', () => {
  test('one goes through, and as the others are replays, the session is over', async () => {
    for (let round = 0; round < 3; round++) {
      const before = await live();
      const { refresh_token: token, access_token: access } = await door.login();
      const replies = await Promise.all(Array.from({ length: 50 }, () => door.refresh(token)));
      const through = replies.filter(({ status }) => status === 200);
      expect(through).toHaveLength(1);
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 401]));
      const [won] = through.map(({ json }): Tokens => json);
      expect((await door.refresh(won?.refresh_token ?? '')).status).toBe(401);
      for (const one of [access, won?.access_token ?? '']) expect(await door.read(one)).toBe(401);
      expect(await live()).toBe(before);
    }
  });
});

test('sessions refreshed at once, each in its own order, all go on', async () => {
  const sessions = await Promise.all(Array.from({ length: 10 }, () => door.login()));
  const last = await Promise.all(
    sessions.map(async (tokens) => {
      let { refresh_token: token } = tokens;
      for (let turn = 0; turn < 10; turn++) {
        const { status, json } = await door.refresh(token);
        expect(status).toBe(200);
        token = json.refresh_token;
      }
      return token;
    }),
  );
  expect(new Set(last).size).toBe(10);
});

test('refreshes and a logout everywhere: whatever came first, nothing is left', async () => {
  const sessions = await Promise.all(Array.from({ length: 8 }, () => door.login()));
  const [first] = sessions;
  const replies = await Promise.all([
    ...sessions.slice(1).map(({ refresh_token: token }) => door.refresh(token)),
    door.post('/auth/logout-all', undefined, first?.access_token),
  ]);
  const handedOut = replies.flatMap(({ status, json }) => (status === 200 ? [json as Tokens] : []));
  expect(replies.at(-1)?.status).toBe(204);
  for (const { refresh_token: token } of [...sessions, ...handedOut])
    expect((await door.refresh(token)).status).toBe(401);
});

test('of a user a hundred sessions are kept, the newest', async () => {
  const id = decodeJwt((await door.login()).access_token).sub;
  await door.owner().query('delete from altiplano.session');
  await door.owner().query(
    `insert into altiplano.session (schema, id, user_id, digest, created_at, expires_at, ends_at)
     select 'house', lpad(n::text, 32, '0'), $1, '\\x00', now() - make_interval(hours => n), now() + '1 day', now() + '1 day'
     from generate_series(1, 105) n`,
    [id],
  );
  await door.login();
  const { rows } = await door
    .owner()
    .query('select count(*)::int, max(id) as oldest from altiplano.session where id < $1', ['1']);
  expect(rows[0]).toEqual({ count: 99, oldest: '99'.padStart(32, '0') });
});
