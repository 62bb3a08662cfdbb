import { expect, test } from 'vitest';
import type { RequestLine } from '../api/types.ts';
import { append, MOST_LINES, NO_LINES } from './lines.ts';

const line = (sequence: number): RequestLine => ({
  sequence,
  id: String(sequence),
  at: '2026-01-01T00:00:00Z',
  method: 'GET',
  path: '/',
  route: '/',
  app: null,
  status: 200,
  total: 1,
  database: 1,
  statements: 1,
  bottleneck: 'mixed',
  verdicts: [],
  kept: true,
});
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => line(from + index));

test('new ones come last, those known already do not come twice', () => {
  const first = append(NO_LINES, { requests: lines(1, 3), missed: 0 });
  const second = append(first, { requests: lines(3, 5), missed: 0 });
  expect(second.lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(second.last).toBe(5);
});

test('nothing new is the same object: nothing is drawn again', () => {
  const known = append(NO_LINES, { requests: lines(1, 3), missed: 0 });
  expect(append(known, { requests: [], missed: 0 })).toBe(known);
});

test('missed ones are counted from the second answer on', () => {
  const first = append(NO_LINES, { requests: lines(501, 502), missed: 500 });
  expect(first.missed).toBe(0);
  expect(append(append(first, { requests: lines(510, 511), missed: 7 }), { requests: [], missed: 2 }).missed).toBe(9);
});

test('no more are kept than can be shown', () => {
  const full = append(NO_LINES, { requests: lines(1, MOST_LINES), missed: 0 });
  const next = append(full, { requests: [line(MOST_LINES + 1)], missed: 0 });
  expect(next.lines).toHaveLength(MOST_LINES);
  expect(next.lines[0]?.sequence).toBe(2);
});

test('a server that began anew is read anew', () => {
  const known = append(NO_LINES, { requests: lines(1, 900), missed: 0 });
  const anew = append(known, { requests: [], missed: 0, last: 12 });
  expect(anew).toEqual(NO_LINES);
  expect(append(anew, { requests: lines(1, 12), missed: 0, last: 12 }).lines).toHaveLength(12);
});
