import { expect, it } from 'vitest';
import { keptRows } from './kept-rows.ts';

const body = 'x'.repeat(5_000);

const rowsOf = (rows: readonly unknown[]) => keptRows(rows).rows;

it('keeps rows that are narrow as they are, whatever becomes of them', () => {
  const rows = [{ id: 1, at: new Date(0), name: 'a' }];
  const [kept] = rowsOf(rows);
  (rows[0] as { id: number }).id = 2;
  expect(kept).toEqual([1, new Date(0), 'a']);
});

it('keeps the keys of rows that hold documents', () => {
  expect(
    rowsOf([{ id: 1, body, data: null, __proto__: null }, { id: 2, body: 'short', data: { a: 1 } }, { id: 3 }]),
  ).toEqual([
    [1, null, null],
    [2, 'short', null],
    [3, undefined, undefined],
  ]);
  expect(rowsOf([[1, body, 'a']])).toEqual([[1, null, 'a']]);
});

it('holds a bounded part of any answer', () => {
  const row = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`c${at}`, 'y'.repeat(100)]));
  const kept = rowsOf(Array.from({ length: 1_000 }, () => row));
  expect(kept).toHaveLength(200);
  const characters = Object.values(kept[0] as object).reduce((sum, value) => sum + (value?.length ?? 0), 0);
  expect(characters).toBe(4_000);
});
