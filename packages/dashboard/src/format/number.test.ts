import { describe, expect, test } from 'vitest';
import { bytes, count, duration, figure, percent, print } from './number.ts';

describe('numbers', () => {
  test.each([
    [0, '0 ms'],
    [0.0421, '42 µs'],
    [0.99, '990 µs'],
    [0.9999, '1.0 ms'],
    [12.34, '12.3 ms'],
    [99.96, '100 ms'],
    [999.6, '1.00 s'],
    [12_340, '12.3 s'],
    [60_000, '1.0 min'],
    [Number.NaN, '–'],
  ])('%d milliseconds are %s', (value, text) => {
    expect(print(duration(value))).toBe(text);
  });

  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [8_192_000, '8.2 MB'],
    [3.2e15, '3,200 TB'],
  ])('%d bytes are %s', (value, text) => {
    expect(print(bytes(value))).toBe(text);
  });

  test('shares, counts and figures', () => {
    expect([0, 0.042, 0.66, 0.9997, 1].map(percent)).toEqual(['0 %', '4.2 %', '66 %', '99.9 %', '100 %']);
    expect(count(1234567)).toBe('1,234,567');
    expect([figure(0.042), figure(1.24), figure(1240.4)]).toEqual(['0.04', '1.2', '1,240']);
  });
});
