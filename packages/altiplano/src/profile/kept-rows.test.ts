import { expect, it } from 'vitest';
import { keptRows } from './kept-rows.ts';

const body = 'x'.repeat(5_000);

it('keeps rows that are narrow as they are', () => {
  const rows = [{ id: 1, at: new Date(0), name: 'a' }];
  expect(keptRows(rows)[0]).toBe(rows[0]);
});

it('keeps the keys of rows that hold documents', () => {
  expect(keptRows([{ id: 1, body, __proto__: null }, { id: 2, body: 'short', data: { a: 1 } }, { id: 3 }])).toEqual([
    { id: 1, body: null },
    { id: 2, body: 'short', data: null },
    { id: 3 },
  ]);
  expect(keptRows([[1, body, 'a']])).toEqual([[1, null, 'a']]);
});

it('holds a bounded part of any answer', () => {
  const row = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`c${at}`, 'y'.repeat(100)]));
  const kept = keptRows(Array.from({ length: 1_000 }, () => row));
  expect(kept).toHaveLength(200);
  const characters = Object.values(kept[0] as object).reduce((sum, value) => sum + (value?.length ?? 0), 0);
  expect(characters).toBe(4_000);
});
