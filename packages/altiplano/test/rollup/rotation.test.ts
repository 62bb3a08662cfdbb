import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { connectOwner, type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { type Folder, startFolder } from '../../src/folder.ts';
import { type Rotation, rotate } from '../../src/keep/rotate.ts';
import { foldPass } from '../../src/rollup/fold-pass.ts';
import { readRollups } from '../../src/rollup/registry.ts';
import { readStatus } from '../../src/rollup/status.ts';
import { appendedOf } from '../../src/rollup/unfolded.ts';
import { useDatabase } from '../support/database.ts';
import { eventually, fill, one, SCHEMA, wrongFigures } from './callbot-calls.ts';

const database = useDatabase(emptyCallbot);
let reader: OwnerClient;
let folder: Folder | null = null;
beforeAll(async () => {
  await fill(database.url(), 100, 2_000);
  reader = await connectOwner(database.url());
});
afterEach(() => folder?.stop());
afterAll(() => reader.end());

/** Eager: every table with rows is rotated at the next look. */
function fold(): void {
  folder = startFolder({ url: database.url(), pace: { shortest: 20, longest: 50, look: 30, bytes: 0 } });
}

const call = (text: string, values: readonly unknown[] = []) =>
  withOwner(database.url(), (client) => client.query(text, [...values]));

const sizes = () =>
  one<{ zero: number; one: number }>(
    database.url(),
    `select pg_relation_size('callbot.customer_call_rollup_delta_0')::int as zero,
       pg_relation_size('callbot.customer_call_rollup_delta_1')::int as one`,
  );
const callStatus = async () => {
  const { rollups } = await withOwner(database.url(), (client) => readStatus(client, [SCHEMA]));
  return rollups.find(({ name }) => name === 'customer_call_rollup');
};

/** What a reader adds up in its own snapshot, by the rule of every page. */
const KEPT = `
  select sum(rows)::int as rows from (
    select b.rows from callbot.customer_call_rollup b
    union all
    select d.rows from (
      select * from callbot.customer_call_rollup_delta_0 union all select * from callbot.customer_call_rollup_delta_1
    ) d left join callbot.customer_call_rollup b using (workspace_id, customer_id)
    where pg_visible_in_snapshot(d.writer, b.folded) is not true
  ) all_rows`;

test('an old snapshot keeps folded deltas where they are, is named, and reads what was there', async () => {
  await reader.query('begin isolation level repeatable read');
  await reader.query("set local application_name = 'a long report'");
  // A snapshot and no lock: it has not looked at the rollup yet.
  await reader.query('select from callbot.workspace');

  fold();
  await eventually('writers are sent to the other table', async () => (await callStatus())?.generation === 1);
  await call('delete from callbot.call where id in (select id from callbot.call limit 500)');
  await eventually('everything is folded', async () => (await callStatus())?.unfolded === 0);
  await sleep(300);
  expect((await sizes()).zero).toBeGreaterThan(0);
  expect((await callStatus())?.pin).toMatchObject({ application: 'a long report' });
  expect((await reader.query(KEPT)).rows[0]).toEqual({ rows: 2_000 });

  await reader.query('commit');
  await eventually('the drained table is emptied', async () => (await sizes()).zero === 0);
  expect((await reader.query(KEPT)).rows[0]).toEqual({ rows: 1_500 });
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('a delta that came after the table was found drained keeps it', async () => {
  await withOwner(database.url(), async (client) => {
    const find = async () => {
      const rollup = (await readRollups(client, SCHEMA)).find(({ name }) => name === 'customer_call_rollup');
      if (rollup === undefined) throw new Error('no such rollup');
      return rollup;
    };
    const memory: Rotation = { drained: null, pin: null };
    const step = async () => rotate(client, appendedOf(await find()), memory, { bytes: 0 });
    const fold = async () => foldPass(client, await find(), () => false);
    await client.query("update callbot.call set status = 'busy'");
    await fold();
    // The tests before may have left a table to be emptied first.
    for (let steps = 0; (await step()) !== 'flipped'; steps++) expect(steps).toBeLessThan(5);
    const generation = 1 - (await find()).generation;
    await reader.query('begin isolation level repeatable read');
    await reader.query('select from callbot.workspace');
    await client.query('update callbot.workspace set name = name');
    await fold();
    memory.drained = null;
    expect(await step()).toBe('waiting');
    expect(memory.drained).not.toBeNull();
    await reader.query('commit');
    // As a writer does that read the generation before it changed.
    await client.query('update altiplano.rollup set generation = $1', [generation]);
    await client.query(
      'update callbot.call set duration_seconds = 9 where id in (select id from callbot.call limit 1)',
    );
    await client.query('update altiplano.rollup set generation = $1', [1 - generation]);
    expect([await step(), await step()]).toEqual(['waiting', 'waiting']);
    expect(await wrongFigures(database.url())).toEqual([]);
    await fold();
    expect(await step()).toBe('emptied');
    expect(await wrongFigures(database.url())).toEqual([]);
  });
});

test('a writer that still knows the table that was left delays its emptying and loses nothing', async () => {
  await call("update callbot.call set status = 'busy'");
  await reader.query('begin');
  await reader.query('update callbot.call set duration_seconds = 7 where id in (select id from callbot.call limit 20)');
  const { generation } = (await callStatus()) ?? {};
  fold();
  await eventually('tables are changed', async () => (await callStatus())?.generation !== generation);
  await sleep(300);
  expect((await sizes())[generation === 0 ? 'zero' : 'one']).toBeGreaterThan(0);
  await reader.query('commit');
  await eventually('both are empty', async () => Object.values(await sizes()).every((size) => size === 0));
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('a reader that holds the table for a page does not wait for the emptying', async () => {
  await call("update callbot.call set status = 'missed'");
  await reader.query('begin');
  await reader.query('select count(*) from callbot.customer_call_rollup_delta_0, callbot.customer_call_rollup_delta_1');
  fold();
  let late = 0;
  for (let page = 0; page < 50; page++) {
    await withOwner(database.url(), async (client) => {
      await client.query("set lock_timeout = '30ms'");
      await client.query(KEPT).catch((error: { readonly code?: string }) => {
        if (error.code !== '55P03') throw error;
        late += 1;
      });
    });
  }
  expect(Object.values(await sizes()).some((size) => size > 0)).toBe(true);
  await reader.query('commit');
  // Who empties waits 10 ms for its lock, out of 40; were it the folder's usual 200 ms, three pages of four would be late.
  expect(late).toBeLessThan(25);
  await eventually('both are empty', async () => Object.values(await sizes()).every((size) => size === 0));
});
