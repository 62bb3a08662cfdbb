import { expect, test } from 'vitest';
import { type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { buildSummaries } from '../../src/summary/build.ts';
import { MARKETS, STALL, useStall, wrongFigures } from './stall.ts';

const database = useStall();

const DAYS = "sales_by_day_figures((now() at time zone 'UTC')::date - 29, null)";
const BEST = `product_ranking_best('${MARKETS[0]}', (now() at time zone 'UTC')::date - 1, 10)`;

async function buffers(client: OwnerClient, from: string): Promise<number> {
  await client.query(`select count(*) from stall.${from}`);
  const { rows } = await client.query(`explain (analyze, buffers, format json) select * from stall.${from}`);
  const [{ Plan: plan }] = rows[0]['QUERY PLAN'];
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}

const fill = (client: OwnerClient, rows: number) =>
  client.query(`insert into stall.sale (product, status, price, sold_at)
    select n % 5000, (array['pending', 'paid', 'shipped', 'cancelled'])[1 + n % 4], n % 100, now() - n % 400 * interval '1 day'
    from generate_series(1, ${rows}) n`);

test('reading thirty days costs the same in tables of three sizes', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query(`select set_config('altiplano.tenant', '${MARKETS[0]}', false)`);
    const costs: number[] = [];
    for (const rows of [1_000, 10_000, 100_000]) {
      await fill(client, rows);
      await buildSummaries(database.url(), STALL, { rebuild: true });
      await client.query('truncate stall.sales_by_day_delta, stall.sales_total_delta, stall.product_ranking_delta');
      // What a build replaced is there until a vacuum; the test server has none of its own (its settings say why).
      await client.query('vacuum analyze stall.sales_by_day, stall.sales_total, stall.product_ranking');
      costs.push(await buffers(client, DAYS));
      expect(await buffers(client, BEST)).toBeLessThanOrEqual(80);
      expect(await buffers(client, 'sales_total_figures()')).toBeLessThanOrEqual(20);
    }
    const [small = 0, , large = 0] = costs;
    expect(large).toBeLessThanOrEqual(small + 6);
    expect(large).toBeLessThanOrEqual(40);
  });
}, 120_000);

test('without a folder writers keep it bounded, one statement at a time and in one long transaction', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query('set synchronous_commit to off');
    const one = "insert into stall.sale (product, status, price) values (1, 'paid', 2)";
    await client.query(`do $$ begin for i in 1..8000 loop ${one}; commit; end loop; end $$`);
    // 5,000 deltas may wait, and the check is made by one statement in 64.
    expect(await buffers(client, DAYS)).toBeLessThanOrEqual(400);
    await client.query(`do $$ begin for i in 1..8000 loop ${one}; end loop; end $$`);
    expect(await buffers(client, DAYS)).toBeLessThanOrEqual(700);
  });
  expect(await wrongFigures(database.url())).toEqual([]);
}, 120_000);
