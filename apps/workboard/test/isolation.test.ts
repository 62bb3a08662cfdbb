import { type AppRole, openAppRole } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useApi } from './api.ts';
import { MADE_UP, MEMBERS, OURS, PROJECTS, TASKS, THEIRS } from './fixture.ts';

const api = useApi();
let app: AppRole;
beforeAll(async () => {
  app = await openAppRole(api.url());
});
afterAll(() => app.end());

const TABLES = ['organization', 'member', 'project', 'task', 'api_key', 'audit_log'] as const;
const refusal = ({ status, json }: Awaited<ReturnType<typeof api.send>>) => ({
  ...{ status, code: json.code, detail: json.detail, hint: json.hint, errors: json.errors },
});

describe('another organization’s id gets the answer of a made-up one', () => {
  const FOREIGN = { '/projects/': PROJECTS.foreign, '/tasks/': TASKS.foreign, '/members/': MEMBERS.stranger } as const;
  test.each(Object.entries(FOREIGN))('%s', async (path, foreign) => {
    for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const) {
      const ask = (id: string) =>
        api.send({ as: 'owner', method, path: `${path}${id}/`, ...(body === undefined ? {} : { body }) });
      const answer = refusal(await ask(foreign));
      expect(answer).toEqual(refusal(await ask(MADE_UP)));
      expect(answer.status).toBe(404);
    }
  });

  test('in a body too', async () => {
    const make = (project_id: string, assignee_id: string) =>
      api.send({ as: 'member', method: 'POST', path: '/tasks/', body: { title: 'x', project_id, assignee_id } });
    const foreign = await make(PROJECTS.foreign, MEMBERS.stranger);
    expect(refusal(foreign)).toEqual(refusal(await make(MADE_UP, MADE_UP)));
    expect(Object.keys(foreign.json.errors)).toEqual(['assignee_id', 'project_id']);
  });

  test('and in a filter', async () => {
    const { json } = await api.send({ as: 'owner', path: `/tasks/?project_id=${PROJECTS.foreign}` });
    expect(json.results).toEqual([]);
  });
});

describe('row security alone', () => {
  test.each(TABLES)('%s shows its own organization and nothing without one', async (table) => {
    const column = table === 'organization' ? 'id' : 'organization_id';
    const count = (settings: { tenant?: string }) =>
      app.as(settings, async (client) => {
        const { rows } = await client.query(`select distinct ${column} as of from workboard.${table}`);
        return rows.map(({ of }) => of as string);
      });
    const there = (await api.owner().query(`select distinct ${column} as of from workboard.${table}`)).rows.map(
      ({ of }) => of as string,
    );
    for (const tenant of [OURS, THEIRS]) expect(await count({ tenant })).toEqual(there.filter((of) => of === tenant));
    expect(await count({})).toEqual([]);
    expect(await count({ tenant: MADE_UP })).toEqual([]);
  });

  test('lets nobody write for another organization, and nobody rewrite the trail', async () => {
    const insert = `insert into workboard.task (id, organization_id, project_id, title)
      values (gen_random_uuid(), '${THEIRS}', '${PROJECTS.foreign}', 'x')`;
    expect(await app.refusal({ tenant: OURS }, insert)).toBe('42501');
    for (const text of [
      'delete from workboard.audit_log',
      `update workboard.audit_log set changes = '{}'`,
      'truncate workboard.audit_log',
      'truncate workboard.task',
      `insert into workboard.audit_log (organization_id, at, actor_kind, action, table_name, record_id, changes)
       values ('${OURS}', now(), 'system', 'insert', 'task', 'x', '{}')`,
    ]) {
      expect(await app.refusal({ tenant: OURS }, text), text).toBe('42501');
    }
    // Not even its owner.
    await expect(api.owner().query('delete from workboard.audit_log')).rejects.toMatchObject({ code: '42501' });
  });
});

test('the statement alone refuses a tenant that is not the session’s', async () => {
  const text = `select altiplano.same_tenant('${OURS}')`;
  expect(await app.refusal({ tenant: OURS }, text)).toBeNull();
  expect(await app.refusal({ tenant: THEIRS }, text)).toBe('ALT01');
  expect(await app.refusal({}, text)).toBe('ALT01');
});

test('a task, an owner and an assignee are of one organization, whoever writes', async () => {
  for (const text of [
    `update workboard.task set project_id = '${PROJECTS.foreign}' where id = '${TASKS.call}'`,
    `update workboard.task set assignee_id = '${MEMBERS.stranger}' where id = '${TASKS.call}'`,
    `update workboard.project set owner_id = '${MEMBERS.stranger}' where id = '${PROJECTS.roof}'`,
  ]) {
    await expect(api.owner().query(text)).rejects.toMatchObject({ code: '23503' });
  }
});
