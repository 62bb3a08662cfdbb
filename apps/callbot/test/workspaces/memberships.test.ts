import { connectOwner, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';

const database = useDatabase(emptyCallbot);
let owner: OwnerClient;

beforeAll(async () => {
  owner = await connectOwner(database.url());
  await owner.query('set search_path to callbot');
  await owner.query(`insert into app_user (id, email, name, role) values (md5('u')::uuid, 'u', 'U', 'admin')`);
});
afterAll(() => owner?.end());

beforeEach(async () => {
  await owner.query(`
    delete from workspace;
    insert into workspace (id, name, created_at) values (md5('1')::uuid, 'One', '2026-01-01'), (md5('2')::uuid, 'Two', '2026-02-02')`);
});

const wrong = async () =>
  (
    await owner.query(
      `select m.* from app_user_workspaces m join workspace w on w.id = m.workspace_id where m.workspace_created_at <> w.created_at`,
    )
  ).rows;
const join = (of: string) =>
  owner.query(`insert into app_user_workspaces (user_id, workspace_id) values (md5('u')::uuid, md5('${of}')::uuid)`);

// Other programs know two columns of memberships, and may change a workspace as they like.
test('a membership knows when its workspace was created, whoever writes which of them', async () => {
  await join('1');
  expect(await wrong()).toEqual([]);
  await owner.query(`update workspace set created_at = '2020-05-05' where id = md5('1')::uuid`);
  expect(await wrong()).toEqual([]);
  await owner.query(`update app_user_workspaces set workspace_id = md5('2')::uuid`);
  expect(await wrong()).toEqual([]);
  const { rows } = await owner.query(`select workspace_created_at as at from app_user_workspaces`);
  expect(rows).toEqual([{ at: new Date('2026-02-02T00:00:00Z') }]);
  await owner.query(`delete from workspace where id = md5('2')::uuid`);
  expect((await owner.query('select from app_user_workspaces')).rowCount).toBe(0);
});

test('a copy that is none is refused', async () => {
  const insert = `insert into app_user_workspaces values (md5('u')::uuid, md5('1')::uuid, '2001-01-01')`;
  await expect(owner.query(insert)).rejects.toMatchObject({ code: '23503' });
  await join('1');
  const update = `update app_user_workspaces set workspace_created_at = '2001-01-01'`;
  await expect(owner.query(update)).rejects.toMatchObject({ code: '23503' });
});

test('a membership that comes while its workspace changes has what it is in the end, or is refused', async () => {
  const other = await connectOwner(database.url());
  await other.query('set search_path to callbot');
  await other.query(`begin; update workspace set created_at = '2020-05-05' where id = md5('1')::uuid`);
  const joining = join('1').then(
    () => null,
    (error: { code: string }) => error.code,
  );
  await other.query('select pg_sleep(0.1)');
  await other.query('commit');
  expect([null, '23503']).toContain(await joining);
  expect(await wrong()).toEqual([]);
  await other.end();
});
