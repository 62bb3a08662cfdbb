import type { Catalog } from '../../src/catalog/catalog.ts';
import { tables } from '../../src/resource/declare.ts';
import type { Resource } from '../../src/resource/resource.ts';

interface ExampleTables {
  book: {
    id: string;
    shop_id: string;
    title: string;
    genre: string | null;
    sold: boolean;
    price: number;
    author_id: string | null;
    extra: unknown;
    gone: boolean;
    created_at: Date;
  };
  tag: { id: string; shop_id: string; name: string };
  book_tag: { shop_id: string; book_id: string; tag_id: string };
  review: { id: string; shop_id: string; book_id: string; stars: number; gone: boolean; created_at: Date };
}

const { resource, columns, children, facets: facetsOf, filters } = tables<ExampleTables>();
const by = filters('book');
const facets = facetsOf('book');
const reviews = children('review', 'book_id', { deleted: 'gone' });

export type ExampleDeclaration = Parameters<typeof resource<'book'>>[1];

/** One filter of every kind, a domain with nulls and one without, and bitmaps. */
export const EXAMPLE: ExampleDeclaration = {
  name: 'books',
  path: '/books/',
  tenant: 'shop_id',
  deleted: 'gone',
  order: ['-created_at', '-id'],
  orderTypes: ['timestamptz', 'uuid'],
  scopes: { admin: 'all', author: { column: 'author_id', attribute: 'author_id' } },
  fields: {
    ...columns('book', 'id', 'title', 'created_at'),
    newest_review: reviews.first(['-created_at', '-id'], ['id', 'stars']),
    reviews: reviews.count(),
  },
  filters: {
    ...by.values('genre', ['in', 'neq', 'isnull']),
    ...by.values('title', ['neq', 'isnull']),
    ...by.exact('sold', 'boolean'),
    ...by.exact('author_id', 'uuid'),
    ...by.range('price', 'float8', ['gt', 'lte', 'neq']),
    ...by.range('created_at', 'timestamptz', ['gte', 'lt']),
    ...by.linked('book_tag', 'tag', { any: ['tags'], none: 'tags__neq' }),
    ...by.attributes('extra'),
    ...by.search(['title']),
  },
  facets: { ...facets.columns('genre', 'sold', 'title'), ...facets.linked('tags', 'book_tag', 'tag', 'name') },
  domains: {
    genre: { type: 'text', values: ['crime', 'poetry', 'travel'], nullable: true },
    sold: { type: 'boolean', values: ['true', 'false'], nullable: false },
  },
  bitmaps: 'book_bitmap',
};

/** The example, or the example with some of its declaration changed. */
export function exampleResource(changes: Partial<ExampleDeclaration> = {}): Resource {
  return resource('book', { ...EXAMPLE, ...changes });
}

export const SHOP = '00000000-0000-4000-8000-000000000001';

/** A catalog in which every column is a text, as long as nothing asks for another. */
export const NO_TABLES: Catalog = {
  schema: 'shop',
  version: 180_000,
  tables: new Map(),
  functions: new Set(),
  rollups: new Map(),
  bitmaps: new Map(),
  summaries: new Map(),
  audited: new Map(),
};
