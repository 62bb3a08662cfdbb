import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { type Folder, startFolder } from '../../src/folder.ts';
import type { Observation } from '../../src/observe/observation.ts';
import { foldPass } from '../../src/rollup/fold-pass.ts';
import { readRollups } from '../../src/rollup/registry.ts';
import { readStatus } from '../../src/rollup/status.ts';
import { sweep } from '../../src/rollup/sweep.ts';
import { FORGET_REPLIES } from '../../src/write/forget-replies.ts';
import { startCommand } from '../cli/run-command.ts';
import { useDatabase } from '../support/database.ts';
import { eventually, fill, SCHEMA, wrongFigures } from './callbot-calls.ts';

const database = useDatabase(emptyCallbot);
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

function startWorker() {
  const worker = startCommand(['worker'], { DATABASE_URL: database.url() });
  ending.push(async () => {
    worker.child.kill('SIGKILL');
    await worker.finished;
  });
  return { ...worker, folds: () => worker.said.stderr.includes('worker: folding') };
}

function fold(options: Partial<Parameters<typeof startFolder>[0]> = {}): Folder {
  const folder = startFolder({ url: database.url(), ...options });
  ending.push(() => folder.stop());
  return folder;
}

const rollups = (folder: Folder) => folder.figures().filter(({ kind }) => kind === 'rollup').length;
const status = () => withOwner(database.url(), (client) => readStatus(client, [SCHEMA]));
const unfolded = async () => (await status()).rollups.reduce((sum, one) => sum + one.unfolded, 0);

test('of two processes one folds, and the other takes over when it is killed', async () => {
  await fill(database.url(), 50, 500);
  expect(await unfolded()).toBeGreaterThan(50);
  const workers = [startWorker(), startWorker()];
  await eventually('one folds', async () => workers.some(({ folds }) => folds()), 20_000);
  await eventually('everything is folded', async () => (await unfolded()) === 0);
  const [leader, other] = workers[0]?.folds() ? workers : workers.reverse();
  expect(other?.folds()).toBe(false);
  expect((await status()).folder).toMatchObject({ application: 'altiplano folder' });

  leader?.child.kill('SIGKILL');
  await eventually('the other folds', async () => other?.folds() === true, 5_000);
  await withOwner(database.url(), (client) => client.query('update callbot.call set status = $1', ['busy']));
  await eventually('it folds what is new', async () => (await unfolded()) === 0);
  expect(await wrongFigures(database.url())).toEqual([]);

  other?.child.kill('SIGTERM');
  expect((await other?.finished)?.code).toBe(0);
  expect((await status()).folder).toBeNull();
});

test('a broken connection, a lost one and a rollup that fails end nothing', async () => {
  const told: Observation[] = [];
  const folder = fold({ observe: (observation) => void told.push(observation), pace: { shortest: 20, longest: 100 } });
  await eventually('it folds', async () => rollups(folder) === 2);
  await withOwner(database.url(), async (client) => {
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'altiplano folder' and datname = current_database()`);
    await eventually('it is told', async () => told.some((one) => one.kind === 'fold.failed' && one.title === null));
    await client.query('alter table callbot.customer_enrolment_rollup rename column rows to lines');
    try {
      await client.query("update callbot.call_campaign_customer set status = 'failed'");
      await client.query("update callbot.call set status = 'missed'");
      const failed = 'callbot.customer_enrolment_rollup';
      await eventually('it is told', async () => told.some((one) => 'title' in one && one.title === failed));
      await eventually('the other rollup is folded', async () => (await unfolded()) === 100);
    } finally {
      await client.query('alter table callbot.customer_enrolment_rollup rename column lines to rows');
    }
  });
  await eventually('both are folded', async () => (await unfolded()) === 0);
  expect(told.filter(({ kind }) => kind === 'folder.leading').length).toBeGreaterThanOrEqual(3);
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('replies that have expired go without another request, and an error in it ends nothing', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query(`insert into altiplano.idempotency_key (caller, schema, route, key, fingerprint, expires_at)
      select gen_random_uuid(), 'callbot', 'r', i::text, 'f', now() + case when i > 1500 then '1 hour' else '-1 hour' end::interval
      from generate_series(1, 1510) i`);
    const kept = async () => (await client.query('select from altiplano.idempotency_key')).rowCount;
    const told: Observation[] = [];
    const failing = { title: 'failing', run: () => Promise.reject(new Error('no')) };
    const folder = fold({
      chores: [failing, FORGET_REPLIES],
      observe: (observation) => void told.push(observation),
      pace: { shortest: 20, longest: 100 },
    });
    await eventually('they are gone', async () => (await kept()) === 10);
    await eventually('it folds', async () => rollups(folder) === 2);
    expect(told.filter(({ kind }) => kind === 'chore.failed')).toEqual([
      { kind: 'chore.failed', chore: 'failing', problem: 'no' },
    ]);
  });
});

test('a writer that holds a parent delays that parent and nobody else', async () => {
  const folder = fold({ pace: { shortest: 20, longest: 50, look: 50 } });
  await eventually('it folds', async () => rollups(folder) === 2);
  await withOwner(database.url(), async (holder) => {
    await holder.query(`begin; select from callbot.customer_call_rollup order by customer_id limit 1 for update`);
    await withOwner(database.url(), (client) => client.query("update callbot.call set status = 'completed'"));
    await eventually('one parent is left', async () => (await unfolded()) === 1);
    await sleep(200);
    expect(await unfolded()).toBe(1);
    expect(folder.figures().find(({ title }) => title.includes('call'))).toMatchObject({ errors: 0, unfolded: 1 });
    expect(await wrongFigures(database.url())).toEqual([]);
    await holder.query('commit');
  });
  await eventually('none is left', async () => (await unfolded()) === 0);
});

test('a sweep goes on where the last one ended, drops what is old, and rows of deleted parents without children', async () => {
  await withOwner(database.url(), async (client) => {
    const find = async () => (await readRollups(client, SCHEMA)).find(({ name }) => name === 'customer_call_rollup');
    const rollup = await find();
    if (rollup === undefined) throw new Error('no such rollup');
    const count = async () => (await client.query('select from callbot.customer_call_rollup')).rowCount;
    await client.query(`update callbot.customer_call_rollup set billing_summary_cost_this_month_month = '{2000-01-01Z}',
      billing_summary_cost_this_month_value = '{5}'`);
    await client.query(
      'delete from callbot.call where customer_id in (select id from callbot.customer order by id limit 10)',
    );
    // Orders need a row of every live parent, so only deleted ones lose theirs: four without calls, not the two with some.
    await client.query(`update callbot.customer set is_deleted = true where id in
      (select id from callbot.customer order by id limit 4) or id in (select id from callbot.customer order by id offset 20 limit 2)`);
    await foldPass(client, rollup, () => false);
    expect(await count()).toBe(50);
    await client.query('truncate callbot.customer_call_rollup_delta_0, callbot.customer_call_rollup_delta_1');
    expect(await sweep(client, rollup)).toBeGreaterThan(60_000);
    expect(await count()).toBe(46);
    const old =
      "select from callbot.customer_call_rollup where '2000-01-01Z' = any (billing_summary_cost_this_month_month)";
    expect((await client.query(old)).rowCount).toBe(0);
    const place = await client.query("select sweep_parent from altiplano.rollup where name = 'customer_call_rollup'");
    expect(place.rows).toEqual([{ sweep_parent: null }]);
  });
});
