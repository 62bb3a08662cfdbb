import { connectOwner, type OwnerClient } from 'altiplano';
import { type AppRole, explainUrl, openAppRole, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIST, ORIGIN, useAsker } from './asker.ts';
import { INSTANT, sampledCallbot } from './callbot-database.ts';

const database = useDatabase(sampledCallbot);
const asker = useAsker(database, INSTANT);
let owner: OwnerClient;
let app: AppRole;
/** The biggest workspace and its people; another one, where none of them may go. */
const world = { workspace: '', elsewhere: '', admin: '', manager: '', employee: '', employeeId: '', idle: '' };

const MADE_UP = '00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  owner = await connectOwner(database.url());
  app = await openAppRole(database.url());
  const people = await owner.query<{ email: string; id: string; employee_id: string; workspace_id: string }>(
    `select email, id, employee_id, workspace_id from callbot.app_user u join callbot.app_user_workspaces m on m.user_id = u.id`,
  );
  const person = (email: string) => {
    const found = people.rows.find((row) => row.email === `${email}@callbot.example`);
    if (found === undefined) throw new Error(`no ${email} in the sample`);
    return found;
  };
  world.admin = person('demo.admin').id;
  world.workspace = person('demo.admin').workspace_id;
  world.elsewhere = person('manager.2').workspace_id;
  world.manager = person('manager.1').id;
  world.employee = person('busiest.1').id;
  world.employeeId = person('busiest.1').employee_id;
  world.idle = person('unassigned.1').id;
});
afterAll(async () => {
  await app.end();
  await owner.end();
});

interface Listed {
  readonly status: number;
  readonly ids: readonly string[];
  readonly count: number | null;
}

async function list(user: string, more = '', workspace = world.workspace): Promise<Listed> {
  const { status, body } = await asker.ask(user, `workspace_id=${workspace}&page_size=100&count=exact${more}`);
  if (status !== 200) return { status, ids: [], count: null };
  const page = JSON.parse(body) as { results: { id: string }[]; count: number };
  return { status, ids: page.results.map(({ id }) => id), count: page.count };
}

async function idsOf(condition: string): Promise<readonly string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `select id from callbot.customer where workspace_id = $1 and not is_deleted and ${condition}
     order by created_at desc, id desc`,
    [world.workspace],
  );
  return rows.map(({ id }) => id);
}

describe('a user of role employee', () => {
  test('sees its own customers in lists, counts and details, and no others', async () => {
    const own = await idsOf(`employee_id = '${world.employeeId}'`);
    const [foreign = ''] = await idsOf(`employee_id <> '${world.employeeId}'`);
    const [nobodys = ''] = await idsOf('employee_id is null');
    expect(own.length).toBeGreaterThan(0);
    expect(await list(world.employee)).toEqual({ status: 200, ids: own.slice(0, 100), count: own.length });
    const detail = async (id: string) =>
      (await asker.ask(world.employee, `workspace_id=${world.workspace}`, id)).status;
    expect(await detail(own[0] ?? '')).toBe(200);
    for (const id of [foreign, nobodys, MADE_UP, 'no-uuid']) expect(await detail(id), id).toBe(404);
  });

  test('sees nothing of others through a filter or a search', async () => {
    const { rows } = await owner.query<{ employee: string; name: string }>(
      `select employee_id as employee, name from callbot.customer
       where workspace_id = $1 and not is_deleted and employee_id <> $2 and length(name) > 5 limit 1`,
      [world.workspace, world.employeeId],
    );
    const [other] = rows;
    expect(await list(world.employee, `&employee_id=${other?.employee}`)).toMatchObject({ ids: [], count: 0 });
    const found = await list(world.employee, `&search=${encodeURIComponent(other?.name ?? '')}`);
    const own = new Set(await idsOf(`employee_id = '${world.employeeId}'`));
    expect(found.ids.filter((id) => !own.has(id))).toEqual([]);
    expect((await list(world.admin, `&search=${encodeURIComponent(other?.name ?? '')}`)).count).toBeGreaterThan(
      found.count ?? 0,
    );
  });

  test('without an employee sees an empty list', async () => {
    expect(await list(world.idle)).toEqual({ status: 200, ids: [], count: 0 });
  });
});

