import { describe, expect, test } from 'vitest';
import { reveal, windowOf } from './window.ts';

describe('the window of a long list', () => {
  test('holds what is seen and eight rows around it', () => {
    expect(windowOf({ count: 10_000, rowHeight: 30, top: 3000, height: 600 })).toEqual({ first: 92, end: 128 });
  });

  test('stays within the list', () => {
    expect(windowOf({ count: 3, rowHeight: 30, top: 0, height: 600 })).toEqual({ first: 0, end: 3 });
    expect(windowOf({ count: 0, rowHeight: 30, top: 0, height: 600 })).toEqual({ first: 0, end: 0 });
    expect(windowOf({ count: 10, rowHeight: 30, top: 90_000, height: 600 })).toEqual({ first: 10, end: 10 });
  });

  test('is as large at the end of ten thousand rows as in the middle of a hundred', () => {
    const rows = (count: number, top: number) => {
      const { first, end } = windowOf({ count, rowHeight: 30, top, height: 600 });
      return end - first;
    };
    expect(rows(10_000, 150_000)).toBe(rows(100, 900));
  });

  test('a row is brought to the nearer edge, and left where it is seen', () => {
    const seen = { rowHeight: 30, top: 300, height: 300 };
    expect(reveal(12, seen)).toBe(300);
    expect(reveal(3, seen)).toBe(90);
    expect(reveal(20, seen)).toBe(330);
  });
});
