import { type Resource, tables } from '../../src/index.ts';
import type { ListPlan } from '../../src/plan/plan.ts';
import { EXAMPLE } from '../support/example-resource.ts';

interface Shop {
  book: { id: string; shop_id: string; gone: boolean; created_at: Date; author_id: string };
  author: { id: string; shop_id: string; name: string };
  book_posting: { shop_id: string; term: string };
}

const { resource, columns, one, names, children, filters } = tables<Shop>();

// Tables and columns are those of the interface.
columns('book', 'id', 'created_at');
// @ts-expect-error no such column
columns('book', 'title');
// @ts-expect-error no such table
columns('magazine', 'id');
one('author', 'author_id', ['id', 'name']);
// @ts-expect-error a column of another table
one('author', 'author_id', ['created_at']);
// @ts-expect-error no such link table
names('author', 'name', 'book_author');
// @ts-expect-error no such parent column
children('book', 'publisher_id');
// @ts-expect-error a column of another table
children('book', 'author_id').sum('name');
// @ts-expect-error order columns belong to the children
children('book', 'author_id').first(['-name'], ['id']);

const declaration = {
  name: 'books',
  path: '/books/',
  tenant: 'shop_id',
  deleted: 'gone',
  order: ['-created_at', '-id'],
  orderTypes: ['timestamptz', 'uuid'],
  fields: {},
  filters: {},
  paths: [['author_id']],
  postings: { table: 'book_posting', key: 'book_id' },
} as const;
const books: Resource = resource('book', declaration);
// @ts-expect-error a path has a slash at both ends
resource('book', { ...declaration, path: 'books' });
// @ts-expect-error orders by a column there is not
resource('book', { ...declaration, order: ['-title', '-id'] });
// @ts-expect-error one order column: ties need a second
resource('book', { ...declaration, order: ['-id'] });
// @ts-expect-error a path over a column there is not
resource('book', { ...declaration, paths: [['title']] });
// @ts-expect-error a domain of a column there is not
resource('book', { ...declaration, domains: { title: { type: 'text', values: [], nullable: false } } });
// @ts-expect-error no tenant
resource('book', { ...declaration, tenant: undefined });
// @ts-expect-error postings of a table there is not
resource('book', { ...declaration, postings: { table: 'posting', key: 'book_id' } });

const by = filters('book');
// @ts-expect-error no such operator
by.values('author_id', ['like']);
// @ts-expect-error no such type
by.exact('author_id', 'varchar');
// @ts-expect-error a filter over a column there is not
by.values('title');

// What a stage made, no later one changes.
// @ts-expect-error readonly
books.name = 'magazines';
// @ts-expect-error readonly
EXAMPLE.paths[0] = [];
declare const plan: ListPlan;
// @ts-expect-error readonly
plan.size = 26;
// @ts-expect-error readonly
plan.conditions.push();
