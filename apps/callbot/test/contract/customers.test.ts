import { describe, expect, test } from 'vitest';
import { type Answer, CUSTOMERS_PATH, useApi } from './api.ts';
import { CUSTOMERS, EMPLOYEES, LABELS, OURS, type User } from './fixture.ts';
import { NEW_CUSTOMER } from './refused-bodies.ts';

const api = useApi();
const BULK = `${CUSTOMERS_PATH}bulk/`;
const pathOf = (id: string) => `${CUSTOMERS_PATH}${id}/`;
const create = (body: object, as: User = 'admin') =>
  api.send({ as, method: 'POST', path: CUSTOMERS_PATH, workspace: null, body: { ...NEW_CUSTOMER, ...body } });
const change = (id: string, body: object | string, as: User = 'admin') =>
  api.send({ as, method: 'PATCH', path: pathOf(id), body });
const remove = (id: string, as: User = 'admin') => api.send({ as, method: 'DELETE', path: pathOf(id) });

/** What a write answers is what a reader gets, byte for byte, from us and from the naive twin. */
async function expectRead({ text, json, headers }: Answer, as: User = 'admin'): Promise<void> {
  const read = await api.read(json.id, as);
  expect(read.status).toBe(200);
  expect(read.text).toBe(text);
  expect(read.headers.get('etag')).toBe(headers.get('etag'));
  expect(await api.readNaively(json.id, as)).toBe(text);
}

describe('POST', () => {
  test('answers the object, where it is, and its tag', async () => {
    const answer = await create({});
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(answer.json).toMatchObject({ name: 'New', phone: '+84 5', email: null, status: 'pending', tags: [] });
    expect(answer.json).toMatchObject({ other_attributes: {}, is_deleted: false, employee: null, total_calls: 0 });
    expect(answer.json.created_at).toBe(answer.json.updated_at);
    await expectRead(answer);
    const location = new URL(answer.headers.get('location') ?? '', 'http://any');
    const found = await api.send({ method: 'GET', path: `${location.pathname}${location.search}` });
    expect(found.text).toBe(answer.text);
  });

  test('is measured, and how long it waited for its row locks', async () => {
    await change(CUSTOMERS.own, { name: 'Own' });
    const { text } = await api.send({ method: 'GET', path: '/metrics', workspace: null });
    expect(text).toMatch(/altiplano_row_lock_wait_seconds_count\{method="PATCH",route="[^"]*:id\/"\} [1-9]/);
  });

  test('takes every member', async () => {
    const body = {
      email: 'new@example.org',
      carrier: 'Viettel',
      status: null,
      quality: 'hot',
      call_status: 'calling',
      is_test: true,
      checked: true,
      other_attributes: { city: 'Hà Nội', '😀': [1, { a: null }] },
      employee_id: EMPLOYEES.other,
      label_ids: [LABELS.vipToo, LABELS.cold, LABELS.vip, LABELS.cold],
    };
    const answer = await create(body);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json).toMatchObject({ email: body.email, status: null, tags: ['cold', 'vip', 'vip'] });
    expect(answer.json.employee).toMatchObject({ id: EMPLOYEES.other, name: 'Other' });
    await expectRead(answer);
    const query = `workspace_id=${OURS}&carrier=Viettel&quality=hot&call_status=calling&is_test=true&checked=true`;
    const path = `${CUSTOMERS_PATH}?${query}&labels__id=${LABELS.cold}&other_attributes=city%3DH%C3%A0+N%E1%BB%99i`;
    expect((await api.send({ method: 'GET', path })).json.results).toMatchObject([{ id: answer.json.id }]);
  });

  test('keeps what is at the edge', async () => {
    for (const body of [
      { name: '😀'.repeat(255), phone: '1'.repeat(20), email: 'x'.repeat(254), carrier: 'é'.repeat(50) },
      { name: ' \t\n', phone: '', email: '' },
      { name: '\u0001\u007f\u2028\ufeff', other_attributes: { '': '', a: 'x'.repeat(65_000) } },
      { other_attributes: Object.fromEntries(Array.from({ length: 500 }, (_, key) => [`key ${key}`, key])) },
    ]) {
      const answer = await create(body);
      expect(answer.status, answer.text.slice(0, 500)).toBe(201);
      expect(answer.json).toMatchObject(Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'carrier')));
      await expectRead(answer);
    }
  });

  test('keeps numbers of attributes exactly', async () => {
    const numbers = '[1.50, 1e3, 0.1000000000000000055511151231257827, 12345678901234567890123, -0.0, 1E-7]';
    const body = `{"workspace_id":"${OURS}","name":"x","phone":"1","other_attributes":{"numbers":${numbers}}}`;
    const answer = await api.send({ method: 'POST', path: CUSTOMERS_PATH, workspace: null, body });
    expect(answer.status, answer.text).toBe(201);
    const written = await api.owner().query('select $1::jsonb::text as text', [numbers]);
    expect(answer.text).toContain(written.rows[0].text);
    await expectRead(answer);
  });

  test('by an employee is its own customer', async () => {
    for (const body of [{}, { employee_id: EMPLOYEES.own }]) {
      const answer = await create(body, 'employee');
      expect(answer.status, answer.text).toBe(201);
      expect(answer.json.employee).toMatchObject({ id: EMPLOYEES.own });
      await expectRead(answer, 'employee');
    }
  });
});

