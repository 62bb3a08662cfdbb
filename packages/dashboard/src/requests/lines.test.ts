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
const answer = (requests: RequestLine[], missed: number, last = requests.at(-1)?.sequence ?? 1_000_000) => ({
  requests,
  missed,
  last,
});

test('new ones come last, those known already do not come twice', () => {
  const first = append(NO_LINES, answer(lines(1, 3), 0));
  const second = append(first, answer(lines(3, 5), 0));
  expect(second.lines.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(second.last).toBe(5);
});

test('nothing new is the same object: nothing is drawn again', () => {
  const known = append(NO_LINES, answer(lines(1, 3), 0));
  expect(append(known, answer([], 0))).toBe(known);
});

test('missed ones are counted from the second answer on', () => {
  const first = append(NO_LINES, answer(lines(501, 502), 500));
  expect(first.missed).toBe(0);
  expect(append(append(first, answer(lines(510, 511), 7)), answer([], 2)).missed).toBe(9);
});

test('no more are kept than can be shown', () => {
  const full = append(NO_LINES, answer(lines(1, MOST_LINES), 0));
  const next = append(full, answer([line(MOST_LINES + 1)], 0));
  expect(next.lines).toHaveLength(MOST_LINES);
  expect(next.lines[0]?.sequence).toBe(2);
});

test('a server that began anew is read anew', () => {
  const known = append(NO_LINES, answer(lines(1, 900), 0));
  const anew = append(known, answer([], 0, 12));
  expect(anew).toEqual(NO_LINES);
  expect(append(anew, answer(lines(1, 12), 0, 12)).lines).toHaveLength(12);
});
