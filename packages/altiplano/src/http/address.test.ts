import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLength, LONGEST_QUERY } from './address.ts';

const isTaken = (query: string): boolean => {
  try {
    checkLength(`/a/?${query}`);
    return true;
  } catch {
    return false;
  }
};

describe('a query string', () => {
  test.each([
    ['as long as may be', 'a='.padEnd(LONGEST_QUERY, 'a'), true],
    ['of one character more', 'a='.padEnd(LONGEST_QUERY + 1, 'a'), false],
    ['of as many encoded ones', `a=${'%2C'.repeat(LONGEST_QUERY - 2)}`, true],
    ['of one encoded one more', `a=${'%2C'.repeat(LONGEST_QUERY - 1)}`, false],
    ['of many parameters', 'a=1&'.repeat(LONGEST_QUERY / 4), true],
    ['of more', `b&${'a=1&'.repeat(LONGEST_QUERY / 4)}`, false],
    ['with a cursor beside', `${'a='.padEnd(LONGEST_QUERY, 'a')}&cursor=${'a'.repeat(2_000)}`, true],
    ['with a cursor that is none of ours', `cursor=${'a'.repeat(LONGEST_QUERY + 1)}`, false],
  ])('%s', (_name, query, taken) => {
    expect(isTaken(query)).toBe(taken);
  });

  test('that is taken is taken as links write it, with a place in it', () => {
    const parts = fc.constantFrom('a', '=', '&', ',', ' ', '+', '%2C', '%', '%ff', '\xff', 'é', '你', '😀', '&a&a&');
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 20 }), (unit) => {
        const bytes = Buffer.from(unit.join('')).toString('latin1');
        const query = bytes.repeat(Math.floor(LONGEST_QUERY / bytes.length));
        const link = new URLSearchParams(Buffer.from(query, 'latin1').toString('utf8'));
        link.set('cursor', 'a'.repeat(500));
        link.set('limit', '100');
        link.set('offset', '1000000');
        expect([isTaken(query), isTaken(link.toString())]).toEqual([true, true]);
      }),
      { numRuns: 200 },
    );
  });
});