describe('PATCH', () => {
  test('changes what is named and nothing else', async () => {
    const created = await create({ email: 'a@example.org', quality: 'warm', label_ids: [LABELS.vip] });
    const { id, updated_at } = created.json;
    const answer = await change(id, { email: null, status: 'blocked' });
    expect(answer.status).toBe(200);
    const { updated_at: touched, ...rest } = answer.json;
    const { updated_at: _, ...before } = created.json;
    expect(rest).toEqual({ ...before, email: null, status: 'blocked' });
    expect(touched > updated_at).toBe(true);
    await expectRead(answer);
    const { rows } = await api.owner().query('select quality from callbot.customer where id = $1', [id]);
    expect(rows).toEqual([{ quality: 'warm' }]);
  });

  test('of labels replaces them, of an employee changes hands', async () => {
    const { id } = (await create({ label_ids: [LABELS.vip] })).json;
    expect((await change(id, { label_ids: [LABELS.cold, LABELS.vipToo] })).json.tags).toEqual(['cold', 'vip']);
    expect((await change(id, { name: 'y' })).json.tags).toEqual(['cold', 'vip']);
    const emptied = await change(id, { label_ids: [], employee_id: EMPLOYEES.own });
    expect(emptied.json).toMatchObject({ tags: [], employee: { id: EMPLOYEES.own } });
    await expectRead(emptied, 'employee');
    expect((await change(id, { name: 'z' }, 'employee')).status).toBe(200);
    expect((await change(id, { employee_id: null })).json.employee).toBeNull();
    expect((await api.read(id, 'employee')).status).toBe(404);
  });

  test('of nothing is no error', async () => {
    const answer = await change(CUSTOMERS.others, {});
    expect(answer.status).toBe(200);
    await expectRead(answer);
  });
});

describe('DELETE', () => {
  test('hides the customer and keeps the row', async () => {
    const { id } = (await create({ label_ids: [LABELS.vip] })).json;
    const { status, text } = await remove(id);
    expect([status, text]).toEqual([204, '']);
    for (const gone of [await api.read(id), await remove(id), await change(id, { name: 'x' })]) {
      expect(gone.status).toBe(404);
    }
    const { rows } = await api
      .owner()
      .query(
        "select is_deleted, deleted_at > now() - interval '1 minute' as recently from callbot.customer where id = $1",
        [id],
      );
    expect(rows).toEqual([{ is_deleted: true, recently: true }]);
    const list = await api.send({ method: 'GET', path: `${CUSTOMERS_PATH}?workspace_id=${OURS}&page_size=100` });
    expect(list.text).not.toContain(id);
  });
});

