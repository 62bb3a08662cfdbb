import { expect, test } from 'vitest';
import { median, percentile, unionLength } from './figures.ts';

test('percentiles are values that were there', () => {
  expect([median([]), median([3]), median([4, 1, 2, 3]), percentile([4, 1, 2, 3], 0.95)]).toEqual([0, 3, 2, 4]);
});

test('overlapping intervals are counted once', () => {
  const intervals = [
    { from: 10, to: 12 },
    { from: 0, to: 4 },
    { from: 1, to: 2 },
    { from: 3, to: 6 },
  ];
  expect(unionLength(intervals)).toBe(8);
  expect(unionLength([])).toBe(0);
});
