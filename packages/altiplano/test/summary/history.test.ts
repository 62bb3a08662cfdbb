import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyInto, copyText } from '../../src/execute/copy.ts';
import { type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { runsOf } from '../support/runs.ts';
import { MARKETS, READ_AND_COUNTED, SUMMARIES, useStall, wrongFigures } from './stall.ts';

const database = useStall();

async function expectExact(client: OwnerClient): Promise<void> {
  await client.query(`select set_config('altiplano.tenant', '${MARKETS[0]}', false)`);
  for (const [read, counted] of READ_AND_COUNTED) {
    const texts = async (query: string) =>
      (
        await client.query(
          `select row_to_json(q)::text as line from (select row(q.*)::text as line from (${query}) q) q`,
        )
      ).rows;
    expect(await texts(read), read).toEqual(await texts(counted));
  }
}

const market = fc.constantFrom(...MARKETS);
const status = fc.constantFrom('pending', 'paid', 'shipped', 'cancelled');
const product = fc.constantFrom('1', '2', '3', 'null');
const price = fc.constantFrom('0', '9.99', '-12.50', '0.01', 'null', "'NaN'");
const soldAt = fc.constantFrom(
  'now()',
  "now() - interval '1 day'",
  "'2026-01-01 23:59:59.999999Z'",
  "'2026-01-02 00:00+01'",
  'null',
);
const many = fc.constantFrom(1, 2, 200);

const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ market, status, product, price, soldAt, many }).map(
      (row) => `insert into sale (market_id, status, product, price, quantity, sold_at)
        select '${row.market}', '${row.status}', ${row.product}, ${row.price}, 1 + n % 4, ${row.soldAt} from generate_series(1, ${row.many}) n`,
    ),
  },
  fc
    .record({ status, product })
    .map((to) => `update sale set status = '${to.status}', product = ${to.product} where id % 3 = 0`),
  fc
    .record({ price, soldAt, market })
    .map(
      (to) =>
        `update sale set price = ${to.price}, sold_at = ${to.soldAt}, market_id = '${to.market}' where id % 5 = 1`,
    ),
  fc.constant('update sale set gone = not gone where id % 2 = 0'),
  fc.constant('update sale set quantity = quantity'),
  fc.constantFrom(1, 3, 7).map((rest) => `delete from sale where id % 7 < ${rest}`),
  fc.constant('truncate sale'),
);
const kept = fc.oneof(
  fc
    .constantFrom(...SUMMARIES.map(({ name }) => name))
    .map((name) => `select ${name}_fold(array(select place from ${name}_pending(100)))`),
  fc.constant('update altiplano.summary set generation = 1 - generation'),
  // As if the folder had not been there since some day, or had been there on a later one.
  fc.constantFrom(-3, 0, 1).map(
    (days) => `update product_ranking_window set start = (now() at time zone 'UTC')::date + ${days};
      delete from product_ranking_ranking;
      insert into product_ranking_ranking (market_id, product, rows, items, revenue)
      select market_id, product, sum(rows), sum(items), sum(revenue) from product_ranking
      where day >= (now() at time zone 'UTC')::date + ${days} group by 1, 2`,
  ),
  fc.constant('select product_ranking_roll()'),
);
const together = fc
  .record({
    level: fc.constantFrom('read committed', 'repeatable read', 'serializable'),
    before: fc.array(change, { maxLength: 2 }),
    undone: fc.array(change, { minLength: 1, maxLength: 2 }),
    ends: fc.constantFrom('commit', 'rollback'),
  })
  .map(({ level, before, undone, ends }) => [
    `begin isolation level ${level}`,
    ...before,
    'savepoint s',
    ...undone,
    'rollback to savepoint s',
    ends,
  ]);
const step = fc.oneof(
  { weight: 5, arbitrary: change.map((one) => [one]) },
  { weight: 2, arbitrary: kept.map((one) => [one]) },
  { weight: 1, arbitrary: together },
);

test('whatever happens to rows, figures are a recount after each statement, inside its transaction too', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query('set search_path to stall');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), fc.boolean(), async (steps, always) => {
        await client.query(`set altiplano.fold_check to '${always ? 'always' : 'never'}'`);
        for (const texts of steps) {
          for (const text of texts) {
            await client.query(text);
            await expectExact(client);
          }
        }
      }),
      { numRuns: runsOf(25) },
    );
  });
  expect(await wrongFigures(database.url())).toEqual([]);
}, 240_000);

test('COPY counts as what it is', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query('set search_path to stall; begin');
    const rows = Array.from({ length: 1_000 }, (_, n) =>
      [n % 3, 'paid', n].map((value) => copyText(String(value))).join('\t'),
    );
    const target = { schema: 'stall', table: 'sale', columns: ['product', 'status', 'price'] };
    await copyInto(client, target, rows);
    await client.query('commit');
    await expectExact(client);
  });
});

test('one statement that inserts here and updates there, and rows that go with what they belong to', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query('set search_path to stall');
    await client.query(
      "insert into sale (product, status, price) select n % 3, 'paid', n from generate_series(1, 20) n",
    );
    await client.query(`insert into sale (id, product, status, price) overriding system value
      select case when id % 2 = 0 then id else id + 1000000 end, 2, 'shipped', 1 from sale where status = 'paid'
      on conflict (id) do update set status = excluded.status, price = sale.price + 1`);
    await expectExact(client);
    await client.query(`begin; create table booth (product integer primary key); insert into booth select distinct product from sale where product is not null;
      alter table sale add foreign key (product) references booth on delete cascade; delete from booth where product = 2`);
    await expectExact(client);
    await client.query('rollback');
    await expectExact(client);
  });
});

test('a reader sees its own snapshot, whatever is written and folded meanwhile', async () => {
  await withOwner(database.url(), (reader) =>
    withOwner(database.url(), async (writer) => {
      await writer.query('set search_path to stall');
      await writer.query("insert into sale (product, status, price) values (1, 'paid', 5)");
      await reader.query('set search_path to stall; begin isolation level repeatable read');
      await expectExact(reader);
      await writer.query("insert into sale (product, status, price) values (1, 'paid', 7)");
      await writer.query('select sales_by_day_fold(array(select place from sales_by_day_pending(100)))');
      await writer.query("update sale set status = 'cancelled'");
      await writer.query('select sales_by_day_fold(array(select place from sales_by_day_pending(100)))');
      await expectExact(reader);
      await reader.query('commit');
      await expectExact(reader);
    }),
  );
});

test('two writers of one group do not wait for each other', async () => {
  await withOwner(database.url(), (one) =>
    withOwner(database.url(), async (other) => {
      for (const client of [one, other])
        await client.query("set search_path to stall; set lock_timeout to '500ms'; begin");
      await one.query("insert into sale (product, status, price) values (1, 'paid', 1)");
      await other.query("insert into sale (product, status, price) values (1, 'paid', 1)");
      await other.query('commit');
      await one.query('select sales_total_fold(array(select place from sales_total_pending(100)))');
      await one.query('commit');
      await expectExact(one);
    }),
  );
});
