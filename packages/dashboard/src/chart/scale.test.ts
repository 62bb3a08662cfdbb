import { describe, expect, test } from 'vitest';
import { linear, linePath, logarithmic, quantile, ticks } from './scale.ts';

describe('scales', () => {
  test('linear, also where everything is the same', () => {
    expect(linear([0, 10], [0, 100])(5)).toBe(50);
    expect(linear([0, 10], [100, 0])(10)).toBe(0);
    expect(linear([4, 4], [0, 100])(4)).toBe(0);
  });

  test('logarithmic: each factor of ten the same way, nothing below the first', () => {
    const scale = logarithmic([1, 1000], [0, 300]);
    expect(scale(10)).toBeCloseTo(100);
    expect(scale(100)).toBeCloseTo(200);
    expect(scale(0)).toBe(0);
    expect(logarithmic([1, 1], [0, 50])(10)).toBeCloseTo(50);
  });

  test.each([
    [100, 4, [0, 50, 100]],
    [95, 5, [0, 20, 40, 60, 80, 100]],
    [0.3, 3, [0, 0.1, 0.2, 0.3]],
    [7, 4, [0, 2, 4, 6, 8]],
    [0, 4, [0]],
    [Number.NaN, 4, [0]],
  ])('ticks up to %d', (most, wanted, expected) => {
    expect(ticks(most, wanted)).toEqual(expected);
  });

  test('a line breaks where a value is missing', () => {
    const same = (value: number) => value;
    expect(linePath([1, 2, null, 4, 5], same, same)).toBe('M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0');
    expect(linePath([null, null], same, same)).toBe('');
  });

  test('quantiles', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(3);
    expect(quantile([1], 0.99)).toBe(1);
    expect(quantile([], 0.5)).toBeNull();
  });
});
