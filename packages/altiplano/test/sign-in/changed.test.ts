import { expect, test } from 'vitest';
import type { PasswordCost } from '../../src/resource/sign-in.ts';
import { hashPassword } from '../../src/sign-in/password.ts';
import { PASSWORD, useDoor } from './door.ts';
import { CHEAP, CHEAPER, PERSON } from './house.ts';

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
