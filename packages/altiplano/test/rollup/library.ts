import { app } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';

/** A second app, small: books of a shop and the figures of their reviews, once kept and once computed. */
export const LIBRARY = 'library';
export const SHOP = '00000000-0000-4000-8000-000000000001';
export const READER = '00000000-0000-4000-8000-000000000002';
export const BOOK_IDS = ['b1', 'b2', 'b3'].map((end) => `00000000-0000-4000-8000-0000000000${end}`);

interface LibraryTables {
  book: { id: string; shop_id: string; title: string; gone: boolean; created_at: Date };
  review: {
    id: number;
    shop_id: string;
    book_id: string;
    kind: string;
    stars: number | null;
    price: string | null;
    gone: boolean;
    written_at: Date;
  };
}

export const COLUMN_TYPES = {
  id: 'bigint',
  shop_id: 'uuid',
  book_id: 'uuid',
  kind: 'text',
  stars: 'integer',
  price: 'numeric(10,3)',
  gone: 'boolean',
  written_at: 'timestamp with time zone',
};

const { resource, columns, object, children } = tables<LibraryTables>();

function books(name: string, rollup?: string) {
  const reviews = children('review', 'book_id', { deleted: 'gone', ...(rollup === undefined ? {} : { rollup }) });
  // Another source over the same table: deleted ones too, and never kept.
  const everWritten = children('review', 'book_id');
  return resource('book', {
    name,
    path: `/${name}/`,
    tenant: 'shop_id',
    deleted: 'gone',
    order: ['-created_at', '-id'],
    fields: {
      ...columns('book', 'id', 'title'),
      reviews: reviews.count(),
      stars: reviews.sum('stars'),
      mean: reviews.average('stars'),
      press_mean: reviews.average('price', { decimals: 4, where: { kind: 'press' } }),
      mean_this_week: reviews.average('stars', { withinDays: { column: 'written_at', days: 7 } }),
      best: reviews.greatest('stars'),
      worst: reviews.least('stars'),
      first_written: reviews.least('written_at'),
      starred: reviews.count({ present: 'stars' }),
      known: reviews.count({ where: { kind: ['press', 'reader'] } }),
      ever_written: everWritten.count(),
      paid: object({
        by_kind: reviews.byKey('kind', ['press', 'reader'], (options) => reviews.money(['price', 'stars'], 7, options)),
        this_week: reviews.money(['price'], 1, { withinDays: { column: 'written_at', days: 7 } }),
        press_this_week: reviews.count({ where: { kind: 'press' }, withinDays: { column: 'written_at', days: 7 } }),
        this_month: reviews.sum('stars', { month: 'written_at' }),
      }),
    },
    filters: {},
  });
}

export const shelvedBooks = books('books', 'book_rollup');
export const plainBooks = books('plain_books');

export const library = app({
  name: 'library',
  schema: LIBRARY,
  migrations: new URL('./none/', import.meta.url),
  identity: {
    table: 'reader',
    role: 'role',
    attributes: [],
    membership: { table: 'reader_shop', user: 'reader_id', tenant: 'shop_id' },
  },
  resources: [shelvedBooks, plainBooks],
  sample: {
    volume: {},
    run: async () => ({ rows: {}, demo: { user: READER, path: '/books/' } }),
    find: async () => null,
  },
});

export const SCHEMA_SQL = `
create schema ${LIBRARY};
set search_path to ${LIBRARY};
create table shop (id uuid primary key);
create table reader (id uuid primary key, role text not null);
create table reader_shop (reader_id uuid references reader, shop_id uuid references shop, primary key (reader_id, shop_id));
create table book (
  id uuid primary key, shop_id uuid not null references shop, title text not null, gone bool not null default false,
  created_at timestamptz not null default now(), unique (shop_id, id)
);
create index on book (shop_id, created_at desc, id desc) where not gone;
create table review (
  id bigint generated always as identity primary key, shop_id uuid not null, book_id uuid not null, kind text not null, stars int,
  price numeric(10, 3), gone bool not null default false, written_at timestamptz not null,
  foreign key (shop_id, book_id) references book (shop_id, id)
);
create index on review (shop_id, book_id, gone, stars desc);
create index on review (shop_id, book_id, gone, stars);
create index on review (shop_id, book_id, gone, written_at);
select altiplano.expose_schema('${LIBRARY}'), altiplano.isolate('book', 'shop_id'), altiplano.isolate('review', 'shop_id'),
  altiplano.isolate('reader', 'id', 'caller'), altiplano.isolate('reader_shop', 'reader_id', 'caller');
create function caller_identity(of_user uuid) returns table (role text) language sql stable security definer
begin atomic select r.role from reader r where r.id = of_user; end;
insert into shop values ('${SHOP}');
insert into reader values ('${READER}', 'admin');
insert into reader_shop values ('${READER}', '${SHOP}');
insert into book (id, shop_id, title)
select id, '${SHOP}', 'Book' from unnest(array['${BOOK_IDS.join("','")}']::uuid[]) id;
`;
