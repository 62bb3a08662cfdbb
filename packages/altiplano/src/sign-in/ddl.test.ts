import { expect, test } from 'vitest';
import type { Identity } from '../resource/identity.ts';
import { signInFunctions } from './ddl.ts';

const identity: Identity = { table: 'user', id: 'bigint', role: 'role', attributes: [], tenant: 'house_id' };
const signIn = { path: '/auth', email: 'email', digest: 'password_digest' };
const printed = (of: Partial<Identity>, types: Readonly<Record<string, string>> = {}) =>
  signInFunctions({ ...identity, ...of } as Identity, types).map(({ text }) => text);

test('the functions of sign-in, as they are committed', () => {
  expect(printed({ active: 'is_active', signIn })).toEqual([
    `create function sign_in_user(of_email text) returns table (user_id text, digest text, active boolean)
language sql stable security definer rows 1
begin atomic
  select u.id::text, u.password_digest::text, u.is_active from "user" u where u.email = of_email;
end;`,
    `create function sign_in_rehash(of_user bigint, was text, becomes text) returns void
language sql security definer
begin atomic
  update "user" u set password_digest = becomes where u.id = of_user and u.password_digest = was;
end;`,
  ]);
});

test('an address is compared as its column or its declaration says', () => {
  expect(printed({ signIn }, { email: 'citext' })[0]).toContain('sign_in_user(of_email citext)');
  expect(printed({ signIn }, { email: 'character varying(255)' })[0]).toContain(
    'sign_in_user(of_email character varying)',
  );
  expect(printed({ signIn: { ...signIn, ignoresCase: true } })[0]).toContain('where lower(u.email) = lower(of_email);');
  expect(printed({ signIn })[0]).toContain('u.password_digest::text, true from');
});

test('without a sign-in there are none', () => expect(printed({})).toEqual([]));
