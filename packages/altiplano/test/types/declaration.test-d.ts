import { accept, action, type Resource, tables } from '../../src/index.ts';
import type { ListPlan } from '../../src/plan/plan.ts';
import { EXAMPLE } from '../support/example-resource.ts';

interface Shop {
  book: { id: string; shop_id: string; gone: boolean; created_at: Date; author_id: string };
  author: { id: string; shop_id: string; name: string };
}

const { resource, columns, one, names, children, facets, filters } = tables<Shop>();

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
  orders: { author: { column: 'author_id', type: 'uuid' } },
  bitmaps: 'book_bitmap',
} as const;
const books: Resource = resource('book', declaration);
// @ts-expect-error a path has a slash at both ends
resource('book', { ...declaration, path: 'books' });
// @ts-expect-error orders by a column there is not
resource('book', { ...declaration, order: ['-title', '-id'] });
// @ts-expect-error one order column: ties need a second
resource('book', { ...declaration, order: ['-id'] });
// @ts-expect-error an order by a column there is not
resource('book', { ...declaration, orders: { title: { column: 'title', type: 'text' } } });
// @ts-expect-error a domain of a column there is not
resource('book', { ...declaration, domains: { title: { type: 'text', values: [], nullable: false } } });
// @ts-expect-error no tenant
resource('book', { ...declaration, tenant: undefined });
// @ts-expect-error their name: what they hold follows from the filters
resource('book', { ...declaration, bitmaps: { columns: ['author_id'] } });
// @ts-expect-error no such option
resource('book', { ...declaration, postings: 'book_posting' });

// @ts-expect-error ranks of a column there is not
resource('book', { ...declaration, orders: { title: { column: 'title', ranks: ['a'] } } });
resource('book', { ...declaration, scopes: { author: { any: [{ column: 'author_id', attribute: 'id' }] } } });
// @ts-expect-error a reason by a column there is not
resource('book', { ...declaration, scopes: { author: { any: [{ column: 'title', values: ['a'] }] } } });
// @ts-expect-error a key is a uuid or a bigint
resource('book', { ...declaration, keyType: 'text' });
// @ts-expect-error one of no values
children('book', 'author_id').count({ where: { gone: [] } });
// @ts-expect-error an order of a list's children by a column there is not
children('book', 'author_id').list(['title'], columns('book', 'id'), 3);

facets('book').columns('author_id');
// @ts-expect-error a facet over a column there is not
facets('book').columns('title');
facets('book').linked('authors', 'book', 'author', 'name');
// @ts-expect-error a facet that leads to rows without such a column
facets('book').linked('authors', 'book', 'author', 'title');

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
EXAMPLE.bitmaps = 'other_bitmap';
declare const plan: ListPlan;
// @ts-expect-error readonly
plan.size = 26;
// @ts-expect-error readonly
plan.conditions.push();

// A handler gets what its members say.
action({
  name: 'example',
  method: 'POST',
  path: '/example/',
  permission: null,
  query: { loud: accept.boolean({ otherwise: false }) },
  body: {
    title: accept.text({ required: true }),
    size: accept.integer({ nullable: true }),
    items: accept.list({ at: accept.instant({ required: true }) }, { most: 5, required: true }),
  },
  async handle({ body, asked }) {
    const title: string = body.title;
    const size: number | null | undefined = body.size;
    const loud: boolean = asked.loud;
    const at: string | undefined = body.items[0]?.at;
    // @ts-expect-error may be absent or null
    const wrong: number = body.size;
    // @ts-expect-error no such member
    body.nothing;
    return { body: [title, size, loud, at, wrong] };
  },
});
