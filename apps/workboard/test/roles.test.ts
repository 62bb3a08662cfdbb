import { issueToken } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { useApi } from './api.ts';
import { MADE_UP, MEMBERS, type Member, PROJECTS, TASKS } from './fixture.ts';

const api = useApi();
const json = { 'content-type': 'application/json' };

interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** What may be sent to it: 403 for the others. */
  readonly scope: string;
  readonly roles: readonly Member[];
}

const everyone: readonly Member[] = ['owner', 'admin', 'member'];
const chiefs: readonly Member[] = ['owner', 'admin'];
const read = (path: string, scope: string, roles = everyone): Endpoint => ({ method: 'GET', path, scope, roles });
const write = (method: string, path: string, scope: string, roles: readonly Member[], body?: unknown): Endpoint => ({
  ...{ method, path, scope, roles },
  ...(body === undefined ? {} : { body }),
});

/** Writes that nobody who may could carry out: refused for what they name, or for nothing being there. */
const ENDPOINTS: readonly Endpoint[] = [
  read('/projects/', 'projects:read'),
  read(`/projects/${PROJECTS.roof}/`, 'projects:read'),
  read('/tasks/', 'tasks:read'),
  read(`/tasks/${TASKS.call}/`, 'tasks:read'),
  read('/members/', 'members:read'),
  read('/audit-logs/', 'audit:read', chiefs),
  read('/api-keys/', 'keys:admin', chiefs),
  write('POST', '/projects/', 'projects:write', chiefs, {}),
  write('PATCH', `/projects/${MADE_UP}/`, 'projects:write', chiefs, {}),
  write('DELETE', `/projects/${MADE_UP}/`, 'projects:write', chiefs),
  write('POST', '/tasks/', 'tasks:write', everyone, {}),
  write('PATCH', `/tasks/${MADE_UP}/`, 'tasks:write', everyone, {}),
  write('DELETE', `/tasks/${MADE_UP}/`, 'tasks:write', everyone),
  write('POST', '/members/', 'members:write', chiefs, {}),
  write('PATCH', `/members/${MADE_UP}/`, 'members:write', chiefs, {}),
  write('DELETE', `/members/${MADE_UP}/`, 'members:write', chiefs),
  write('POST', '/api-keys/', 'keys:admin', chiefs, {}),
  write('POST', `/api-keys/${MADE_UP}/rotate/`, 'keys:admin', chiefs, {}),
  write('DELETE', `/api-keys/${MADE_UP}/`, 'keys:admin', chiefs),
];
const told = ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const);
const ask = (as: string | null, { method, path, body }: Endpoint) =>
  api.send({ as, method, path, ...(body === undefined ? {} : { body, headers: json }) });

/** A token of the owner for one scope, or for all but one. */
const narrowed = new Map<string, string>();
beforeAll(async () => {
  const scopes = [...new Set(ENDPOINTS.map(({ scope }) => scope))];
  for (const scope of scopes) {
    const without = scopes.filter((other) => other !== scope);
    narrowed.set(`only ${scope}`, await issueToken(api.url(), 'workboard', MEMBERS.owner, [scope], 'test'));
    narrowed.set(`without ${scope}`, await issueToken(api.url(), 'workboard', MEMBERS.owner, without, 'test'));
  }
});

describe('who may', () => {
  test.each(told)('%s', async (_title, endpoint) => {
    for (const role of everyone) {
      const { status } = await ask(role, endpoint);
      if (endpoint.roles.includes(role)) expect([200, 400, 404], role).toContain(status);
      else expect(status, role).toBe(403);
    }
    expect((await ask(null, endpoint)).status).toBe(401);
  });
});

describe('a token’s own scopes narrow its role’s', () => {
  test.each(told)('%s', async (_title, endpoint) => {
    const { scope } = endpoint;
    expect([200, 400, 404]).toContain((await ask(narrowed.get(`only ${scope}`) ?? '', endpoint)).status);
    expect((await ask(narrowed.get(`without ${scope}`) ?? '', endpoint)).status).toBe(403);
  });
});

test('a role that changes counts from the next request on', async () => {
  const project = { method: 'POST', path: '/projects/', body: { name: 'x', owner_id: MEMBERS.owner } };
  expect((await api.send({ as: 'second', ...project })).status).toBe(403);
  await api.owner().query(`update workboard.member set role = 'admin' where id = $1`, [MEMBERS.second]);
  expect((await api.send({ as: 'second', ...project })).status).toBe(201);
  await api.owner().query(`update workboard.member set role = 'member' where id = $1`, [MEMBERS.second]);
  expect((await api.send({ as: 'second', ...project })).status).toBe(403);
  await api.owner().query('delete from workboard.member where id = $1', [MEMBERS.second]);
  expect((await api.send({ as: 'second', ...project })).status).toBe(401);
});
