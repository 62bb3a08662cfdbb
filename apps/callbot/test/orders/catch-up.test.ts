import { connectOwner, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useAsker } from '../asker.ts';
import { emptyCallbot } from '../callbot-database.ts';
import { ADMIN, fill, OTHER, sortedIds, WORKSPACE } from './ordered-rows.ts';

const database = useDatabase(emptyCallbot);
const asker = useAsker(database, null);
let owner: OwnerClient;

beforeAll(async () => {
  owner = await connectOwner(database.url());
  await fill(owner, 240);
  await owner.query('vacuum analyze callbot.customer');
});
afterAll(() => owner.end());

/** One call for each customer of a workspace: as many deltas. */
const callAll = (client: OwnerClient, workspace: string) =>
  client.query(
    `insert into callbot.call (workspace_id, customer_id, direction, status, duration_seconds, call_type)
     select workspace_id, id, 'outbound', 'missed', ascii(right(id::text, 1)), 'direct' from callbot.customer where workspace_id = $1`,
    [workspace],
  );
const settledOf = async (workspace: string) =>
  (await owner.query('select folded from callbot.customer_call_rollup_settled where workspace_id = $1', [workspace]))
    .rows;
const unfolded = async () =>
  Number((await owner.query('select count(*) from callbot.customer_call_rollup_pending(100000)')).rows[0].count);

test('without a folder writers fold what a tenant’s pages would have to read', async () => {
  await owner.query("set altiplano.fold_check = 'always'");
  await callAll(owner, OTHER);
  for (let turn = 0; turn < 24; turn++) await callAll(owner, WORKSPACE);
  expect(await settledOf(WORKSPACE)).toEqual([]);
  // What is open must not be taken for folded: neither the writer's own nor another's.
  const other = await connectOwner(database.url());
  await other.query('begin');
  await callAll(other, WORKSPACE);
  await owner.query('begin');
  for (let turn = 0; turn < 3; turn++) await callAll(owner, WORKSPACE);
  await owner.query('commit');
  await callAll(owner, WORKSPACE);
  expect(await settledOf(WORKSPACE)).toHaveLength(1);
  expect(await settledOf(OTHER)).toEqual([]);
  await other.query('commit');
  await other.end();
  expect(await unfolded()).toBeGreaterThan(0);
  for (const order of ['total_calls', '-total_duration_seconds']) {
    const { body } = await asker.ask(ADMIN, `workspace_id=${WORKSPACE}&order=${order}&page_size=100`);
    const ids = (JSON.parse(body).results as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual((await sortedIds(owner, order)).slice(0, 100));
  }
});

test('truncating calls leaves customers where they are, with no calls', async () => {
  await owner.query('truncate callbot.call');
  for (const order of ['total_calls', '-total_cost']) {
    const { body } = await asker.ask(ADMIN, `workspace_id=${WORKSPACE}&order=${order}&page_size=100`);
    expect((JSON.parse(body).results as unknown[]).length).toBe(100);
  }
  await owner.query('begin isolation level repeatable read; select 1');
  await expect(owner.query('truncate callbot.call')).rejects.toMatchObject({ code: '25000' });
  await owner.query('rollback');
  await callAll(owner, WORKSPACE);
  const { body } = await asker.ask(ADMIN, `workspace_id=${WORKSPACE}&order=-total_calls&page_size=3`);
  expect((JSON.parse(body).results as { total_calls: number }[]).map((one) => one.total_calls)).toEqual([1, 1, 1]);
});

test('a build finds every live customer, whoever wrote it', async () => {
  await owner.query(`begin; set local session_replication_role = replica;
    insert into callbot.customer (workspace_id, name, phone) values ('${WORKSPACE}', 'unseen', '3');
    update callbot.customer set is_deleted = true where id in (select id from callbot.customer where workspace_id = '${WORKSPACE}' and not is_deleted limit 3);
    commit; begin isolation level repeatable read;
    select callbot.customer_call_rollup_build(null, null, null, null); commit`);
  const { rows } = await owner.query(
    `select c.is_deleted, b.live::int from callbot.customer c
     left join callbot.customer_call_rollup b on b.workspace_id = c.workspace_id and b.customer_id = c.id
     group by 1, 2 order by 1, 2`,
  );
  expect(rows.filter(({ live }) => live !== null)).toEqual([
    { is_deleted: false, live: 1 },
    { is_deleted: true, live: 0 },
  ]);
  expect(rows.some((one) => !one.is_deleted && one.live === null)).toBe(false);
});
