import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import type { Catalog, Index } from './catalog.ts';
import { checkIndexes, createStatement, neededIndexes } from './check-indexes.ts';

const resource = exampleResource();
const PAGE = { table: 'book', keys: ['shop_id', 'created_at desc', 'id desc'], live: 'gone' };

function catalogWith(indexes: Readonly<Record<string, readonly Index[]>>): Catalog {
  const rowSecurity = { enabled: true, forced: true, policies: [] };
  const tables = Object.entries(indexes).map(
    ([name, list]) => [name, { name, columns: new Map(), indexes: list, rowSecurity }] as const,
  );
  return {
    schema: 'shop',
    version: 180_000,
    tables: new Map(tables),
    functions: new Set(),
    rollups: new Map(),
    audited: new Map(),
    bitmaps: new Map(),
    summaries: new Map(),
  };
}

const index = (change: Partial<Index>): Index => ({
  name: 'some',
  method: 'btree',
  keys: PAGE.keys,
  unique: false,
  predicate: '(NOT gone)',
  valid: true,
  ...change,
});

/** Whether an index stands in for the page index. */
function serves(change: Partial<Index>): boolean {
  const catalog = catalogWith({ book: [index(change)] });
  return !checkIndexes(resource, catalog).some(({ hint }) => hint.includes(createStatement('shop', PAGE)));
}

describe('the indexes a resource needs', () => {
  test('are those of its key, its page and the first of its children', () => {
    expect(neededIndexes(resource)).toEqual([
      { table: 'book', keys: ['shop_id', 'id'], live: null },
      PAGE,
      { ...PAGE, live: null, unique: true },
      { table: 'review', keys: ['shop_id', 'book_id', 'created_at desc', 'id desc'], live: 'gone', equal: 2 },
    ]);
  });

  test('are named with the statement that makes them', () => {
    expect(createStatement('shop', PAGE)).toBe(
      'create index concurrently idx_book_created_at_id on shop.book (shop_id, created_at desc, id desc) where not gone;',
    );
    const found = checkIndexes(resource, catalogWith({}));
    expect(found).toHaveLength(4);
    expect(found.every(({ code }) => code === 'MIGR_INDEX_MISSING')).toBe(true);
    expect(found.map(({ hint }) => hint)).toContain(`Create it: ${createStatement('shop', PAGE)}`);
  });
});

describe('an index stands in for another', () => {
  test.each([
    ['itself', {}],
    ['longer', { keys: [...PAGE.keys, 'title'] }],
    ['read backward', { keys: ['shop_id', 'created_at', 'id'] }],
    ['with the tenant descending', { keys: ['shop_id desc', 'created_at desc', 'id desc'] }],
    ['unique', { unique: true }],
  ])('%s', (_, change) => expect(serves(change)).toBe(true));

  test.each([
    ['invalid', { valid: false }],
    ['of another kind', { method: 'gin' }],
    ['shorter', { keys: PAGE.keys.slice(0, 2) }],
    ['in another order', { keys: ['created_at desc', 'shop_id', 'id desc'] }],
    ['with nulls elsewhere', { keys: ['shop_id', 'created_at desc nulls last', 'id desc nulls last'] }],
    ['in two directions', { keys: ['shop_id', 'created_at desc', 'id'] }],
    ['with a column in front', { keys: ['title', ...PAGE.keys] }],
    ['over all rows', { predicate: null }],
    ['partial on something else', { predicate: '(NOT sold)' }],
  ])('but not %s', (_, change) => expect(serves(change)).toBe(false));
});

test('bitmaps need the order of all rows, once each', () => {
  const missing = (change: Partial<Index>) =>
    checkIndexes(resource, catalogWith({ book: [index(change)] })).some(({ hint }) => hint.includes('create unique'));
  expect(missing({ predicate: null, unique: true })).toBe(false);
  expect(missing({ predicate: null })).toBe(true);
  expect(missing({ unique: true })).toBe(true);
});

test('an index over all children stands in where its flag comes before the order', () => {
  const missing = (keys: readonly string[]) => {
    const catalog = catalogWith({ review: [index({ keys, predicate: null })] });
    return checkIndexes(resource, catalog).some(({ message }) => message.includes('shop.review'));
  };
  expect(missing(['shop_id', 'book_id', 'gone', 'created_at desc', 'id desc'])).toBe(false);
  expect(missing(['shop_id', 'book_id', 'created_at desc', 'gone', 'id desc'])).toBe(true);
});
