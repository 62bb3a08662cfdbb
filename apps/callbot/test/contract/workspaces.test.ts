import { describe, expect, test } from 'vitest';
import { type Answer, CUSTOMERS_PATH, expectProblem, refusalText, type Sent, useApi } from './api.ts';
import { CUSTOMERS, EMPLOYEES, MADE_UP, OURS, THEIRS, USERS, type User } from './fixture.ts';

const api = useApi();
const WORKSPACES = '/api/v1/workspaces/';

const get = (path = WORKSPACES, more: Partial<Sent> = {}): Promise<Answer> =>
  api.send({ method: 'GET', path, workspace: null, ...more });

const updatedAt = async (where: string): Promise<string | null> => {
  const { rows } = await api.owner().query(
    `select to_char(max(updated_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
     from callbot.customer where not is_deleted and ${where}`,
  );
  return rows[0].at;
};

describe('GET /workspaces/', () => {
  test('lists what the caller may enter, in the envelope of every list', async () => {
    const { status, text, headers } = await get();
    const last = await updatedAt(`workspace_id = '${OURS}'`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(text).toBe(
      `{"results":[{"id":"${OURS}","name":"Ours","customer_count":3,"last_updated":"${last}"}],"next":null,"previous":null,"count":null}`,
    );
  });

  test('counts what a user of role employee sees, and nothing for one who is nobody', async () => {
    const own = await updatedAt(`employee_id = '${EMPLOYEES.own}'`);
    expect((await get(WORKSPACES, { as: 'employee' })).json.results).toEqual([
      { id: OURS, name: 'Ours', customer_count: 1, last_updated: own },
    ]);
    expect((await get(WORKSPACES, { as: 'idle' })).json.results).toEqual([
      { id: OURS, name: 'Ours', customer_count: 0, last_updated: null },
    ]);
  });

  test('never shows a workspace that is not the caller’s', async () => {
    for (const as of Object.keys(USERS) as User[]) {
      const { json } = await get(WORKSPACES, { as });
      const ids = json.results.map(({ id }: { id: string }) => id);
      expect(ids, as).toEqual([as === 'stranger' ? THEIRS : OURS]);
    }
  });

  test('is empty for a user without memberships', async () => {
    await api.owner().query(`delete from callbot.app_user_workspaces where user_id = '${USERS.manager}'`);
    const { status, text } = await get(`${WORKSPACES}?count=exact`, { as: 'manager' });
    await api.owner().query(`insert into callbot.app_user_workspaces values ('${USERS.manager}', '${OURS}')`);
    expect({ status, text }).toEqual({ status: 200, text: '{"results":[],"next":null,"previous":null,"count":0}' });
    expect((await get(WORKSPACES, { as: 'manager' })).json.results).toHaveLength(1);
  });

  test('says how many there are when it is asked', async () => {
    for (const kind of ['exact', 'estimated']) {
      const { json, headers } = await get(`${WORKSPACES}?count=${kind}`);
      expect(json.count).toBe(1);
      expect(headers.get('altiplano-count')).toBe(kind);
    }
  });

  test('pages with cursors that are good for nothing else', async () => {
    const many = `insert into callbot.workspace (id, name) values ('${MADE_UP}', 'Another');
      insert into callbot.app_user_workspaces (user_id, workspace_id) values ('${USERS.admin}', '${MADE_UP}')`;
    await api.owner().query(many);
    const first = await get(`${WORKSPACES}?page_size=1`);
    expect(first.json.results[0]).toEqual({ id: MADE_UP, name: 'Another', customer_count: 0, last_updated: null });
    const second = await get(`${new URL(first.json.next).pathname}${new URL(first.json.next).search}`);
    expect(second.json).toMatchObject({
      results: [{ id: OURS }],
      next: null,
      previous: expect.stringMatching(/cursor=/),
    });
    const cursor = new URL(first.json.next).searchParams.get('cursor');
    const foreign = await api.send({ method: 'GET', path: `${CUSTOMERS_PATH}?workspace_id=${OURS}&cursor=${cursor}` });
    expect([foreign.status, Object.keys(foreign.json.errors)]).toEqual([400, ['cursor']]);
    await api.owner().query(`delete from callbot.workspace where id = '${MADE_UP}'`);
  });

  test.each(['workspace_id', 'limit', 'offset', 'order', 'facets', 'search', 'id', '__proto__'])(
    'knows no %s',
    async (parameter) => {
      const answer = await get(`${WORKSPACES}?${parameter}=${OURS}`);
      expect([answer.status, Object.keys(answer.json.errors)]).toEqual([400, [parameter]]);
      expectProblem(answer);
    },
  );

  test.each(['page_size=0', 'page_size=x', 'cursor=x', 'count=all', '_profile=1', 'page_size=%00'])(
    'refuses %s',
    async (query) => {
      const answer = await get(`${WORKSPACES}?${query}`);
      expect([answer.status, Object.keys(answer.json.errors)]).toEqual([400, [query.split('=')[0]]]);
    },
  );
});

describe('GET /workspaces/{id}/', () => {
  const detail = `${WORKSPACES}${OURS}/`;

  test('gives the object of the list, with a tag that changes with it', async () => {
    const { status, text, headers } = await get(detail);
    const listed = (await get()).text;
    expect(status).toBe(200);
    expect(listed).toContain(text);
    const tag = headers.get('etag') ?? '';
    expect((await get(detail, { headers: { 'if-none-match': tag } })).status).toBe(304);
    await api.send({ method: 'PATCH', path: `${CUSTOMERS_PATH}${CUSTOMERS.own}/`, body: { name: 'Renamed' } });
    const changed = await get(detail, { headers: { 'if-none-match': tag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(tag);
  });

  test('counts what a user of role employee sees', async () => {
    expect((await get(detail, { as: 'employee' })).json.customer_count).toBe(1);
    expect((await get(detail, { as: 'idle' })).json).toMatchObject({ customer_count: 0, last_updated: null });
  });

  // `workspace_id` of any other endpoint refuses the same ids with the same body.
  test('refuses any other id, of a workspace, of nothing or no id at all, with the same 403', async () => {
    const parameter = await api.send({ method: 'GET', path: CUSTOMERS_PATH, workspace: THEIRS });
    for (const id of [THEIRS, MADE_UP, 'none', '%00', OURS.slice(1), `${OURS}${OURS}`]) {
      const answer = await get(`${WORKSPACES}${id}/`);
      expect(answer.status, id).toBe(403);
      expectProblem(answer);
      expect(refusalText(answer), id).toBe(refusalText(parameter));
      // A stranger is not told what else was wrong.
      expect((await get(`${WORKSPACES}${id}/?page_size=1`)).status, id).toBe(403);
    }
    const answer = await get(`${detail}?page_size=1`);
    expect([answer.status, Object.keys(answer.json.errors)]).toEqual([400, ['page_size']]);
  });

  test('is closed as soon as the membership is gone', async () => {
    await api.owner().query(`delete from callbot.app_user_workspaces where user_id = '${USERS.manager}'`);
    const { status } = await get(detail, { as: 'manager' });
    await api.owner().query(`insert into callbot.app_user_workspaces values ('${USERS.manager}', '${OURS}')`);
    expect(status).toBe(403);
  });
});

describe('around them', () => {
  test('without a token nothing is told', async () => {
    for (const path of [WORKSPACES, `${WORKSPACES}${OURS}/`, `${WORKSPACES}?nonsense=1`]) {
      expect((await get(path, { headers: { authorization: '' } })).status, path).toBe(401);
    }
  });

  test('HEAD answers as GET does, without a body', async () => {
    for (const path of [WORKSPACES, `${WORKSPACES}${OURS}/`]) {
      const whole = await get(path);
      const head = await api.send({ method: 'HEAD', path, workspace: null });
      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(whole.text)));
      expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
    }
  });

  test('the API is described as it is: no tenant to name, a 403 for one and none for the list', async () => {
    const { paths, components } = (await get('/openapi.json')).json;
    const [list, one] = [paths[WORKSPACES].get, paths[`${WORKSPACES}{id}/`].get];
    const names = ({ parameters }: { parameters: { name: string }[] }) => parameters.map(({ name }) => name);
    expect(names(list)).toEqual(['cursor', 'page_size', 'count', '_profile']);
    expect(names(one)).toEqual(['id', '_profile']);
    expect([Object.keys(list.responses), Object.keys(one.responses)]).toEqual([
      ['200', '400', '401', '414', '503'],
      ['200', '400', '401', '403', '414', '503'],
    ]);
    expect(components.schemas['callbot.workspaces'].properties).toMatchObject({
      customer_count: { type: 'integer' },
      last_updated: { type: ['string', 'null'], format: 'date-time' },
    });
  });

  test('nothing is written here', async () => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      for (const path of [WORKSPACES, `${WORKSPACES}${OURS}/`]) {
        const answer = await api.send({ method, path, workspace: null });
        expect(answer.status, `${method} ${path}`).toBe(405);
        expect(answer.headers.get('allow')).toBe('GET, HEAD');
      }
    }
    expect((await get('/api/v1/workspaces')).json.hint).toContain(WORKSPACES);
  });

  test('a user that is gone is nobody, though the token was good a moment ago', async () => {
    expect((await get(WORKSPACES, { as: 'stranger' })).status).toBe(200);
    await api.owner().query(`delete from callbot.app_user where id = '${USERS.stranger}'`);
    expect((await get(WORKSPACES, { as: 'stranger' })).status).toBe(401);
  });

  test('a role that changes shows at once: the statement asks whether it still holds', async () => {
    expect((await get(WORKSPACES, { as: 'employee' })).json.results[0].customer_count).toBe(1);
    await api.owner().query(`update callbot.app_user set role = 'manager' where id = '${USERS.employee}'`);
    const { json } = await get(WORKSPACES, { as: 'employee' });
    await api.owner().query(`update callbot.app_user set role = 'employee' where id = '${USERS.employee}'`);
    expect(json.results[0].customer_count).toBe(3);
    expect((await get(WORKSPACES, { as: 'employee' })).json.results[0].customer_count).toBe(1);
  });
});
