import { expect, test } from 'vitest';
import { btreeBytes, type ColumnStatistics } from './btree.ts';

const MILLION = 1_000_000;
const column = (width: number, distinct: number, align: ColumnStatistics['align'] = 1, isId = false) => ({
  width,
  distinct,
  align,
  isId,
  nulls: 0,
});
const uuid = (distinct = MILLION) => column(16, distinct, 1, true);
const time = column(8, MILLION, 8);

/** Bytes of a row measured on 2,860,000 calls of 200,000 customers, PostgreSQL 18.4. */
test.each([
  ['a key of its own', [uuid()], true, 31.55],
  ['workspace, customer, flag, time, id', [uuid(20), uuid(70_000), column(1, 2), time, uuid()], false, 86.24],
  ['customer, time', [uuid(70_000), time], false, 40.47],
  ['customer: fourteen rows share a key', [uuid(70_000)], false, 8.23],
  ['workspace and customer', [uuid(20), uuid(70_000)], false, 9.02],
  ['workspace alone', [uuid(20)], false, 7.06],
])('%s', (_, columns, unique, measured) => {
  const estimated = btreeBytes(columns, MILLION, unique) / MILLION;
  expect(Math.abs(estimated / measured - 1)).toBeLessThan(0.15);
});

test('nothing weighs a page', () => {
  expect(btreeBytes([uuid()], 0, false)).toBe(8192);
});
