import { app } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';

interface StallTables {
  market: { id: string };
  keeper: { id: string; market_id: string; role: string };
  ware: {
    id: string;
    market_id: string;
    name: string;
    price: string;
    kind: string;
    gone: boolean;
    created_at: Date;
  };
  shelf: { id: string; market_id: string; slug: string };
  ware_shelf: { market_id: string; ware_id: string; shelf_id: string };
}

export const MARKET = '00000000-0000-4000-8000-0000000000a1';
export const OTHER = '00000000-0000-4000-8000-0000000000a2';
export const KEEPER = '00000000-0000-4000-8000-0000000000c1';

const { resource, columns, filters } = tables<StallTables>();
const by = filters('ware');

export const wares = resource('ware', {
  name: 'wares',
  path: '/wares/',
  tenant: 'market_id',
  deleted: 'gone',
  order: ['-created_at', '-id'],
  orders: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    price: { column: 'price', type: 'bigint', nullable: true },
  },
  fields: columns('ware', 'id', 'name', 'price'),
  filters: {
    ...by.values('kind'),
    ...by.range('created_at', 'timestamptz', ['gte', 'lt']),
    ...by.linkedBy('ware_shelf', 'shelf', 'slug', 'shelf'),
    ...by.ranked('name'),
  },
  bitmaps: 'ware_bitmap',
});

export const stall = app({
  name: 'stall',
  schema: 'stall',
  migrations: new URL('./none/', import.meta.url),
  identity: { table: 'keeper', role: 'role', attributes: [], tenant: 'market_id' },
  resources: [wares],
  sample: {
    volume: {},
    run: async () => ({ rows: {}, demo: { user: KEEPER, path: '/wares/' } }),
    find: async () => null,
  },
});

/** Names of few words, so that thousands share some; shelves of every third and every seventh. */
export const STALL_SQL = `
create schema stall;
set search_path to stall;
create table market (id uuid primary key);
create table keeper (id uuid primary key, market_id uuid not null references market, role text not null);
create table ware (
  id uuid primary key default gen_random_uuid(), market_id uuid not null references market, name varchar(200) not null,
  price bigint, kind text not null, gone boolean not null default false, created_at timestamptz not null,
  unique (market_id, id)
);
create unique index on ware (market_id, created_at desc, id desc);
create index on ware (market_id, created_at desc, id desc) where not gone;
create index on ware (market_id, price, id) where not gone;
create table shelf (id uuid primary key, market_id uuid not null references market, slug text not null, unique (market_id, slug));
create table ware_shelf (
  market_id uuid not null, ware_id uuid not null references ware, shelf_id uuid not null references shelf,
  primary key (ware_id, shelf_id)
);
select altiplano.expose_schema('stall'), altiplano.isolate('market', 'id'), altiplano.isolate('keeper', 'market_id'),
  altiplano.isolate('ware', 'market_id'), altiplano.isolate('shelf', 'market_id'), altiplano.isolate('ware_shelf', 'market_id');
create function caller_identity(of_user uuid) returns table (role text, market_id uuid) language sql stable security definer
begin atomic select k.role, k.market_id from keeper k where k.id = of_user; end;
insert into market values ('${MARKET}'), ('${OTHER}');
insert into keeper values ('${KEEPER}', '${MARKET}', 'keeper');
insert into shelf values
  ('00000000-0000-4000-8000-0000000000b1', '${MARKET}', 'thirds'), ('00000000-0000-4000-8000-0000000000b2', '${MARKET}', 'sevenths'),
  ('00000000-0000-4000-8000-0000000000b3', '${OTHER}', 'theirs'), ('00000000-0000-4000-8000-0000000000b4', '${MARKET}', 'empty');
insert into ware (id, market_id, name, price, kind, gone, created_at)
select md5('ware ' || n)::uuid, case when n % 50 = 49 then '${OTHER}' else '${MARKET}' end::uuid,
  concat_ws(' ', q.words[1 + n % 9], q.words[10 + n % 8], q.words[18 + n % 11], case when n % 4 = 0 then n::text end),
  case when n % 13 > 0 then n % 97 end, (array['a', 'b', 'c'])[1 + n % 3], n % 17 = 0,
  timestamptz '2026-01-01Z' + (n / 3) * interval '1 minute'
from generate_series(1, 4000) n,
  (select array['Blue', 'Crème', 'ÜBER', 'T-shirt', 'naïve', 'Ölfarben', 'red', 'Łódź', 'x',
    'cotton', 'cork', 'brûlée', 'steel', 'señor', 'ΣΊΣΥΦΟΣ', 'Straße', 'wool',
    'shirt', 'shirts', 'short', 'sheet', 'shelf', 'kettle', 'kettledrum', 'tea-pot', 'teapot', '100%_pure', '東京'] as words) q;
insert into ware_shelf select w.market_id, w.id, '00000000-0000-4000-8000-0000000000b1' from ware w where w.price % 3 = 0 and w.market_id = '${MARKET}';
insert into ware_shelf select w.market_id, w.id, '00000000-0000-4000-8000-0000000000b2' from ware w where w.price % 7 = 0 and w.market_id = '${MARKET}';
`;
