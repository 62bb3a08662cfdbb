import { describe, expect, test } from 'vitest';
import { EXAMPLE, exampleResource } from '../../test/support/example-resource.ts';
import { tables } from './declare.ts';

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

  test('when a path goes through a column whose values are not known', () => {
    expect(() => exampleResource({ paths: [['author_id', 'genre']] })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', hint: expect.stringContaining('Give author_id a domain') }),
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

describe('writes are refused', () => {
  test('when a change could part what must match', () => {
    const author_id = { kind: 'reference', required: false, table: 'author', matching: ['shop_id'] } as const;
    expect(() => exampleResource({ writes: { actions: ['create'], members: { author_id } } })).not.toThrow();
    expect(() => exampleResource({ writes: { actions: ['change'], members: { author_id } } })).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining('lets author_id be changed') }),
    );
  });
});

describe('a declaration is served', () => {
  test.each([[[['genre']]], [[['author_id']]], [[['genre', 'sold', 'author_id']]], [[]]] as const)(
    'with the paths %j',
    (paths) => expect(exampleResource({ paths }).paths).toEqual(paths),
  );

  test('frozen, with what it left out filled in', () => {
    const { domains: _, scopes: __, ...least } = EXAMPLE;
    expect(Object.isFrozen(exampleResource())).toBe(true);
    expect(exampleResource(least).page).toEqual({ size: 25, most: 100 });
    expect(exampleResource().tenant).toEqual({ column: 'shop_id', noun: 'shop' });
  });
});
