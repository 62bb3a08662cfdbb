import { explainUrl, useDatabase, withOwner } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { adminOf, SIZES, SIZES_TOLD, sizedCallbot, workspaceOf } from '../sizes.ts';
import { ORIGIN, useWorkspaces, WORKSPACES } from './workspaces.ts';

const database = useDatabase(sizedCallbot);
const workspaces = useWorkspaces(database);
const EVERYBODY = '00000000-0000-4000-8000-0000000000e1';
const MANY = 5_000;

beforeAll(() =>
  withOwner(database.url(), async (client) => {
    await client.query(`
      set search_path to callbot;
      insert into app_user (id, email, name, role) values ('${EVERYBODY}', 'everybody', 'Everybody', 'admin');
      insert into app_user_workspaces (user_id, workspace_id) select '${EVERYBODY}', id from workspace`);
  }),
);

const at = (user: string, query: string, id = '', role = 'admin', employee: string | null = null) =>
  explainUrl(
    workspaces.service(),
    { userId: user, role, attributes: { employee_id: employee } },
    new URL(`${WORKSPACES}${id}${query}`, ORIGIN),
  );

describe('cost of a workspace', () => {
  test(`is the same at ${SIZES_TOLD} customers`, async () => {
    const cost = async (index: number) => (await at(adminOf(index), '', `${workspaceOf(index)}/`)).explained.buffers;
    const [small = 0, middle = 0, large = 0] = await Promise.all(SIZES.map((_, index) => cost(index)));
    expect(large / Math.max(small, 20), `${small}, ${middle}, ${large}`).toBeLessThan(1.5);
    expect(large / Math.max(middle, 20)).toBeLessThan(1.5);
    for (const index of SIZES.keys()) {
      expect((await at(adminOf(index), '', `${workspaceOf(index)}/`)).bound).toBe('kept');
      expect((await at(adminOf(index), '')).bound).toBe('kept');
    }
  });

  test('a page touches no more of 5,000 memberships than it shows, wherever it is', async () => {
    const before = await at(EVERYBODY, '?page_size=3');
    await withOwner(database.url(), async (client) => {
      await client.query(`
        set search_path to callbot;
        insert into workspace (id, name, created_at)
        select md5('many' || i)::uuid, 'W' || i, timestamptz '2025-01-01' - i * interval '1 hour' from generate_series(1, ${MANY}) i;
        insert into app_user_workspaces (user_id, workspace_id) select '${EVERYBODY}', id from workspace where name ~ '^W[0-9]'`);
      await client.query('vacuum analyze callbot.app_user_workspaces');
      await client.query('vacuum analyze callbot.workspace');
    });
    const after = await at(EVERYBODY, '?page_size=3');
    expect(after.explained.buffers / before.explained.buffers).toBeLessThan(1.2);
    const first = await at(EVERYBODY, '');
    expect(first.bound).toBe('kept');
    let page = JSON.parse((await workspaces.ask(EVERYBODY, 'page_size=100')).body);
    for (let turn = 0; turn < 20; turn++) {
      page = JSON.parse((await workspaces.ask(EVERYBODY, new URL(page.next).search)).body);
    }
    const cursor = new URL(page.next).searchParams.get('cursor');
    const deep = await at(EVERYBODY, `?cursor=${cursor}`);
    expect(deep.bound).toBe('kept');
    expect(deep.explained.buffers / first.explained.buffers).toBeLessThan(1.2);
  });

  test('is the same for an employee, and kept while changes wait to be folded', async () => {
    const employee = async () => {
      const { rows } = await withOwner(database.url(), (client) =>
        client.query(`select employee_id as id from callbot.customer where workspace_id = '${workspaceOf(2)}' limit 1`),
      );
      return rows[0].id as string;
    };
    const cost = async () => at(adminOf(2), '', `${workspaceOf(2)}/`, 'employee', await employee());
    const before = await cost();
    expect(before.bound).toBe('kept');
    expect(before.explained.buffers).toBeLessThan(60);
    await withOwner(database.url(), (client) =>
      client.query(
        `update callbot.customer set is_deleted = true where id in (
           select id from callbot.customer where workspace_id = '${workspaceOf(2)}' and not is_deleted limit 300)`,
      ),
    );
    expect((await cost()).bound).toBe('kept');
  });
});

// A planted fault: a cost that could not be broken would prove nothing.
test('without its index the latest change costs a walk, and explain says so', async () => {
  await withOwner(database.url(), (client) => client.query('drop index callbot.idx_customer_updated'));
  const { bound, explained, plan } = await at(adminOf(2), '', `${workspaceOf(2)}/`);
  expect(bound).not.toBe('kept');
  expect(explained.buffers).toBeGreaterThan(plan.bound.buffers);
});
