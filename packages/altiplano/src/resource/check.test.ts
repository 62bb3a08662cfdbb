import { describe, expect, test } from 'vitest';
import { EXAMPLE, type ExampleDeclaration, exampleResource } from '../../test/support/example-resource.ts';
import { bitmapMigration } from '../bitmap/definition.ts';
import { checkFacets } from './check-facets.ts';
import { tables } from './declare.ts';
import { numbered } from './envelope.ts';

describe('a declaration is refused', () => {
  test('when its order does not end in the key', () => {
    expect(() => exampleResource({ order: ['-created_at', '-price'] })).toThrow(
      expect.objectContaining({
        code: 'DECL_ORDER_NOT_TOTAL',
        hint: expect.stringContaining('-created_at,-price,-id'),
      }),
    );
    expect(() => exampleResource({ order: ['-id', '-created_at'] })).toThrow('does not end in a unique column');
  });

  test('when its order goes two ways', () => {
    expect(() => exampleResource({ order: ['-created_at', 'id'] })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining('in two directions') }),
    );
  });
});

describe('figures are refused', () => {
  const kept = { deleted: 'gone', rollup: 'book_rollup' } as const;
  const { children } = tables<{ review: { book_id: string; other_id: string; gone: boolean; at: Date } }>();
  const reviews = children('review', 'book_id', kept);
  test.each([
    ['keeps two sources', { a: reviews.count(), b: children('review', 'other_id', kept).count() }],
    ['limits a by two times', { a: reviews.count({ withinDays: { column: 'at', days: 7 }, month: 'at' }) }],
    ['become the column a_b', { a_b: reviews.count(), a: { kind: 'object', fields: { b: reviews.count() } } as const }],
    ['calls a figure rows', { rows: reviews.count() }],
  ])('which %s', (message, fields) => {
    expect(() => exampleResource({ fields })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

test('a rollup of rows that are numbered is refused', () => {
  const { children } = tables<{ review: { book_id: string } }>();
  const fields = { reviews: children('review', 'book_id', { rollup: 'book_rollup' }).count() };
  expect(() => exampleResource({ fields, keyType: 'bigint', orderTypes: ['timestamptz', 'bigint'] })).toThrow(
    'keeps reviews in a rollup, of rows whose key is a bigint',
  );
});

describe('facets are refused', () => {
  test.each([
    ['shop_id', { shop_id: { kind: 'column', column: 'shop_id' } }],
    ['price', { price: { kind: 'column', column: 'price' } }],
    ['book_reader', { readers: { kind: 'linked', link: 'book_reader', target: 'reader', name: 'name' } }],
  ] as const)('over %s, by which nothing is filtered', (_, facets) => {
    expect(() => exampleResource({ facets })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining('cannot be filtered') }),
    );
  });

  test('over what is measured', () => {
    const { filters } = tables<{ book: { price: number } }>();
    const exact = { ...EXAMPLE.filters, ...filters('book').exact('price', 'float8') };
    const facets = { price: { kind: 'column', column: 'price' } } as const;
    expect(() => exampleResource({ filters: exact, facets })).toThrow('over price, which is compared');
  });

  test('without bitmaps', () => {
    expect(() => checkFacets({ ...exampleResource(), bitmap: null })).toThrow('has a facet genre and no bitmaps');
    expect(() => checkFacets({ ...exampleResource({ facets: {} }), bitmap: null })).not.toThrow();
  });
});

describe('bitmaps are refused', () => {
  test.each<[string, Partial<ExampleDeclaration>]>([
    ['in the order of sold, which is of type boolean', { order: ['sold', 'id'], orderTypes: ['boolean', 'uuid'] }],
    ['of rows whose key is of type text', { orderTypes: ['timestamptz', 'text'] }],
    [
      'by the value of created_at',
      { filters: { ...EXAMPLE.filters, at: { kind: 'null', column: 'created_at' } as never } },
    ],
  ])('%s', (message, changes) => {
    expect(() => exampleResource(changes)).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining(message) }),
    );
  });

  test('of types the table has otherwise', () => {
    const types = { id: 'bigint', shop_id: 'uuid', gone: 'boolean', created_at: 'bigint', title: 'text' };
    const print = (changes: Partial<ExampleDeclaration>, more = {}) => {
      const { bitmap } = exampleResource({ scopes: undefined as never, facets: {}, filters: {}, ...changes });
      return bitmapMigration(bitmap === null ? [] : [bitmap], { book: { ...types, ...more } });
    };
    expect(() => print({})).toThrow('its key has to be a uuid');
    const numbered = { order: ['title', 'id'], orderTypes: ['text', 'bigint'] } as const;
    expect(print(numbered)).toContain('low_title text collate "C" not null');
    expect(() => print(numbered, { id: 'uuid' })).toThrow('its key has to be a bigint');
    expect(() => print(numbered, { title: 'bigint' })).toThrow('title is bigint and no text');
  });
});

