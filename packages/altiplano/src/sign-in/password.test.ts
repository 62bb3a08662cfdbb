import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashPassword, matches, noDigest, parseDigest } from './password.ts';

const COST = { ln: 4, r: 8, p: 1 };

describe('a digest', () => {
  test('is the one RFC 7914 has for these parameters', async () => {
    // Section 12: scrypt("password", "NaCl", N = 1024, r = 8, p = 16), its first 32 bytes; our salts are longer than 4 bytes.
    const digest = { cost: { ln: 10, r: 8, p: 16 }, salt: Buffer.from('NaCl'), hash: Buffer.from(RFC_7914, 'hex') };
    expect(await matches('password', digest)).toBe(true);
  });

  test('says what it was made with, and is never the same', async () => {
    const [one, two] = [await hashPassword('secret', { cost: COST }), await hashPassword('secret', { cost: COST })];
    expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(two);
    const digest = parseDigest(one);
    expect(digest?.cost).toEqual(COST);
    if (digest === null) return;
    expect([await matches('secret', digest), await matches('secrét', digest), await matches('', digest)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('is nothing else, and nothing that takes all memory', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseDigest(text) === null));
    const [salt, hash] = ['A'.repeat(22), 'A'.repeat(43)];
    expect(parseDigest(`$scrypt$ln=15,r=8,p=3$${salt}$${hash}`)).not.toBeNull();
    for (const cost of ['ln=24,r=8,p=1', 'ln=0,r=8,p=1', 'ln=15,r=0,p=1', 'ln=15,r=8,p=0', 'ln=15', 'ln=99,r=1,p=1'])
      expect(parseDigest(`$scrypt$${cost}$${salt}$${hash}`), cost).toBeNull();
    expect(parseDigest(`$scrypt$ln=15,r=8,p=3$${salt}$${hash}\n`)).toBeNull();
  });

  test('of nobody equals none', async () => {
    expect(await matches('', noDigest(COST))).toBe(false);
  });
});

const RFC_7914 = 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162';
