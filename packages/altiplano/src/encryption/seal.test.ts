import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseKeyRing } from './key-ring.ts';
import { isCurrent, type Place, seal, unseal } from './seal.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const OLD = parseKeyRing(`old:${key(1)}`);
const RING = parseKeyRing(`new:${key(2)},old:${key(1)}`);
const PLACE: Place = { table: 'entry', column: 'content', tenant: 't1', row: '7' };

describe('a sealed text', () => {
  test('opens where it was sealed, whatever it holds, and says nothing of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string()), (text, row) => {
        // Half a surrogate pair is no text that a body can hold.
        const whole = Buffer.from(text).toString();
        const place = { ...PLACE, row };
        const sealed = seal(RING, place, whole);
        expect(sealed).toMatch(/^v1\.new\.[rt]\.[\w-]+$/);
        expect(unseal(RING, place, sealed)).toBe(whole);
        expect(seal(RING, place, whole)).not.toBe(sealed);
      }),
    );
  });

  test('opens nowhere else', () => {
    const sealed = seal(RING, PLACE, 'secret');
    for (const change of [{ table: 'other' }, { column: 'title' }, { tenant: 't2' }, { row: '8' }]) {
      expect(() => unseal(RING, { ...PLACE, ...change }, sealed)).toThrow(
        expect.objectContaining({ code: 'ENCRYPTION_DAMAGED' }),
      );
    }
  });

  test('before its row has a number it belongs to the tenant and cannot be passed off as a row’s', () => {
    const sealed = seal(RING, { ...PLACE, row: null }, 'secret');
    expect(unseal(RING, PLACE, sealed)).toBe('secret');
    expect(() => unseal(RING, PLACE, sealed.replace('.t.', '.r.'))).toThrow();
    expect(() => unseal(RING, { ...PLACE, tenant: 't2' }, sealed)).toThrow();
    expect(isCurrent(RING, sealed)).toBe(false);
  });

  test('with any one character changed is refused', () => {
    const sealed = seal(RING, PLACE, 'secret');
    for (let at = 0; at < sealed.length - 1; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      expect(() => unseal(RING, PLACE, `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`)).toThrow();
    }
    for (const text of ['', 'plain', 'v1.new.r.', `${sealed.slice(0, 20)}`]) {
      expect(() => unseal(RING, PLACE, text)).toThrow(expect.objectContaining({ code: 'ENCRYPTION_DAMAGED' }));
    }
  });

  test('opens with an older key of the ring; without it the key is named', () => {
    const sealed = seal(OLD, PLACE, 'secret');
    expect(unseal(RING, PLACE, sealed)).toBe('secret');
    expect([isCurrent(RING, sealed), isCurrent(OLD, sealed)]).toEqual([false, true]);
    const without = parseKeyRing(`new:${key(2)}`);
    expect(() => unseal(without, PLACE, sealed)).toThrow(
      expect.objectContaining({ code: 'ENCRYPTION_KEY_MISSING', message: expect.stringContaining("'old'") }),
    );
  });
});

describe('a ring of keys', () => {
  test.each([
    ['', 'no id'],
    ['abc', 'no id'],
    [`A:${key(1)}`, 'no id'],
    ['a:c2hvcnQ=', '32 bytes'],
    [`a:${key(1)},a:${key(2)}`, 'twice'],
  ])('%j is refused, without the key', (text, problem) => {
    expect(() => parseKeyRing(text)).toThrow(problem);
    expect(() => parseKeyRing(text)).not.toThrow(key(1));
  });
});
