import { expect, test } from 'vitest';
import { startEngine } from '../../src/engine.ts';
import { connectOwner } from '../../src/execute/owner.ts';
import type { PasswordCost } from '../../src/resource/sign-in.ts';
import { hashPassword } from '../../src/sign-in/password.ts';
import { PASSWORD, useDoor } from './door.ts';
import { APPS, CHEAP, CHEAPER, PERSON, SIGNING } from './house.ts';

const door = useDoor();
const TRIGGER = `create trigger person_password after update of password_digest on house.person for each row
  when (old.password_digest is distinct from new.password_digest) execute function altiplano.password_changed('id')`;
const setDigest = async (password: string, cost: PasswordCost = CHEAP) =>
  door
    .owner()
    .query('update house.person set password_digest = $1 where id = $2', [
      await hashPassword(password, { cost }),
      PERSON,
    ]);

test('a new password ends the sessions of its user; the same one of another cost does not', async () => {
  // Before the trigger is there: a digest of a former cost, which the next login makes anew.
  await setDigest(PASSWORD, CHEAPER);
  await door.owner().query(TRIGGER);
  const first = await door.login();
  expect(await door.read(first.access_token)).toBe(200);
  const { rows } = await door
    .owner()
    .query('select password_digest as digest from house.person where id = $1', [PERSON]);
  expect(rows[0].digest).toContain(`ln=${CHEAP.ln},`);
  const second = await door.login();
  await door.owner().query('update house.person set role = role where id = $1', [PERSON]);
  expect((await door.refresh(first.refresh_token)).status).toBe(200);

  await setDigest('another password');
  expect((await door.refresh(second.refresh_token)).status).toBe(401);
  await expect.poll(() => door.read(second.access_token), { timeout: 20_000 }).toBe(401);
});

test.each([
  ['another', 'a third one'],
  ['none', null],
])(
  'a login with the old password that meets a change to %s waits for it, and is none',
  async (_, password) => {
    await setDigest(PASSWORD);
    const holder = await connectOwner(door.url());
    try {
      await holder.query('begin');
      const digest = password === null ? null : await hashPassword(password, { cost: CHEAP });
      await holder.query('update house.person set password_digest = $1 where id = $2', [digest, PERSON]);
      const login = door.post('/auth/login', { email: 'ann@example.com', password: PASSWORD });
      const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
      await expect.poll(async () => (await door.owner().query(waiting)).rowCount, { timeout: 60_000 }).toBe(1);
      await holder.query('commit');
      const { status, json } = await login;
      expect([status, json.code]).toEqual([401, 'AUTH_CREDENTIALS']);
      const live = 'select from altiplano.session where user_id = $1 and revoked_at is null';
      expect((await holder.query(live, [PERSON])).rowCount).toBe(0);
    } finally {
      await holder.end();
    }
  },
  120_000,
);

test('a trigger that names no key is refused when it would end nothing', async () => {
  const owner = door.owner();
  await owner.query(TRIGGER.replace('person_password', 'person_wrong').replace("'id'", "'user_id'"));
  await expect(setDigest('a fourth one')).rejects.toMatchObject({ code: '42703' });
  await owner.query('drop trigger person_wrong on house.person');
  await setDigest('a fourth one');
});

test('a database that lacks what a login asks for: the server does not start, and says what to run', async () => {
  await door.owner().query('alter function altiplano.await_password(text, text) rename to later');
  await expect(startEngine({ url: door.url(), apps: APPS, pepper: 'test', signing: SIGNING })).rejects.toMatchObject({
    code: 'MIGR_NOT_APPLIED',
  });
  await door.owner().query('alter function altiplano.later(text, text) rename to await_password');
});
