import { afterEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../src/sign-in/password.ts';
import { PASSWORD, useDoor } from './door.ts';
import { CHEAP, CHEAPER, PERSON } from './house.ts';

const door = useDoor();
const derivations = () => door.told().flatMap((one) => (one.kind === 'password.derived' ? [one.cost] : []));
const login = (email: string, password = PASSWORD) => door.post('/auth/login', { email, password });
afterEach(() => void door.told());

describe('who may not sign in', () => {
  const ANSWERS = {
    'nobody at all': ['nobody@example.com', PASSWORD],
    'a wrong password': ['ann@example.com', 'wrong'],
    'an empty one': ['ann@example.com', ''],
    'a user who may do nothing': ['gone@example.com', PASSWORD],
    'one without a password': ['none@example.com', PASSWORD],
    'one whose digest is of another kind': ['other@example.com', '5f4dcc3b5aa765d61d8327deb882cf99'],
  } as const;

  // Not by the clock: what an answer costs is one lookup and one derivation, of the same cost.
  test.each(Object.entries(ANSWERS))('%s: one answer for one cost', async (_who, [email, password]) => {
    const { status, json, headers } = await login(email, password);
    expect(status).toBe(401);
    const { request_id: id, ...problem } = json;
    expect(id).toBe(headers.get('x-request-id'));
    expect(problem).toEqual({
      type: '/errors/AUTH_CREDENTIALS',
      title: 'Unauthorized',
      status: 401,
      detail: 'Email or password is not right.',
      code: 'AUTH_CREDENTIALS',
      hint: expect.any(String),
    });
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(derivations()).toEqual(['ln=14,r=8,p=1']);
  });

  test('costs what it costs to be let in', async () => {
    expect((await login('ann@example.com')).status).toBe(200);
    expect(derivations()).toEqual(['ln=14,r=8,p=1']);
  });

  test('and a body that says nothing costs nothing', async () => {
    expect((await door.post('/auth/login', { email: 'ann@example.com' })).status).toBe(400);
    expect(derivations()).toEqual([]);
  });
});

describe('a digest of another cost', () => {
  const email = 'old@example.com';
  const stored = async (): Promise<string> =>
    (await door.owner().query('select password_digest from house.person where email = $1', [email])).rows[0]
      .password_digest;

  test('is made anew by the login that knows the password, once', async () => {
    const old = await hashPassword(PASSWORD, { cost: CHEAPER });
    await door
      .owner()
      .query('insert into house.person (id, house_id, email, password_digest) values ($1, $2, $3, $4)', [
        PERSON.replace(/1$/, '8'),
        PERSON,
        email,
        old,
      ]);
    expect((await login(email, 'wrong')).status).toBe(401);
    // The second one hides the first, which tells by its time that there is such a user.
    expect([derivations(), await stored()]).toEqual([['ln=10,r=8,p=1', 'ln=14,r=8,p=1'], old]);
    // From then on nobody's refusal costs less.
    for (const who of ['nobody@example.com', 'ann@example.com', 'none@example.com']) {
      expect((await login(who, 'wrong')).status).toBe(401);
      expect(derivations(), who).toEqual(['ln=14,r=8,p=1', 'ln=10,r=8,p=1']);
    }
    expect((await login(email)).status).toBe(200);
    expect(derivations()).toEqual(['ln=10,r=8,p=1', 'ln=14,r=8,p=1']);
    const renewed = await stored();
    expect(renewed).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect((await login(email)).status).toBe(200);
    expect([derivations(), await stored()]).toEqual([['ln=14,r=8,p=1'], renewed]);
  });

  test('that was changed meanwhile stays as it was changed', async () => {
    const [user] = door.engine().signIns.map(({ users }) => users);
    const before = await stored();
    await user?.rehash(PERSON.replace(/1$/, '8'), 'what it no longer is', await hashPassword('other', { cost: CHEAP }));
    expect(await stored()).toBe(before);
  });
});

test('a sample makes the same digest each time', async () => {
  const salt = Buffer.alloc(16, 3);
  const [one, two] = [
    await hashPassword('a', { cost: CHEAPER, salt }),
    await hashPassword('a', { cost: CHEAPER, salt }),
  ];
  expect(one).toBe(two);
  expect(one).toMatch(/^\$scrypt\$ln=10,r=8,p=1\$AwMDAwMDAwMDAwMDAwMDAw\$/);
});
