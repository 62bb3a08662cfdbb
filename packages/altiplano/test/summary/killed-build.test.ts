import { expect, test } from 'vitest';
import { connectOwner, withOwner } from '../../src/execute/owner.ts';
import { buildSummaries } from '../../src/summary/build.ts';
import { MARKETS, STALL, useStall, wrongFigures } from './stall.ts';

const database = useStall();
const run = (text: string) => withOwner(database.url(), (client) => client.query(`set search_path to stall; ${text}`));
/** By a connection of its own: within a transaction what others do is looked up once. */
const ask = (text: string) => withOwner(database.url(), (client) => client.query(text));
const insert = (rows: number) =>
  run(`insert into sale (market_id, product, status, price, quantity, sold_at)
    select '${MARKETS[0]}', n % 20, (array['pending', 'paid'])[1 + n % 2], n % 100, 1 + n % 4, now() - n % 30 * interval '1 day'
    from generate_series(1, ${rows}) n`);
const BUILDER =
  "from pg_stat_activity where datname = current_database() and application_name = 'altiplano summary build'";

test('a build that is killed while it counts starts again: that summary alone, and what was written meanwhile counts once', async () => {
  const url = database.url();
  await insert(500);
  await run(`update altiplano.summary set state = 'unbuilt' where name in ('product_ranking', 'sales_by_day')`);
  const holder = await connectOwner(url);
  try {
    await holder.query('begin; lock table stall.sale in access exclusive mode');
    const killed = expect(buildSummaries(url, STALL)).rejects.toThrow();
    await expect
      .poll(async () => (await ask(`select ${BUILDER} and wait_event_type = 'Lock'`)).rowCount, {
        timeout: 60_000,
        interval: 50,
      })
      .toBe(1);
    await ask(`select pg_terminate_backend(pid) ${BUILDER}`);
    await killed;
    await holder.query('rollback');
    const { rows } = await holder.query(
      "select name, state from altiplano.summary where state <> 'ready' order by name",
    );
    expect(rows).toEqual([
      { name: 'product_ranking', state: 'building' },
      { name: 'sales_by_day', state: 'unbuilt' },
    ]);
    await insert(300);
    const built = await buildSummaries(url, STALL);
    expect(built.map(({ summary }) => summary)).toEqual(['stall.product_ranking', 'stall.sales_by_day']);
    expect(await wrongFigures(url)).toEqual([]);
  } finally {
    await holder.end();
  }
}, 300_000);