describe('writes are refused', () => {
  test('when a change could part what must match', () => {
    const author_id = { kind: 'reference', required: false, table: 'author', matching: ['shop_id'] } as const;
    expect(() => exampleResource({ writes: { actions: ['create'], members: { author_id } } })).not.toThrow();
    expect(() => exampleResource({ writes: { actions: ['change'], members: { author_id } } })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining('lets author_id be changed') }),
    );
  });
});

test('a time of deletion is refused where a deletion leaves no row', () => {
  const writes = { actions: ['delete'], members: {}, stamp: 'created_at' } as const;
  const { deleted: _, ...without } = EXAMPLE;
  expect(() => exampleResource({ writes })).not.toThrow();
  expect(() => exampleResource({ ...without, deleted: undefined as never, writes })).toThrow('and removes the row');
});

describe('a declaration is served', () => {
  test('frozen, with what it left out filled in', () => {
    const { domains: _, scopes: __, ...least } = EXAMPLE;
    expect(Object.isFrozen(exampleResource())).toBe(true);
    expect(exampleResource(least).page).toEqual({ size: 25, most: 100 });
    expect(exampleResource().tenant).toEqual({ column: 'shop_id', noun: 'shop' });
  });
});

describe('what could not mean what it says is refused', () => {
  const { columns, filters } = tables<{ book: { title: string; price: number; genre: string } }>();
  const by = filters('book');
  test.each<[string, Partial<ExampleDeclaration>]>([
    ['shows title in its lists and again', { detail: columns('book', 'title') }],
    [
      'filters rows without price, which is compared',
      { filters: { ...EXAMPLE.filters, ...by.values('price', ['isnull'], { type: 'float8' }) } },
    ],
    [
      'filters rows without price, which is compared',
      { filters: { ...EXAMPLE.filters, ...by.exact('price', 'float8', { nulls: true }) } },
    ],
    ['the places of price, and compares its texts', { orders: { price: { column: 'price', ranks: ['a'] } } }],
    ['the places of created_at, and by its texts', { orders: { created_at: { column: 'created_at', ranks: ['a'] } } }],
  ])('%s', (message, changes) => {
    expect(() => exampleResource(changes)).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('numbered pages are refused', () => {
  const envelope = numbered({ items: 'items', total: 'total' });
  test.each<[string, Partial<ExampleDeclaration>]>([
    ['of a list by price', { orders: { price: { column: 'price', type: 'float8' } } }],
    [
      'with two parameters called shop_id',
      { envelope: numbered({ items: 'i' }, { parameters: { page: 'shop_id', size: 'n' } }) },
    ],
    [
      'with two parameters called genre',
      { envelope: numbered({ items: 'i' }, { parameters: { page: 'p', size: 'genre' } }) },
    ],
    [
      'with two parameters called page',
      { envelope: numbered({ items: 'i' }, { parameters: { page: 'page', size: 'page' } }) },
    ],
    ['with two members called items', { envelope: numbered({ items: 'items', total: 'items' }) }],
  ])('%s', (message, changes) => {
    const problem = message.replace(/^\w+ (a list by )?/, '');
    expect(() => exampleResource({ envelope, ...changes })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining(problem) }),
    );
  });

  test('without bitmaps', () => {
    const { bitmaps: _, facets: __, ...rest } = EXAMPLE;
    expect(() => tables<Record<string, never>>().resource('book' as never, { ...rest, envelope } as never)).toThrow(
      'numbers its pages and has no bitmaps',
    );
  });
});
