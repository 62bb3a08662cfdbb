import { instantOf } from 'altiplano/sample';
import { expect, test } from 'vitest';
import { sampleTables } from '../sample.ts';

const ANCHOR = instantOf(new Date('2026-03-15T00:00:00Z'));
const volume = { products: 300, shoppers: 40, orders: 500, reviews: 300 };

const tablesOf = (seed: number): Map<string, string[][]> =>
  new Map(
    sampleTables({ seed, anchor: ANCHOR, volume }).map(({ table, rows }) => [
      table,
      [...rows()].map((row) => row.split('\t')),
    ]),
  );
const first = tablesOf(1);
const rowsOf = (table: string) => first.get(table) ?? [];

test('the same seed gives the same rows, another seed others', () => {
  expect(tablesOf(1)).toEqual(first);
  for (const table of ['product', 'shop_order', 'review'])
    expect(tablesOf(2).get(table), table).not.toEqual(first.get(table));
});

test('every row has as many values as its table columns', () => {
  for (const { table, columns } of sampleTables({ seed: 1, anchor: ANCHOR, volume })) {
    if (table === 'product_category') continue; // kept by triggers
    expect(new Set(rowsOf(table).map((row) => row.length)), table).toEqual(new Set([columns.length]));
  }
});

test('an order says what its items come to, and has a product once', () => {
  const items = new Map<string, string[][]>();
  for (const row of rowsOf('order_item')) items.set(row[1] ?? '', [...(items.get(row[1] ?? '') ?? []), row]);
  for (const [id = '', , , , , count, total] of rowsOf('shop_order')) {
    const own = items.get(id) ?? [];
    expect(new Set(own.map(([, , , product]) => product)).size).toBe(own.length);
    expect(own.reduce((sum, row) => sum + Number(row[5]), 0)).toBe(Number(count));
    const cents = own.reduce((sum, row) => sum + Number(row[5]) * Math.round(Number(row[6]) * 100), 0);
    expect(cents).toBe(Math.round(Number(total) * 100));
  }
});

test('reviews are of what their shopper bought and paid, once', () => {
  const bought = new Set(
    rowsOf('order_item').flatMap(([, , shopper, product, , , , , counts]) =>
      counts === 'true' ? [`${shopper} ${product}`] : [],
    ),
  );
  const written = rowsOf('review').map(([, product, shopper]) => `${shopper} ${product}`);
  expect(written.length).toBeGreaterThan(100);
  expect(new Set(written).size).toBe(written.length);
  for (const one of written) expect(bought).toContain(one);
});

test('a product says what its reviews come to', () => {
  const ratings = new Map<string, number[]>();
  for (const [, product = '', , rating] of rowsOf('review'))
    ratings.set(product, [...(ratings.get(product) ?? []), Number(rating)]);
  expect(ratings.size).toBeGreaterThan(20);
  for (const row of rowsOf('product')) {
    const own = ratings.get(row[0] ?? '') ?? [];
    expect(row.slice(-2).map(Number)).toEqual([own.length, own.reduce((sum, rating) => sum + rating, 0)]);
  }
});

test('some specifications are more than 20 kB, most are small', () => {
  const sizes = rowsOf('product').map((row) => (row[7] ?? '').length);
  expect(Math.max(...sizes)).toBeGreaterThan(20_000);
  expect(sizes.filter((size) => size > 20_000).length).toBeLessThan(sizes.length / 10);
});