describe('bulk', () => {
  const bulk = (method: string, body: object, as: User = 'admin') => api.send({ as, method, path: BULK, body });
  const rowsOf = async (condition: string) =>
    Number((await api.owner().query(`select count(*) from callbot.customer where ${condition}`)).rows[0].count);

  test('creates, changes and deletes a hundred', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `Bulk ${index}`);
    const created = await bulk('POST', { items: names.map((name) => ({ ...NEW_CUSTOMER, name })) });
    expect(created.status, created.text.slice(0, 500)).toBe(201);
    const results = created.json.results as { id: string; name: string }[];
    expect(results.map(({ name }) => name)).toEqual(names);
    expect(await rowsOf("name like 'Bulk %' and not is_deleted")).toBe(100);

    const items = results.toReversed().map(({ id, name }) => ({ id, name: `${name}!`, label_ids: [LABELS.vip] }));
    const changed = await bulk('PATCH', { items });
    expect(changed.status, changed.text.slice(0, 500)).toBe(200);
    expect(changed.json.results.map(({ name }: { name: string }) => name)).toEqual(items.map(({ name }) => name));
    expect(changed.json.results[0].tags).toEqual(['vip']);
    expect(await rowsOf("name like 'Bulk %!' and not is_deleted")).toBe(100);
    const last = changed.json.results[99];
    expect(JSON.stringify(last)).toBe(JSON.stringify((await api.read(last.id)).json));

    const deleted = await bulk('DELETE', { ids: results.map(({ id }) => id) });
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    expect(await rowsOf("name like 'Bulk %' and not is_deleted")).toBe(0);
    expect(await rowsOf("name like 'Bulk %!' and deleted_at is not null")).toBe(100);
  });

  test('takes the workspace once for all', async () => {
    const { workspace_id: _, ...item } = NEW_CUSTOMER;
    const body = { workspace_id: OURS, items: [item, item] };
    const answer = await api.send({ method: 'POST', path: BULK, workspace: null, body });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json.results).toHaveLength(2);
  });

  test('changes each item by its own members', async () => {
    const [one, two] = (await bulk('POST', { items: [NEW_CUSTOMER, NEW_CUSTOMER] })).json.results;
    const items = [
      { id: one.id, email: 'x@example.org' },
      { id: two.id, name: 'Two', status: null },
    ];
    const { json } = await bulk('PATCH', { items });
    expect(json.results).toMatchObject([
      { id: one.id, email: 'x@example.org', name: 'New', status: 'pending' },
      { id: two.id, email: null, name: 'Two', status: null },
    ]);
  });

  test('by an employee, its own', async () => {
    const { json } = await bulk('POST', { items: [NEW_CUSTOMER] }, 'employee');
    const [{ id }] = json.results;
    expect(
      (
        await bulk(
          'PATCH',
          {
            items: [
              { id, name: 'x' },
              { id: CUSTOMERS.own, quality: 'hot' },
            ],
          },
          'employee',
        )
      ).status,
    ).toBe(200);
    expect((await bulk('DELETE', { ids: [id] }, 'employee')).status).toBe(204);
  });
});

describe('labels', () => {
  const label = (method: string, id: string, labelId: string, as: User = 'admin') =>
    api.send({ as, method, path: `${pathOf(id)}labels/${labelId}/` });
  const tags = async (id: string) => (await api.read(id)).json.tags;

  test('are linked and unlinked, once or more often', async () => {
    const { id } = (await create({})).json;
    for (let time = 0; time < 2; time++) {
      expect([200, 201, 204]).toContain((await label('POST', id, LABELS.vip)).status);
      expect(await tags(id)).toEqual(['vip']);
    }
    expect([200, 201, 204]).toContain((await label('POST', id, LABELS.cold, 'manager')).status);
    expect(await tags(id)).toEqual(['cold', 'vip']);
    for (let time = 0; time < 2; time++) {
      expect([200, 204]).toContain((await label('DELETE', id, LABELS.vip)).status);
      expect(await tags(id)).toEqual(['cold']);
    }
    expect((await api.read(id)).text).toBe(await api.readNaively(id));
  });

  test('by an employee, of its own customers', async () => {
    expect([200, 201, 204]).toContain((await label('POST', CUSTOMERS.own, LABELS.cold, 'employee')).status);
    expect([200, 204]).toContain((await label('DELETE', CUSTOMERS.own, LABELS.cold, 'employee')).status);
  });
});
