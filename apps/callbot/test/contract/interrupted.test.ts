import { connectOwner, type OwnerClient } from 'altiplano';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, CUSTOMERS_PATH, useApi } from './api.ts';
import { CUSTOMERS, EMPLOYEES, OURS, USERS } from './fixture.ts';
import { NEW_CUSTOMER } from './refused-bodies.ts';

const api = useApi();
const DETAIL = `${CUSTOMERS_PATH}${CUSTOMERS.others}/`;
const patch = (name: string, signal?: AbortSignal) =>
  api.send({ method: 'PATCH', path: DETAIL, body: { name }, ...(signal === undefined ? {} : { signal }) });

describe('a client that leaves while its change waits', () => {
  let holder: OwnerClient;
  beforeAll(async () => {
    holder = await connectOwner(api.url());
  });
  afterAll(() => holder.end());

  test('has changed nothing, and the next one is served', async () => {
    const before = await api.contents();
    await holder.query('begin');
    await holder.query('select from callbot.customer where id = $1 for update', [CUSTOMERS.others]);
    const leaving = new AbortController();
    const left = patch('Left', leaving.signal).catch((error: Error) => error.name);
    await waiting(1);
    leaving.abort();
    expect(await left).toBe('AbortError');
    await waiting(0);
    await holder.query('rollback');
    expect(await api.contents()).toBe(before);
    expect((await patch('Stayed')).json.name).toBe('Stayed');
  });

  test('and one that stays gets what it asked for once the row is free', async () => {
    await holder.query('begin');
    await holder.query("update callbot.customer set email = 'x@y.z' where id = $1", [CUSTOMERS.others]);
    const changed = patch('Patient');
    await waiting(1);
    await holder.query('commit');
    expect((await changed).json).toMatchObject({ name: 'Patient', email: 'x@y.z' });
  });

  /** Until so many sessions wait for a lock; within half the time after which they would give up. */
  async function waiting(count: number): Promise<void> {
    const text = `select count(*)::int as all from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await api.owner().query(text)).rows[0].all, { timeout: 2_000 }).toBe(count);
  }
});

describe('a right that is taken away', () => {
  const become = (role: string, employee: string | null) =>
    api
      .owner()
      .query('update callbot.app_user set role = $2, employee_id = $3 where id = $1', [USERS.manager, role, employee]);
  const asManager = (method: string, path: string, body?: object, headers = {}): Promise<Answer> =>
    api.send({ as: 'manager', method, path, headers, ...(body === undefined ? {} : { body }) });
  beforeEach(async () => {
    await become('manager', null);
  });

  test('is gone at the very next change', async () => {
    expect((await asManager('PATCH', DETAIL, { name: 'a' })).status).toBe(200);
    await become('employee', EMPLOYEES.own);
    expect((await asManager('PATCH', DETAIL, { name: 'b' })).status).toBe(404);
    expect((await asManager('DELETE', DETAIL)).status).toBe(404);
    const own = `${CUSTOMERS_PATH}${CUSTOMERS.own}/`;
    expect((await asManager('PATCH', own, { name: 'c' })).status).toBe(200);
    await become('employee', null);
    expect((await asManager('PATCH', own, { name: 'd' })).status).toBe(404);
    expect((await api.read(CUSTOMERS.own)).json.name).toBe('c');
  });

  test('takes kept replies with it', async () => {
    const headers = { 'idempotency-key': 'of a manager'.replaceAll(' ', '-') };
    const ask = () => asManager('POST', CUSTOMERS_PATH, NEW_CUSTOMER, headers);
    const first = await ask();
    expect(first.status).toBe(201);
    const [member] = [[USERS.manager, OURS]];
    await api.owner().query('delete from callbot.app_user_workspaces where user_id = $1 and workspace_id = $2', member);
    expect((await ask()).status).toBe(403);
    expect((await asManager('DELETE', DETAIL)).status).toBe(403);
    await api.owner().query('insert into callbot.app_user_workspaces values ($1, $2)', member);
    expect((await ask()).text).toBe(first.text);
  });
});
