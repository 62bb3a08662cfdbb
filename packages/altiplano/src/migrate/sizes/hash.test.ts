import { expect, test } from 'vitest';
import { hashBytes } from './hash.ts';

/** Pages of an index over so many uuids, PostgreSQL 18.4. */
test.each([
  [500, 4],
  [2_000, 10],
  [10_000, 66],
  [70_000, 258],
  [80_000, 514],
  [200_000, 822],
  [1_000_000, 4_098],
])('%i rows', (rows, measured) => {
  expect(Math.abs(hashBytes(rows, rows) / 8192 / measured - 1)).toBeLessThan(0.1);
});

test('rows of one key share a bucket and run over', () => {
  expect(hashBytes(100_000, 4) / 8192).toBe(2 + 512 + 4 * 61);
});
