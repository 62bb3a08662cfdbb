import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { translate } from '../../src/execute/sqlstate.ts';
import { startFolder } from '../../src/folder.ts';
import { buildSummaries } from '../../src/summary/build.ts';
import { readSummaryStatus } from '../../src/summary/status.ts';
import { verifySummary } from '../../src/summary/verify.ts';
import { eventually, one } from '../rollup/callbot-calls.ts';
import { openAppRole } from '../support/app-role.ts';
import { byDay, MARKETS, ranked, STALL, SUMMARIES, useStall, wrongFigures } from './stall.ts';

const database = useStall();
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const run = (text: string) => withOwner(database.url(), (client) => client.query(`set search_path to stall; ${text}`));
const insert = (rows: number) =>
  run(`insert into sale (market_id, product, status, price, quantity, sold_at)
    select (array['${MARKETS.join("','")}'])[1 + n % 2]::uuid, n % 20, (array['pending', 'paid'])[1 + n % 2], n % 100, 1 + n % 4,
      now() - n % 30 * interval '1 day' from generate_series(1, ${rows}) n`);

test('a storm of writers and a folder that rotates leave a recount, and nothing unfolded', async () => {
  const url = database.url();
  await insert(2_000);
  const folder = startFolder({ url, pace: { shortest: 20, longest: 100, look: 100, bytes: 64 * 1024, idle: 500 } });
  ending.push(() => folder.stop());
  let stopped = false;
  const writers = Array.from({ length: 6 }, (_, index) =>
    withOwner(url, async (client) => {
      await client.query('set search_path to stall');
      for (let turn = 0; !stopped; turn++) {
        const level = ['read committed', 'repeatable read', 'serializable'][(turn + index) % 3];
        try {
          await client.query(`begin isolation level ${level}`);
          await client.query("insert into sale (product, status, price) values ($1, 'paid', $2)", [
            turn % 20,
            turn % 7,
          ]);
          await client.query('update sale set status = $1 where id % 97 = $2', [
            turn % 2 ? 'shipped' : 'paid',
            (turn * 7 + index) % 97,
          ]);
          if (turn % 5 === 0) await client.query('delete from sale where id % 211 = $1', [turn % 211]);
          await client.query(turn % 11 === 0 ? 'rollback' : 'commit');
        } catch {
          await client.query('rollback');
        }
      }
    }),
  );
  try {
    for (let look = 0; look < 4; look++) {
      await sleep(700);
      expect(await wrongFigures(url)).toEqual([]);
    }
  } finally {
    stopped = true;
    await Promise.all(writers);
  }
  const sizes = SUMMARIES.flatMap(({ name }) => [0, 1].map((one) => `pg_relation_size('stall.${name}_delta_${one}')`));
  await eventually(
    'all is folded and both delta tables of each are emptied',
    async () => (await one<{ size: number }>(url, `select (${sizes.join(' + ')})::int as size`)).size === 0,
    20_000,
  );
  expect(await wrongFigures(url)).toEqual([]);
  const { standing } = await withOwner(url, (client) => readSummaryStatus(client, [STALL]));
  expect(standing.map(({ summary, state, unfolded }) => [summary, state, unfolded])).toEqual(
    SUMMARIES.map(({ name }) => [`stall.${name}`, 'ready', 0]).sort(),
  );
}, 180_000);

test('what goes past the triggers is found, and counted again', async () => {
  await insert(100);
  await run(
    "set session_replication_role = replica; update sale set price = price + 1 where id in (select min(id) from sale where status = 'paid')",
  );
  const found = await verifySummary(database.url(), STALL, byDay, { repair: true });
  expect(found).toMatchObject({ summary: 'stall.sales_by_day', differences: [{ figure: 'revenue' }], left: [] });
  expect((await verifySummary(database.url(), STALL, byDay)).differences).toEqual([]);
  await buildSummaries(database.url(), STALL, { rebuild: true });
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('a ranking that is wrong is found, and made again', async () => {
  await insert(500);
  await run('select product_ranking_fold(array(select place from product_ranking_pending(1000)))');
  await run('update product_ranking_ranking set revenue = revenue + 1 where product = 3 and rows > 0');
  const found = await verifySummary(database.url(), STALL, ranked, { repair: true });
  expect(found).toMatchObject({ differences: [{ figure: 'ranking.revenue' }], left: [] });
});

test('windows move by themselves', async () => {
  await run(`update product_ranking_window set start = start - 9;
    insert into product_ranking_ranking as r select market_id, product, sum(rows), sum(items), sum(revenue) from product_ranking, product_ranking_window
      where day >= start and day < start + 9 group by 1, 2
    on conflict (market_id, product) do update set rows = r.rows + excluded.rows, items = r.items + excluded.items, revenue = r.revenue + excluded.revenue`);
  expect(await wrongFigures(database.url())).toEqual([]);
  const folder = startFolder({ url: database.url() });
  ending.push(() => folder.stop());
  const start = "select start = (now() at time zone 'UTC')::date - 1 as is_right from stall.product_ranking_window";
  await eventually(
    'it begins yesterday',
    async () => (await one<{ is_right: boolean }>(database.url(), start)).is_right,
  );
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('what is not built is not read: 503, and what to run', async () => {
  await run("update altiplano.summary set state = 'unbuilt' where name = 'sales_by_day'");
  const problem = await run('select * from sales_by_day_figures()').catch((cause: unknown) => translate(cause));
  expect(problem).toMatchObject({
    code: 'SUMMARY_UNBUILT',
    status: 503,
    message: expect.stringContaining('sales_by_day'),
  });
  const building = buildSummaries(database.url(), STALL);
  await insert(50);
  expect(await building).toMatchObject([{ summary: 'stall.sales_by_day' }]);
  expect(await wrongFigures(database.url())).toEqual([]);
  // A dump that came from another cluster.
  await run("update altiplano.summary set system_identifier = 1 where name = 'sales_by_day'");
  const restored = await run('select * from sales_by_day_figures()').catch((cause: unknown) => translate(cause));
  expect(restored).toMatchObject({ code: 'SUMMARY_UNBUILT' });
  await buildSummaries(database.url(), STALL);
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('the app reads figures of its tenant through the function, and nothing else', async () => {
  const app = await openAppRole(database.url());
  ending.push(() => app.end());
  const [own, other] = MARKETS;
  const read = `select * from stall.market_sales_figures('${own}')`;
  expect(await app.refusal({ tenant: own }, read)).toBeNull();
  expect(await app.refusal({ tenant: other }, read)).toBe('ALT01');
  expect(await app.refusal({}, read)).toBe('ALT01');
  expect(await app.refusal({}, 'select * from stall.sales_by_day_figures(current_date, null)')).toBeNull();
  for (const relation of ['market_sales', 'market_sales_delta', 'market_sales_delta_0', 'sales_by_day'])
    expect(await app.refusal({ tenant: own }, `select * from stall.${relation}`), relation).toBe('42501');
  for (const call of ['market_sales_build()', 'market_sales_bound()', 'market_sales_pending(1)'])
    expect(await app.refusal({ tenant: own }, `select stall.${call}`), call).toBe('42501');
});
