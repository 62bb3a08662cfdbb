import { withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { tables } from '../../src/resource/declare.ts';
import type { Summary } from '../../src/resource/summary.ts';
import { readColumnTypes } from '../../src/rollup/column-types.ts';
import { buildSummaries } from '../../src/summary/build.ts';
import { summaryMigration } from '../../src/summary/definition.ts';
import { verifySummary } from '../../src/summary/verify.ts';
import { useDatabase } from '../support/database.ts';

export const STALL = 'stall';
export const MARKETS = ['00000000-0000-4000-8000-00000000aa01', '00000000-0000-4000-8000-00000000aa02'] as const;

interface StallTables {
  sale: {
    id: string;
    market_id: string;
    product: number | null;
    status: string;
    quantity: number;
    price: string | null;
    gone: boolean;
    sold_at: Date | null;
  };
}

const { summary } = tables<StallTables>();

/** With no group, one, two and three; with a tenant and without; of all rows, and of some. */
export const byDay = summary('sale', {
  name: 'sales_by_day',
  tenant: 'none',
  deleted: 'gone',
  groups: { day: { day: 'sold_at' }, status: 'status' },
  figures: {
    sales: 'count',
    large: { where: { quantity: ['3', '4'] } },
    revenue: { sum: ['quantity', 'price'], where: { status: ['paid', 'shipped'] } },
  },
});
export const everything = summary('sale', {
  name: 'sales_total',
  tenant: 'none',
  figures: { items: { sum: 'quantity' }, worth: { sum: ['price'] } },
});
export const ofMarket = summary('sale', {
  name: 'market_sales',
  tenant: 'market_id',
  where: { gone: 'false' },
  groups: { product: 'product', day: { day: 'sold_at' }, status: 'status' },
  figures: { revenue: { sum: ['quantity', 'price'] } },
});
export const perMarket = summary('sale', {
  name: 'market_total',
  tenant: 'market_id',
  figures: { items: { sum: 'quantity' } },
});
/** The window begins yesterday. */
export const ranked = summary('sale', {
  name: 'product_ranking',
  tenant: 'market_id',
  groups: { day: { day: 'sold_at' }, product: 'product' },
  figures: {
    items: { sum: 'quantity' },
    revenue: { sum: ['quantity', 'price'], where: { status: ['paid', 'shipped'] } },
  },
  best: { of: 'product', since: 'day', by: 'revenue', days: 2 },
});
export const SUMMARIES: readonly Summary[] = [byDay, everything, ofMarket, perMarket, ranked];

export const STALL_SQL = `
create schema ${STALL};
set search_path to ${STALL};
create table sale (
  id bigint generated always as identity primary key, market_id uuid not null default '${MARKETS[0]}', product integer,
  status varchar(20) not null default 'pending', quantity integer not null default 1, price numeric(12, 2),
  gone boolean not null default false, sold_at timestamptz default now()
);
select altiplano.expose_schema('${STALL}'), altiplano.isolate('sale', 'market_id');
`;

export const TYPES = {
  sale: {
    id: 'bigint',
    market_id: 'uuid',
    product: 'integer',
    status: 'character varying(20)',
    quantity: 'integer',
    price: 'numeric(12,2)',
    gone: 'boolean',
    sold_at: 'timestamp with time zone',
  },
};

export async function install(url: string, built = true): Promise<void> {
  await migrate(ENGINE, { url, direction: 'up' });
  await withOwner(url, async (client) => {
    await client.query(STALL_SQL);
    const types = { sale: await readColumnTypes(client, STALL, 'sale') };
    const [up = ''] = summaryMigration(SUMMARIES, types).split('-- Down Migration');
    await client.query(`begin; ${up}; commit`);
  });
  if (built) await buildSummaries(url, STALL);
}

export const useStall = () =>
  useDatabase({
    name: 'stall',
    key: `${STALL_SQL} ${summaryMigration(SUMMARIES, TYPES)} 1`,
    build: (url) => install(url),
  });

/** Every figure of every summary that is not what a recount says. */
export async function wrongFigures(url: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const one of SUMMARIES) found.push(...(await verifySummary(url, STALL, one)).differences);
  return found;
}

/** A window as it is kept, a shorter and a longer one, one without a day said, and one that begins tomorrow. */
const BEST = ['- 1', '- 0', '- 700', '+ 1'].map((days): readonly [string, string] => [
  `select f.* from stall.product_ranking_best('${MARKETS[0]}', (now() at time zone 'UTC')::date ${days}, 2) f`,
  `select product, count(*), round(sum(quantity), 0),
     round(coalesce(sum(quantity * coalesce(nullif(price, 'NaN'), 0)) filter (where status in ('paid', 'shipped')), 0), 2) as revenue
   from stall.sale
   where product is not null and market_id = '${MARKETS[0]}' and (sold_at at time zone 'UTC')::date >= (now() at time zone 'UTC')::date ${days}
   group by product order by revenue desc, product limit 2`,
]);

/** What readers are shown and what the rows say, as texts: the recount is written by hand. */
export const READ_AND_COUNTED: readonly (readonly [read: string, counted: string])[] = [
  ...BEST,
  [
    'select f.* from stall.sales_by_day_figures() f order by 1, 2',
    `select (sold_at at time zone 'UTC')::date, status, count(*), count(*), count(*) filter (where quantity in (3, 4)),
       round(coalesce(sum(quantity * coalesce(nullif(price, 'NaN'), 0)) filter (where status in ('paid', 'shipped')), 0), 2)
     from stall.sale where not gone and sold_at is not null group by 1, 2 order by 1, 2`,
  ],
  [
    'select f.* from stall.sales_total_figures() f',
    `select count(*), round(sum(quantity), 0), round(sum(coalesce(nullif(price, 'NaN'), 0)), 2) from stall.sale having count(*) > 0`,
  ],
  [
    `select f.* from stall.market_sales_figures('${MARKETS[0]}', 2, null) f order by 1, 2, 3`,
    `select product, (sold_at at time zone 'UTC')::date, status, count(*), round(sum(quantity * coalesce(nullif(price, 'NaN'), 0)), 2)
     from stall.sale
     where not gone and sold_at is not null and product >= 2 and market_id = '${MARKETS[0]}' group by 1, 2, 3 order by 1, 2, 3`,
  ],
  [
    `select f.* from stall.market_total_figures('${MARKETS[0]}') f`,
    `select count(*), round(sum(quantity), 0) from stall.sale where market_id = '${MARKETS[0]}' having count(*) > 0`,
  ],
];
