import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { startFolder } from '../../src/folder.ts';
import { ENGINE } from '../../src/migrate/run.ts';
import { type VerifyOptions, verifyRollup } from '../../src/rollup/verify.ts';
import { callCommand } from '../cli/call-command.ts';
import { useDatabase } from '../support/database.ts';
import { CALLS, eventually, fill, one, ROLLUPS, SCHEMA, wrongFigures } from './callbot-calls.ts';

const database = useDatabase(emptyCallbot);
const run = (...argv: string[]) =>
  callCommand(['rollup', ...argv, '--app', 'callbot'], { DATABASE_URL: database.url() });
const call = (text: string) => withOwner(database.url(), (client) => client.query(text));

const [ROLLUP] = ROLLUPS;
if (ROLLUP === undefined) throw new Error('callbot declares no rollup');
const verify = (options: VerifyOptions = {}) => verifyRollup(database.url(), SCHEMA, ROLLUP, options);
const repair = async () => {
  const { repaired, left } = await verify({ repair: true });
  return { repaired, left };
};

/** So that base rows have something to be wrong with. */
async function foldAll(): Promise<void> {
  const folder = startFolder({ url: database.url() });
  await eventually('everything is folded', async () => {
    const { count } = await one<{ count: number }>(
      database.url(),
      'select count(*)::int as count from callbot.customer_call_rollup_pending(1)',
    );
    return count === 0;
  });
  await folder.stop();
}

beforeAll(async () => {
  await fill(database.url(), 100, 3_000);
});

describe('verify', () => {
  test('finds nothing where nothing is wrong, folded or not', async () => {
    expect(await verify()).toMatchObject({ parents: 100, differences: [] });
    await foldAll();
    expect(await verify({ sample: 10 })).toMatchObject({ parents: 10, differences: [] });
    const { code, stdout } = await run('verify', '--json');
    expect([code, JSON.parse(stdout).rollups]).toEqual([
      0,
      [expect.objectContaining({ parents: 100 }), expect.anything()],
    ]);
  });

  test.each([
    ['a figure', 'total_duration_seconds = total_duration_seconds + 1', 'total_duration_seconds'],
    ['a window', 'calls_last_30_days_value[cardinality(calls_last_30_days_value)] = 1000', 'calls_last_30_days'],
    [
      'a hundredth of a cent',
      'billing_summary_total_cost = billing_summary_total_cost + 0.006',
      'billing_summary_total_cost',
    ],
    ['the newest call', "latest_call = '{}'", 'latest_call'],
    ['how many rows', 'rows = 0', 'rows'],
  ])('finds %s changed by hand, and --repair mends exactly that parent', async (_what, change, figure) => {
    const { id } = await one<{ id: string }>(
      database.url(),
      `update callbot.customer_call_rollup set ${change}
       where customer_id = (select customer_id from callbot.customer_call_rollup
         where cardinality(calls_last_30_days_value) > 0 order by md5(customer_id::text || $1) limit 1)
       returning customer_id as id`,
      [figure],
    );
    const { differences } = await verify();
    expect(differences.map((one) => [one.parent, one.figure])).toEqual([[id, figure]]);
    expect(await repair()).toEqual({ repaired: 1, left: [] });
    expect((await verify()).differences).toEqual([]);
  });

  test.each([
    [
      'a row a day late',
      `calls_last_30_days_since = array(select u + interval '1 day' * (n = 1)::int from unnest(calls_last_30_days_since) with ordinality u (u, n)),
       calls_last_30_days_until = array(select u + interval '1 day' * (n = 1)::int from unnest(calls_last_30_days_until) with ordinality u (u, n))`,
      'calls_last_30_days',
    ],
    [
      'a month that is not asked for',
      `billing_summary_cost_this_month_month = billing_summary_cost_this_month_month || timestamptz '9000-01-01Z',
       billing_summary_cost_this_month_value = billing_summary_cost_this_month_value || 5.0`,
      'billing_summary_cost_this_month',
    ],
  ])('finds %s, which no figure of today shows', async (_what, change, figure) => {
    const { id } = await one<{ id: string }>(
      database.url(),
      `update callbot.customer_call_rollup set ${change}
       where customer_id = (select customer_id from callbot.customer_call_rollup
         where calls_last_30_days_since[1] between now() - interval '29 days' and now() - interval '2 days' limit 1)
       returning customer_id as id`,
    );
    const { differences } = await verify();
    expect(differences.map((one) => [one.parent, one.figure])).toEqual([[id, figure]]);
    expect(differences[0]?.kept).toMatch(/^0 rows from .* to |^5 in 9000-01$/);
    expect(await repair()).toEqual({ repaired: 1, left: [] });
    expect((await verify()).differences).toEqual([]);
  });

  test('finds rows counted where they were before, folded or not, whenever it is asked', async () => {
    const fitCells = readFileSync(new URL('0023_moves.sql', ENGINE.folder), 'utf8');
    const [after = '', before = ''] = fitCells.split('-- Down Migration');
    // So few that the folded row keeps each apart, and inside one cell of three days whatever day it is: none leaves it.
    await call(`insert into callbot.call (workspace_id, customer_id, direction, status, call_type, created_at)
      select workspace_id, id, 'outbound', 'completed', 'direct',
        date_bin(interval '1 microsecond' * 2 ^ 38, now() - interval '20 days', '2000-01-01Z') + i * interval '2 hours'
      from (select * from callbot.customer order by id limit 1) c, generate_series(1, 34) i`);
    await foldAll();
    await call(before);
    await call("update callbot.call set created_at = created_at - interval '1 hour' where direction = 'outbound'");
    expect((await verify()).differences).toMatchObject([{ figure: 'calls_last_30_days' }]);
    await foldAll();
    expect((await verify()).differences).toMatchObject([{ figure: 'calls_last_30_days' }]);
    await call(after);
    expect(await repair()).toEqual({ repaired: 1, left: [] });
    await call("update callbot.call set created_at = created_at - interval '1 hour' where direction = 'outbound'");
    expect((await verify()).differences).toEqual([]);
  });

  test('finds what was written past the triggers, base rows that are missing and deltas that were lost', async () => {
    await call(`set session_replication_role = replica;
      delete from callbot.call where id in (select id from callbot.call limit 3)`);
    const { repaired, left } = await repair();
    expect(repaired).toBeGreaterThan(0);
    expect(left).toEqual([]);
    await call('update callbot.call set duration_seconds = duration_seconds + 1');
    await call('truncate callbot.customer_call_rollup_delta_0, callbot.customer_call_rollup_delta_1');
    expect(await repair()).toEqual({ repaired: 100, left: [] });
    await call(`delete from callbot.customer_call_rollup
      where customer_id in (select customer_id from callbot.customer_call_rollup limit 1)`);
    expect(await repair()).toEqual({ repaired: 1, left: [] });
    expect(await wrongFigures(database.url())).toEqual([]);
  });

  test('prints them so that a person can compare', async () => {
    await call(`update callbot.customer_call_rollup set total_calls = 7
      where customer_id = (select customer_id from callbot.customer_call_rollup where total_calls > 7 limit 1)`);
    const { code, stdout } = await run('verify', '--repair');
    expect(code).toBe(1);
    expect(stdout).toMatch(/parent +figure +kept +true\n[0-9a-f-]{36} +total_calls +7 +\d+\n/);
    expect(stdout).toContain('1 parents counted again, 0 differences left');
  });
});

