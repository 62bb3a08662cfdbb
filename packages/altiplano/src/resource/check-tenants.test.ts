import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import { tables } from './declare.ts';
import type { Field } from './field.ts';

interface Tables {
  shop: { id: string; title: string; opened_at: Date };
  book: { id: string; shop_id: string; author_id: string; price: number; gone: boolean; changed_at: Date };
}

const { tenants, columns, children, one } = tables<Tables>();
const books = children('book', 'shop_id', { deleted: 'gone' });
const shops = (
  fields: Readonly<Record<string, Field>>,
  copies: { opened_at?: string } = { opened_at: 'shop_opened_at' },
) =>
  tenants('shop', {
    name: 'shops',
    path: '/shops/',
    order: ['-opened_at', '-id'],
    function: 'shop_shown',
    copies,
    fields: { ...columns('shop', 'id', 'title'), ...fields },
  });

test('a resource of tenants has no tenant parameter, no filters and nothing to write', () => {
  const resource = shops({
    books: books.count(),
    changed: books.greatest('changed_at'),
    first: books.least('changed_at'),
  });
  expect(resource).toMatchObject({ key: 'id', filters: {}, writes: null, tenants: { function: 'shop_shown' } });
});

describe('a resource of tenants is refused', () => {
  const scoped = (scopes: Parameters<typeof children<'book'>>[2]) =>
    children('book', 'shop_id', { deleted: 'gone', ...scopes });
  const limited = { admin: 'all', author: { column: 'author_id', attribute: 'author_id' } } as const;
  const { bitmap } = exampleResource();
  test.each<[string, () => unknown]>([
    ['shows price', () => shops({ price: books.sum('price') })],
    ['shows dear', () => shops({ dear: books.count({ where: { author_id: 'x' } }) })],
    ['shows owner', () => shops({ owner: one('book', 'id', ['id']) })],
    ['shows newest', () => shops({ newest: books.first(['-changed_at', '-id'], ['id']) })],
    ['orders by opened_at, of which memberships have no copy', () => shops({}, {})],
    [
      'limits book by author_id and shop_id',
      () =>
        shops({ n: scoped({ scopes: { ...limited, clerk: { column: 'shop_id', attribute: 'shop_id' } } }).count() }),
    ],
    [
      'counts book by book_bitmap',
      () => shops({ n: children('book', 'id', { deleted: 'gone', scopes: limited, bitmap }).count() }),
    ],
  ])('which %s', (message, declare) => {
    expect(declare).toThrow(
      expect.objectContaining({ code: 'DECL_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

test('figures of other resources have no scopes of their own', () => {
  const scopes = { admin: 'all' } as const;
  const inside = children('book', 'shop_id', { scopes });
  const fields = { nested: { kind: 'object', fields: { n: inside.count() } } } as const;
  expect(() => exampleResource({ fields })).toThrow('gives figures over book scopes or a bitmap of their own');
});
