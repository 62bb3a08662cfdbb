import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digest, newToken, parseToken, printToken, sameDigest } from './token.ts';

describe('a token', () => {
  test('is read as it was printed', () => {
    const token = newToken('callbot');
    expect(parseToken(printToken(token))).toEqual(token);
    expect(printToken(token)).toMatch(/^alt_callbot_[0-9a-f]{16}_[\w-]{51}$/);
  });

  test('is never made twice', () => {
    const made = Array.from({ length: 1_000 }, () => newToken('callbot'));
    expect(new Set(made.map(({ keyId }) => keyId)).size).toBe(1_000);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(1_000);
  });

  test('with one character changed is refused', () => {
    const text = printToken({ app: 'shop', keyId: '0123456789abcdef', secret: 'A-_'.padEnd(43, 'z') });
    for (let at = 0; at < text.length; at++) {
      for (const letter of '0aAzZ_-\n ') {
        const changed = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
        if (changed !== text) expect(parseToken(changed), changed).toBeNull();
      }
      expect(parseToken(text.slice(0, at))).toBeNull();
    }
    expect(parseToken(`${text}\n`)).toBeNull();
  });

  test('is nothing else', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseToken(text) === null));
  });
});

describe('a digest', () => {
  test('depends on pepper and secret', () => {
    const one = digest('pepper', 'secret');
    expect(sameDigest(one, digest('pepper', 'secret'))).toBe(true);
    expect(sameDigest(one, digest('salt', 'secret'))).toBe(false);
    expect(sameDigest(one, digest('pepper', 'secreT'))).toBe(false);
    expect(sameDigest(one, one.subarray(1))).toBe(false);
    expect(one).toHaveLength(32);
  });
});