describe('status', () => {
  test('says how each rollup stands, as data', async () => {
    const { code, stdout } = await run('status', '--json');
    const { folder, rollups, findings } = JSON.parse(stdout);
    expect([code, folder, findings]).toEqual([0, null, []]);
    expect(rollups[0]).toMatchObject({
      rollup: CALLS,
      state: 'ready',
      lag: expect.any(Number),
      unfolded: expect.any(Number),
      sizes: {
        base: expect.any(Number),
        baseRows: expect.any(Number),
        deltas: [expect.any(Number), expect.any(Number)],
      },
    });
  });

  test('is a finding when nobody folds for long, when something is not built, or declared otherwise', async () => {
    await call("update callbot.call set status = 'busy'");
    await call("update callbot.customer_call_rollup_delta_0 set at = now() - interval '2 minutes'");
    await call("update callbot.customer_call_rollup_delta_1 set at = now() - interval '2 minutes'");
    await call("update altiplano.rollup set state = 'building' where name = 'customer_enrolment_rollup'");
    const { code, stdout } = await run('status', '--json');
    const { findings } = JSON.parse(stdout) as { findings: { rule: string; key: string; evidence: string }[] };
    expect(code).toBe(1);
    expect(findings.map(({ key }) => key)).toEqual([
      `rollup-lag:${CALLS}`,
      'rollup-unbuilt:callbot.customer_enrolment_rollup',
    ]);
    expect(findings[0]?.evidence).toContain('nobody folds');
    const refused = await run('verify', '--name', 'customer_enrolment_rollup');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('ROLLUP_UNBUILT')]);
  });
});

test('wrong use says what would be right', async () => {
  const uses: readonly (readonly [string[], string])[] = [
    [['frobnicate'], 'altiplano rollup build'],
    [['build', '--name', 'customer_call_rolup'], "Did you mean 'customer_call_rollup'?"],
    [['build', '--jobs', '0'], '--jobs 2'],
    [['verify', '--sample', 'few'], '--sample 2'],
  ];
  const done = await Promise.all(uses.map(([argv]) => run(...argv)));
  expect(done.map(({ code, stderr }) => [code, stderr])).toEqual(
    uses.map(([, remedy]) => [2, expect.stringContaining(remedy)]),
  );
});

test('sql prints the migration that the database has', async () => {
  const { code, stdout } = await run('sql', '--app', 'callbot');
  expect(code).toBe(0);
  expect(stdout).toContain('create table customer_call_rollup (');
  expect(stdout).toContain('-- Down Migration');
});
