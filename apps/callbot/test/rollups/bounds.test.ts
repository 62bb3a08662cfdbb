import type { OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { ASKED, CUSTOMERS, HOMES, WORKSPACES } from './histories.ts';
import { reset } from './play.ts';
import { foldSome, mostUnfolded, openRecounting, wrongFigures } from './recount.ts';

const database = useDatabase(emptyCallbot);
let writer: OwnerClient;
let folder: OwnerClient;

beforeAll(async () => {
  [writer, folder] = [await openRecounting(database.url()), await openRecounting(database.url())];
  await writer.query("set altiplano.fold_check = 'always'");
  await writer.query('insert into callbot.workspace (id, name) select i, i from unnest($1::uuid[]) i', [WORKSPACES]);
});
afterAll(async () => {
  await writer?.end();
  await folder?.end();
});
beforeEach(() => reset(writer));

const COLUMNS = 'workspace_id, customer_id, direction, status, call_type, created_at';
const row = (at: string) => `'${HOMES[0]}', '${CUSTOMERS[0]}', 'inbound', 'completed', 'direct', ${at}`;

/** So many statements; `commits` says whether each is a transaction. */
const singly = (count: number, at: string, commits: boolean) =>
  writer.query(
    `do $$ begin for i in 1..${count} loop
       insert into callbot.call (${COLUMNS}) values (${row(at)});${commits ? ' commit;' : ''}
     end loop; end $$`,
  );
const atOnce = (count: number, at: string) =>
  writer.query(`insert into callbot.call (${COLUMNS}) select ${row(at)} from generate_series(1, ${count}) i`);

async function cells(): Promise<{ readonly cells: number; readonly rows: number }> {
  const { rows } = await folder.query(
    `select cardinality(calls_last_30_days_since) as cells, rows::int from callbot.customer_call_rollup
     where customer_id = $1`,
    [CUSTOMERS[0]],
  );
  return rows[0];
}

/** Figures are right, no wide cell holds more than 256 rows (recount.ts looks), and there are not too many cells. */
async function expectBounded(): Promise<void> {
  expect(await wrongFigures(folder, ASKED)).toEqual([]);
  const { cells: count, rows } = await cells();
  expect(count).toBeLessThanOrEqual(64 + rows / 32);
}

describe('without a folder', () => {
  test.each([
    ['2,500 transactions', true],
    ['one transaction of 2,500 statements', false],
  ])('%s leave 1,001 unfolded deltas at most', { timeout: 120_000 }, async (_, commits) => {
    await singly(2_500, 'clock_timestamp()', commits);
    expect(await mostUnfolded(folder)).toBeLessThanOrEqual(1_001);
    expect(await wrongFigures(folder, ASKED)).toEqual([]);
    await foldSome(folder);
    await expectBounded();
  });

  test('a rollup that is not built is left alone', async () => {
    await writer.query("update altiplano.rollup set state = 'unbuilt'; truncate callbot.customer_call_rollup");
    await singly(1_200, 'now()', true);
    expect((await folder.query('select from callbot.customer_call_rollup')).rowCount).toBe(0);
  });
});

describe('an edge of the window touches 256 rows at most', () => {
  const week = "now() - interval '7 days'";
  test.each([
    ['5,000 calls within a second', () => atOnce(5_000, `${week} + i * interval '200 us'`)],
    ['5,000 calls at one instant', () => atOnce(5_000, week)],
    ['12,000 calls over a month', () => atOnce(12_000, "now() - interval '30 days' + i * interval '213 s'")],
    ['nearly all in one hour, a few anywhere', () => atOnce(3_000, `${week} + i ^ 3 * interval '0.02 ms'`)],
    ['2,500 single calls within a second, a week late', () => singly(2_500, `${week} + i * interval '400 us'`, true)],
    ['calls of the future', () => atOnce(2_000, "now() + i * interval '1 minute'")],
  ])('%s', { timeout: 120_000 }, async (_, write) => {
    await write();
    await foldSome(folder);
    await writer.query(`insert into callbot.call (${COLUMNS}) values (${row('now()')})`);
    await foldSome(folder);
    await expectBounded();
  });

  test('and none where it will begin within two hours of the fold', { timeout: 120_000 }, async () => {
    const wide = () =>
      folder.query(
        `select from callbot.customer_call_rollup b, unnest(b.calls_last_30_days_since, b.calls_last_30_days_until) c (since, until)
         where c.until > c.since + interval '1 microsecond'
           and tstzrange(c.since, c.until) && tstzrange(now() - interval '30 days', now() - interval '30 days' + interval '119 minutes')`,
      );
    await atOnce(4_000, "now() - interval '33 days' + i * interval '3 minutes'");
    await foldSome(folder);
    expect((await wide()).rowCount).toBe(0);
    const { cells: count } = await cells();
    expect(count).toBeLessThan(250);
    await expectBounded();
  });

  test('calls pour into an interval that was folded sparse', { timeout: 120_000 }, async () => {
    await atOnce(200, `${week} + i * interval '1 hour' / 10`);
    await foldSome(folder);
    for (let wave = 0; wave < 5; wave += 1) {
      await atOnce(300, `${week} + i * interval '${wave + 1} seconds'`);
      await foldSome(folder);
      await expectBounded();
    }
  });
});

describe('sweeping', () => {
  const sweep = () => folder.query('select callbot.customer_call_rollup_sweep(null, null, 100)');
  const truncateDeltas = () =>
    writer.query('truncate callbot.customer_call_rollup_delta_0, callbot.customer_call_rollup_delta_1');

  test('drops cells and months that nobody asks for any more', async () => {
    await atOnce(2, 'now()');
    await foldSome(folder);
    await writer.query(
      `update callbot.customer_call_rollup set
         calls_last_30_days_since = '2020-01-01Z'::timestamptz || calls_last_30_days_since,
         calls_last_30_days_until = '2020-01-02Z'::timestamptz || calls_last_30_days_until,
         calls_last_30_days_value = 7::bigint || calls_last_30_days_value,
         billing_summary_cost_this_month_month = '2020-01-01Z'::timestamptz || billing_summary_cost_this_month_month,
         billing_summary_cost_this_month_value = 7::numeric || billing_summary_cost_this_month_value
       where rows > 0`,
    );
    await sweep();
    expect(await cells()).toEqual({ cells: 1, rows: 2 });
    expect(await wrongFigures(folder, ASKED)).toEqual([]);
  });

  test('drops rows of parents without children, once no delta of theirs is left', async () => {
    await atOnce(2, 'now()');
    await foldSome(folder);
    await writer.query('delete from callbot.call');
    await foldSome(folder);
    await sweep();
    expect(await cells()).toEqual({ cells: 0, rows: 0 });
    await truncateDeltas();
    await sweep();
    // Pages in order of a figure find live parents by their rows, with children or without.
    expect(await cells()).toEqual({ cells: 0, rows: 0 });
    await writer.query('update callbot.customer set is_deleted = true');
    await foldSome(folder);
    await truncateDeltas();
    await sweep();
    expect(await cells()).toBeUndefined();
    await writer.query('update callbot.customer set is_deleted = false');
    expect(await wrongFigures(folder, ASKED)).toEqual([]);
  });

  test('goes through all rows in steps', async () => {
    await writer.query(
      `insert into callbot.call (workspace_id, customer_id, direction, status, call_type)
       select workspace_id, id, 'inbound', 'busy', 'direct' from callbot.customer`,
    );
    await foldSome(folder);
    const steps = [];
    for (let key: unknown[] = [null, null]; key.length > 0; steps.push(key)) {
      const { rows } = await folder.query('select * from callbot.customer_call_rollup_sweep($1, $2, 1)', key);
      key = rows.flatMap(({ tenant, parent }) => [tenant, parent]);
    }
    expect(steps).toHaveLength(CUSTOMERS.length + 1);
  });
});
