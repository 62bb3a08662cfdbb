import { describe, expect, test } from 'vitest';
import { checkSignIn } from './check-sign-in.ts';
import type { SignIn } from './sign-in.ts';

const declare = (signIn: Partial<SignIn>) => () =>
  checkSignIn({
    name: 'house',
    identity: {
      table: 'person',
      role: 'role',
      attributes: [],
      tenant: 'house_id',
      signIn: { path: '/auth', email: 'email', digest: 'digest', ...signIn },
    },
  });

describe('a sign-in', () => {
  test.each([{}, { path: '/house/v1/auth' }, { accessMinutes: 1 }, { idleDays: 90 }, { cost: { ln: 17, r: 8, p: 1 } }])(
    'may be %j',
    (signIn) => expect(declare(signIn)).not.toThrow(),
  );

  test.each([
    [{ path: 'auth' }, 'no path'],
    [{ path: '/auth/' }, 'no path'],
    [{ path: '/:app' }, 'no path'],
    [{ path: '' }, 'no path'],
    [{ accessMinutes: 11 }, '1 to 10 minutes'],
    [{ accessMinutes: 0 }, '1 to 10 minutes'],
    [{ accessMinutes: Number.NaN }, '1 to 10 minutes'],
    [{ idleDays: 0 }, 'before they are idle'],
    [{ idleDays: 91 }, 'before they are idle'],
    [{ cost: { ln: 13, r: 8, p: 1 } }, 'too cheap'],
    [{ cost: { ln: 15.5, r: 8, p: 1 } }, 'too cheap'],
    [{ cost: { ln: 15, r: 1, p: 1 } }, 'too cheap'],
    [{ cost: { ln: 19, r: 8, p: 1 } }, '256 MB'],
    [{ cost: { ln: 14, r: 8, p: 17 } }, '256 MB'],
  ])('may not be %j', (signIn, problem) => expect(declare(signIn)).toThrow(problem));
});