describe('a workspace one may not enter', () => {
  test('answers alike whether it exists or not, for list and detail', async () => {
    const [id = ''] = await idsOf('true');
    for (const workspace of [world.elsewhere, MADE_UP]) {
      expect((await list(world.admin, '', workspace)).status).toBe(403);
      expect((await asker.ask(world.admin, `workspace_id=${workspace}`, id)).status).toBe(403);
      expect((await asker.ask(world.admin, `workspace_id=${workspace}`, MADE_UP)).status).toBe(403);
    }
  });

  test('does not open through an id or a cursor of one’s own', async () => {
    const { body } = await asker.ask(world.admin, `workspace_id=${world.workspace}&page_size=1`);
    const { next } = JSON.parse(body) as { next: string };
    const cursor = new URL(next).searchParams.get('cursor') ?? '';
    const query = `workspace_id=${world.elsewhere}&cursor=${cursor}`;
    expect((await asker.ask(world.admin, query)).status).toBe(403);
    expect((await asker.ask(world.employee, query)).status).toBe(403);
  });

  test('closes at the very next request', async () => {
    expect((await list(world.manager)).status).toBe(200);
    await owner.query('delete from callbot.app_user_workspaces where user_id = $1 and workspace_id = $2', [
      world.manager,
      world.workspace,
    ]);
    try {
      expect((await list(world.manager)).status).toBe(403);
    } finally {
      await owner.query('insert into callbot.app_user_workspaces values ($1, $2)', [world.manager, world.workspace]);
    }
    expect((await list(world.manager)).status).toBe(200);
  });
});

describe('a change of role', () => {
  const become = (role: string, employee: string | null) =>
    owner.query('update callbot.app_user set role = $2, employee_id = $3 where id = $1', [world.admin, role, employee]);

  test('holds at once, in both directions, without one wrong row', async () => {
    const all = await idsOf('true');
    const own = await idsOf(`employee_id = '${world.employeeId}'`);
    try {
      expect((await list(world.admin)).count).toBe(all.length);
      await become('employee', world.employeeId);
      expect(await list(world.admin)).toEqual({ status: 200, ids: own.slice(0, 100), count: own.length });
      await become('employee', null);
      expect(await list(world.admin)).toEqual({ status: 200, ids: [], count: 0 });
      await become('manager', null);
      expect(await list(world.admin)).toEqual({ status: 200, ids: all.slice(0, 100), count: all.length });
    } finally {
      await become('admin', null);
    }
  });

  test('holds for a detail too', async () => {
    const [foreign = ''] = await idsOf(`employee_id <> '${world.employeeId}'`);
    const detail = async () => (await asker.ask(world.admin, `workspace_id=${world.workspace}`, foreign)).status;
    try {
      expect(await detail()).toBe(200);
      await become('employee', world.employeeId);
      expect(await detail()).toBe(404);
    } finally {
      await become('admin', null);
    }
    expect(await detail()).toBe(200);
  });

  test('and a user who is gone may do nothing', async () => {
    const { rows } = await owner.query<{ id: string }>(
      `insert into callbot.app_user (email, name, role) values ('brief@callbot.example', 'Brief', 'admin') returning id`,
    );
    const id = rows[0]?.id ?? '';
    await owner.query('insert into callbot.app_user_workspaces values ($1, $2)', [id, world.workspace]);
    expect((await list(id)).status).toBe(200);
    await owner.query('delete from callbot.app_user where id = $1', [id]);
    expect((await list(id)).status).toBe(403);
  });
});

describe('a statement in the session of another tenant', () => {
  test.each(['list', 'list of a search', 'detail'])('raises and returns nothing: %s', async (kind) => {
    const [id = ''] = await idsOf('true');
    const path = kind === 'detail' ? `${LIST}${id}/` : LIST;
    const search = kind === 'list of a search' ? '&search=example' : '';
    const url = new URL(`${path}?workspace_id=${world.workspace}${search}`, ORIGIN);
    const caller = { userId: world.admin, role: 'admin', attributes: { employee_id: null } };
    const { statement } = await explainUrl(asker.service(), caller, url);
    const run = (tenant?: string) =>
      app.refusal(
        { caller: world.admin, ...(tenant === undefined ? {} : { tenant }) },
        statement.text,
        statement.values,
      );
    expect(await run(world.workspace)).toBeNull();
    expect(await run(world.elsewhere)).toBe('ALT01');
    expect(await run(MADE_UP)).toBe('ALT01');
    expect(await run()).toBe('ALT01');
  });

  test('and every connection of the pool is the app’s role', async () => {
    const { rows } = await asker.service().pool.query('select current_user as role');
    expect(rows).toEqual([{ role: app.name }]);
  });
});
