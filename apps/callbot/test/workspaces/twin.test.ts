import { connectOwner, type OwnerClient } from 'altiplano';
import { encodeCursor, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerNaively } from '../../naive.ts';
import { sampledCallbot } from '../callbot-database.ts';
import { ORIGIN, useWorkspaces, WORKSPACES } from './workspaces.ts';

const database = useDatabase(sampledCallbot);
const workspaces = useWorkspaces(database);
let owner: OwnerClient;
let users: readonly string[];
let ids: readonly string[];

beforeAll(async () => {
  owner = await connectOwner(database.url());
  await prepare(owner);
  users = await column('select id from callbot.app_user order by id');
  ids = await column('select id from callbot.workspace order by id');
});
afterAll(() => owner?.end());

const column = async (text: string) => (await owner.query(text)).rows.map((row) => String(Object.values(row)[0]));

/** A user of every workspace there is, employees among them, workspaces of one instant, and rows that are not there. */
async function prepare(client: OwnerClient): Promise<void> {
  await client.query(`
    set search_path to callbot;
    insert into workspace (id, name, created_at)
    select md5('w' || i)::uuid, 'Workspace "' || i || '"', '2026-01-01' from generate_series(1, 40) i;
    insert into app_user (id, email, name, role, employee_id)
    select md5('every' || e.role)::uuid, e.role, e.role, e.role, case when e.role = 'employee' then e.id end
    from (select r as role, (select employee_id from customer where employee_id is not null and not is_deleted limit 1) as id
          from unnest(array['admin', 'manager', 'employee']) r) e;
    insert into app_user_workspaces (user_id, workspace_id)
    select u.id, w.id from app_user u, workspace w where u.email in ('admin', 'manager', 'employee');
    update customer set is_deleted = true where id in (select id from customer order by updated_at desc limit 200);
    update customer set updated_at = updated_at - interval '3 years' where id in (select id from customer order by md5(id::text) limit 300);
    reset search_path`);
}

const naive = (user: string, query: string, path = WORKSPACES) => ({ user: { id: user }, path, query, origin: ORIGIN });

const cursorAfter = ({ created_at, id }: { created_at: string; id: string }) =>
  encodeCursor(workspaces.service().resource, { reading: 'after', values: [created_at, id] });

describe('the engine and the naive twin', () => {
  test('give the same bytes for the first page of every user', async () => {
    for (const user of users) {
      for (const query of ['', 'page_size=2', 'count=exact', 'page_size=100&count=estimated&_profile=true']) {
        const fast = await workspaces.ask(user, query);
        const slow = await answerNaively(owner, 'callbot', naive(user, query), { cursorAfter });
        expect(fast, `${user} ${query}`).toMatchObject(slow);
      }
    }
  });

  test('give the same bytes for one workspace, and the same refusal for any other', async () => {
    const id = fc.constantFrom(
      ...ids,
      '00000000-0000-4000-8000-00000000dead',
      'none',
      '%00',
      ids[0]?.toUpperCase() ?? '',
    );
    const query = fc.constantFrom('', '_profile=true', 'page_size=2', 'workspace_id=1');
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...users), id, query, async (user, of, asked) => {
        const fast = await workspaces.ask(user, asked, of);
        const slow = await answerNaively(owner, 'callbot', naive(user, asked, `${WORKSPACES}${of}/`));
        expect(fast).toMatchObject(slow);
        seen.add(fast.status);
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual([200, 400, 403]);
  });

  test('agree on a walk forward and back, every workspace once', async () => {
    for (const role of ['admin', 'employee']) {
      const [user = ''] = await column(`select id from callbot.app_user where email = '${role}'`);
      const whole = JSON.parse((await answerNaively(owner, 'callbot', naive(user, 'page_size=100'))).body).results;
      expect(whole.length).toBe(ids.length);
      for (const size of [1, 7]) {
        const forward: unknown[] = [];
        const back: unknown[] = [];
        let page = JSON.parse((await workspaces.ask(user, `page_size=${size}`)).body);
        for (;;) {
          forward.push(...page.results);
          if (page.next === null) break;
          page = JSON.parse((await workspaces.ask(user, new URL(page.next).search)).body);
        }
        while (page.previous !== null) {
          page = JSON.parse((await workspaces.ask(user, new URL(page.previous).search)).body);
          back.unshift(...page.results);
        }
        expect(forward).toEqual(whole);
        expect(back).toEqual(whole.slice(0, back.length));
        expect(whole.length - back.length).toBeLessThanOrEqual(size);
      }
    }
  });

  test('agree after every kind of change of a customer', async () => {
    const [user = ''] = await column(`select id from callbot.app_user where email = 'employee'`);
    const [admin = ''] = await column(`select id from callbot.app_user where email = 'admin'`);
    const [own = ''] = await column(`select employee_id from callbot.app_user where id = '${user}'`);
    const newest = `select id from callbot.customer where employee_id = '${own}' and not is_deleted order by updated_at desc limit 1`;
    for (const change of [
      `update callbot.customer set updated_at = now() where id = (${newest})`,
      `update callbot.customer set is_deleted = true where id = (${newest})`,
      `update callbot.customer set employee_id = null where id = (${newest})`,
      `update callbot.customer set is_deleted = false where employee_id = '${own}'`,
      `delete from callbot.customer where id = (${newest})`,
      'select callbot.customer_bitmap_fold(id) from callbot.workspace',
      `update callbot.customer set employee_id = '${own}' where id in (select id from callbot.customer
        where workspace_id = (select workspace_id from callbot.employee where id = '${own}') order by md5(id::text) limit 50)`,
      `insert into callbot.customer (workspace_id, name, phone, employee_id) select workspace_id, 'n', '1', id from callbot.employee where id = '${own}'`,
    ]) {
      await owner.query(change);
      for (const who of [user, admin]) {
        const slow = await answerNaively(owner, 'callbot', naive(who, 'page_size=100'));
        expect((await workspaces.ask(who, 'page_size=100')).body, change).toBe(slow.body);
      }
    }
  });
});
