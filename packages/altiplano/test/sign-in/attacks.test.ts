import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseKeyRing } from '../../src/encryption/key-ring.ts';
import { startEngine } from '../../src/engine.ts';
import { type HttpServer, serve } from '../../src/http/server.ts';
import { PASSWORD, useDoor } from './door.ts';
import { APPS, SIGNING } from './house.ts';

const door = useDoor();
const keyOf = (byte: number) => Buffer.alloc(32, byte);

type Part = Readonly<Record<string, unknown>>;
const encode = (part: Part | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** A JWT made by hand, so that nothing keeps it from being wrong. */
function forge(header: Part, claims: Part, key: Buffer, hash = 'sha256'): string {
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createHmac(hash, key).update(body).digest('base64url')}`;
}

const HEADER = { alg: 'HS256', kid: 'new', typ: 'at+jwt' };
const now = () => Math.floor(Date.now() / 1000);
let claims: Part = {};
let good = '';
beforeAll(async () => {
  good = (await door.login()).access_token;
  claims = decodeJwt(good);
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' });

test('what is made by hand as it should be is taken', async () => {
  expect(await door.read(forge(HEADER, claims, keyOf(1)))).toBe(200);
});

describe('refused, all with one answer', () => {
  const ATTACKS: Readonly<Record<string, () => string>> = {
    'alg none without a signature': () => `${encode({ ...HEADER, alg: 'none' })}.${encode(claims)}.`,
    'alg None with one': () => forge({ ...HEADER, alg: 'None' }, claims, keyOf(1)),
    'alg missing': () => forge({ kid: 'new', typ: 'at+jwt' }, claims, keyOf(1)),
    'another HMAC under the right key': () => forge({ ...HEADER, alg: 'HS512' }, claims, keyOf(1), 'sha512'),
    'RS256 by a key of their own': () => {
      const body = `${encode({ ...HEADER, alg: 'RS256' })}.${encode(claims)}`;
      return `${body}.${createSign('sha256').update(body).sign(rsa.privateKey, 'base64url')}`;
    },
    'a public key as the secret': () => forge(HEADER, claims, Buffer.from(publicPem)),
    'an empty secret': () => forge(HEADER, claims, Buffer.alloc(0)),
    'a key in the header': () =>
      forge({ ...HEADER, jwk: { kty: 'oct', k: keyOf(9).toString('base64url') } }, claims, keyOf(9)),
    'a key at an address': () => forge({ ...HEADER, jku: 'https://example.com/keys' }, claims, keyOf(9)),
    'a kid nobody knows': () => forge({ ...HEADER, kid: 'newer' }, claims, keyOf(1)),
    'a kid that is a path': () => forge({ ...HEADER, kid: '../../dev/null' }, claims, Buffer.alloc(0)),
    'a kid of every object': () => forge({ ...HEADER, kid: '__proto__' }, claims, keyOf(1)),
    'no kid': () => forge({ alg: 'HS256', typ: 'at+jwt' }, claims, keyOf(1)),
    'the kid of another key': () => forge({ ...HEADER, kid: 'old' }, claims, keyOf(1)),
    'another type': () => forge({ ...HEADER, typ: 'JWT' }, claims, keyOf(1)),
    'no type': () => forge({ alg: 'HS256', kid: 'new' }, claims, keyOf(1)),
    'an extension that must be understood': () => forge({ ...HEADER, crit: ['exp'] }, claims, keyOf(1)),
    'a payload that is not encoded': () => forge({ ...HEADER, crit: ['b64'], b64: false }, claims, keyOf(1)),
    expired: () => forge(HEADER, { ...claims, exp: now() - 1 }, keyOf(1)),
    'without an end': () => forge(HEADER, { ...claims, exp: undefined }, keyOf(1)),
    'with an end that is a text': () => forge(HEADER, { ...claims, exp: '9999999999' }, keyOf(1)),
    'with an end that is no whole second': () => forge(HEADER, { ...claims, exp: now() + 4.5 }, keyOf(1)),
    'that never ends': () => forge(HEADER, { ...claims, exp: 1e300 }, keyOf(1)),
    'that lasts longer than any of ours': () => forge(HEADER, { ...claims, exp: Number(claims.iat) + 601 }, keyOf(1)),
    'signed before there was time': () => forge(HEADER, { ...claims, iat: -1 }, keyOf(1)),
    'signed at no whole second': () => forge(HEADER, { ...claims, iat: Number(claims.iat) - 0.5 }, keyOf(1)),
    'signed a day from now': () => forge(HEADER, { ...claims, iat: now() + 86_400, exp: now() + 86_700 }, keyOf(1)),
    'signed when it ends': () => forge(HEADER, { ...claims, iat: claims.exp }, keyOf(1)),
    'not good yet': () => forge(HEADER, { ...claims, nbf: now() + 60 }, keyOf(1)),
    'of another issuer': () => forge(HEADER, { ...claims, iss: 'elsewhere' }, keyOf(1)),
    'of another app': () => forge(HEADER, { ...claims, aud: 'garden' }, keyOf(1)),
    'for nobody in particular': () => forge(HEADER, { ...claims, aud: undefined }, keyOf(1)),
    'of another user': () => forge(HEADER, { ...claims, sub: String(claims.sub).replace(/1$/, '4') }, keyOf(1)),
    'of no user': () => forge(HEADER, { ...claims, sub: undefined }, keyOf(1)),
    'of a user that is no text': () => forge(HEADER, { ...claims, sub: 1 }, keyOf(1)),
    'of a user whose id is none': () => forge(HEADER, { ...claims, sub: 'ann' }, keyOf(1)),
    'of a user with NUL in its id': () => forge(HEADER, { ...claims, sub: 'a\0' }, keyOf(1)),
    'of a session whose id is none': () => forge(HEADER, { ...claims, sid: 'a\0' }, keyOf(1)),
    'of a session that never was': () => forge(HEADER, { ...claims, sid: '0'.repeat(32) }, keyOf(1)),
    'of a session that is no text': () => forge(HEADER, { ...claims, sid: ['a'] }, keyOf(1)),
    'without a session': () => forge(HEADER, { ...claims, sid: undefined }, keyOf(1)),
    'with claims changed': () => {
      const [header, , signature] = good.split('.');
      return [header, encode({ ...claims, exp: now() + 9_999 }), signature].join('.');
    },
    'with a header changed': () => [encode({ ...HEADER, x: 1 }), ...good.split('.').slice(1)].join('.'),
    'without its signature': () => good.replace(/[^.]*$/, ''),
    'cut short': () => good.slice(0, -1),
    'with more behind it': () => `${good}.`,
    'that is too long to be one': () => forge({ ...HEADER, x: 'x'.repeat(3_000) }, claims, keyOf(1)),
    'that is encrypted': () => [encode({ alg: 'dir', enc: 'A256GCM', kid: 'new' }), '', 'AA', 'AA', 'AA'].join('.'),
    'that is not JSON': () => forge(HEADER, 'not json' as unknown as Part, keyOf(1)),
    'that is a list': () => forge(HEADER, [] as unknown as Part, keyOf(1)),
    'a refresh token': () => `altr_house_${'0'.repeat(32)}_${'a'.repeat(65)}`,
    'dots only': () => '..',
  };

  test.each(Object.entries(ATTACKS))('%s', async (_name, make) => {
    const { status, json, headers } = await door.send({ path: '/house/notes/', as: make() });
    const { request_id: _id, ...problem } = json;
    expect([status, problem]).toEqual([401, AUTH_INVALID]);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  });

  const AUTH_INVALID = {
    type: '/errors/AUTH_INVALID',
    title: 'Unauthorized',
    status: 401,
    detail: 'The token is not valid.',
    code: 'AUTH_INVALID',
    hint: expect.any(String),
  };
});

test('an id that is no number is none where ids are numbers', async () => {
  const { json } = await door.post('/garden/auth/login', { email: 'ann@example.com', password: PASSWORD });
  const theirs = decodeJwt(json.access_token);
  expect(await door.read(forge(HEADER, theirs, keyOf(1)), 'garden')).toBe(200);
  for (const id of [claims.sub, '1e3', '9223372036854775808', ''])
    expect(await door.read(forge(HEADER, { ...theirs, sub: id }, keyOf(1)), 'garden')).toBe(401);
});

test('a key whose secret another ring has under that id opens nothing', async () => {
  expect(await door.read(forge(HEADER, claims, keyOf(3)))).toBe(401);
});

test('an access token ends while it is remembered', async () => {
  const soon = forge(HEADER, { ...claims, exp: now() + 4 }, keyOf(1));
  const ends = (now() + 4) * 1000;
  expect(await door.read(soon)).toBe(200);
  // An answer that was asked for before the end may come after it: it is when it was asked that counts.
  for (let asked = Date.now(); (await door.read(soon)) === 200; asked = Date.now())
    expect(asked).toBeLessThan(ends + 300);
});

describe('a new key', () => {
  let older: HttpServer;
  beforeAll(async () => {
    // A node that has not been told of it yet signs with the older one.
    const ring = parseKeyRing(`old:${keyOf(2).toString('base64')}`);
    const engine = await startEngine({ url: door.url(), apps: APPS, pepper: 'test', poolSize: 2, signing: ring });
    older = await serve({ engine, host: '127.0.0.1', port: 0, version: '0.0.0', logger: false });
  });
  afterAll(() => older.stop());

  test('signs; what the older one signed is taken as long as it is listed', async () => {
    const reply = await fetch(`${older.origin}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ann@example.com', password: PASSWORD }),
    });
    const { access_token: token } = (await reply.json()) as { readonly access_token: string };
    expect([SIGNING.current.id, [...SIGNING.keys.keys()]]).toEqual(['new', ['new', 'old']]);
    expect(await door.read(token)).toBe(200);
    const headers = { authorization: `Bearer ${good}` };
    const unlisted = await fetch(`${older.origin}/house/notes/`, { headers });
    expect(unlisted.status).toBe(401);
    await unlisted.text();
  });
});
