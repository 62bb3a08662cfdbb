import { accept } from '../../src/resource/accept.ts';
import { action } from '../../src/resource/action.ts';
import { app } from '../../src/resource/app.ts';
import { tables } from '../../src/resource/declare.ts';
import { sql } from '../../src/resource/query.ts';

export const TILL = 'till';
export const SHOP = '00000000-0000-4000-8000-00000000e001';
export const CLERK = '00000000-0000-4000-8000-00000000e002';

interface TillTables {
  shop: { id: string };
  clerk: { id: string; shop_id: string; role: string };
  account: { id: string; shop_id: string; name: string; created_at: Date };
  sale: {
    id: string;
    shop_id: string;
    account_id: string;
    status: string;
    amount: string;
    amount_cents: string;
    price: string;
    quantity: number;
    created_at: Date;
  };
}

const { resource, columns, filters, members, children, summary } = tables<TillTables>();
const salesOf = children('sale', 'account_id', { rollup: 'account_sales' });

const sales = resource('sale', {
  name: 'sales',
  path: '/sales/',
  tenant: 'shop_id',
  order: ['-created_at', '-id'],
  orders: { amount: { column: 'amount_cents', type: 'bigint' } },
  fields: columns('sale', 'id', 'status', 'amount', 'price'),
  filters: {
    ...filters('sale').values('status'),
    ...filters('sale').decimal('amount', [18, 2], ['gt', 'gte', 'lt', 'lte']),
    ...filters('sale').decimal('price', [12, 2], ['gte', 'lt'], { as: { gte: 'min_price', lt: 'price_below' } }),
  },
  bitmaps: 'sale_bitmap',
  writes: {
    actions: ['create', 'change', 'delete'],
    bulk: 10,
    members: {
      account_id: members.reference('account', { required: true }),
      status: members.optional({ otherwise: 'pending' }),
      amount: members.required(),
      price: members.required({ range: [0, Infinity] }),
    },
  },
});

const accounts = resource('account', {
  name: 'accounts',
  path: '/accounts/',
  tenant: 'shop_id',
  order: ['-created_at', '-id'],
  orders: { balance: { figure: 'balance' }, total: { figure: 'total' }, mean: { figure: 'mean' } },
  fields: {
    ...columns('account', 'id', 'name'),
    balance: salesOf.money(['amount'], 1, { where: { status: 'posted' } }),
    total: salesOf.money(['quantity', 'price'], 1),
    items: salesOf.sum('quantity'),
    mean: salesOf.average('price', { where: { status: 'posted' } }),
  },
  filters: {},
});

export const salesByDay = summary('sale', {
  name: 'sales_by_day',
  tenant: 'shop_id',
  groups: { day: { day: 'created_at' } },
  figures: { sales: 'count', posted: { sum: 'amount', where: { status: 'posted' } } },
});

const dashboard = action({
  name: 'dashboard',
  method: 'GET',
  path: '/dashboard/',
  permission: null,
  summaries: [salesByDay],
  query: { from: accept.date({ required: true }) },
  async handle({ query, tenant, asked }) {
    const [shown] = await query<{ json: string }>(sql`
      select coalesce(json_agg(f), '[]')::text as json
      from (select f.day, f.sales, f.posted from till.sales_by_day_figures(${tenant}::uuid, ${asked.from}::date, null) f order by f.day limit 3) f`);
    return { json: shown?.json ?? '' };
  },
});

export const till = app({
  name: TILL,
  schema: TILL,
  migrations: new URL('./none/', import.meta.url),
  identity: { table: 'clerk', role: 'role', attributes: [], tenant: 'shop_id' },
  resources: [sales, accounts],
  summaries: [salesByDay],
  actions: [dashboard],
  sample: {
    volume: {},
    run: async () => ({ rows: {}, demo: { user: CLERK, path: '/sales/' } }),
    find: async () => null,
  },
});

export const TILL_SQL = `
create schema ${TILL};
set search_path to ${TILL};
create table shop (id uuid primary key);
create table clerk (id uuid primary key, shop_id uuid not null references shop, role text not null);
create table account (
  id uuid primary key default gen_random_uuid(), shop_id uuid not null references shop, name text not null,
  created_at timestamptz not null default now(), unique (shop_id, id)
);
create unique index on account (shop_id, created_at desc, id desc);
create table sale (
  id uuid primary key default gen_random_uuid(), shop_id uuid not null, account_id uuid not null,
  status text not null default 'pending', amount numeric(18, 2) not null,
  amount_cents bigint not null generated always as ((amount * 100)::bigint) stored,
  price numeric(12, 2) not null default 0, quantity integer not null default 1, created_at timestamptz not null default now(),
  unique (shop_id, id), foreign key (shop_id, account_id) references account (shop_id, id)
);
create unique index on sale (shop_id, created_at desc, id desc);
create index on sale (shop_id, amount_cents, id);
create index on sale (shop_id, account_id);
select altiplano.expose_schema('${TILL}'), altiplano.isolate('shop', 'id'), altiplano.isolate('clerk', 'shop_id'),
  altiplano.isolate('account', 'shop_id'), altiplano.isolate('sale', 'shop_id');
do $$ begin execute format('grant insert, update, delete on sale to %I', altiplano.app_role()); end $$;
insert into shop values ('${SHOP}');
insert into clerk values ('${CLERK}', '${SHOP}', 'clerk');
insert into account (id, shop_id, name, created_at)
select ('00000000-0000-4000-8000-0000000ac' || lpad(n::text, 3, '0'))::uuid, '${SHOP}', 'Account ' || n, timestamptz '2026-01-01Z' + n * interval '1 hour'
from generate_series(1, 5) n;
-- Beside ordinary amounts those that doubles cannot tell apart, and the greatest there are.
insert into sale (shop_id, account_id, status, amount, price, quantity, created_at)
select a.shop_id, a.id, (array['pending', 'posted', 'failed'])[1 + n % 3],
  case n % 7 when 0 then 9007199254740992.93 + (n % 5) * 0.01 when 1 then -9999999999999999.99 when 2 then 9999999999999999.99
    else (n * 37 % 4001 - 2000) * 0.01 end,
  (n * 13 % 997) * 0.03, 1 + n % 4, timestamptz '2026-02-01Z' + n * interval '7 minutes'
from generate_series(1, 1500) n
join account a on a.name = 'Account ' || (1 + n % 4);
`;
