import { describe, expect, test } from 'vitest';
import { useApi } from './api.ts';
import { MEMBERS, PROJECTS } from './fixture.ts';

const api = useApi();
const make = async (body: object = {}) => {
  const made = await api.send({
    ...{ as: 'admin', method: 'POST', path: '/api-keys/' },
    body: { name: 'key', scopes: ['tasks:read', 'tasks:write'], ...body },
  });
  expect(made.status, made.text).toBe(201);
  return made.json as { id: string; prefix: string; secret: string; expires_at: string | null };
};
const statusOf = async (secret: string, server: Pick<typeof api, 'send'> = api) =>
  (await server.send({ as: secret, path: '/tasks/?page_size=1' })).status;

describe('an API key', () => {
  test('that is revoked is refused everywhere within a second', async () => {
    const other = await api.another();
    const { id, secret } = await make();
    expect([await statusOf(secret), await statusOf(secret, other)]).toEqual([200, 200]);
    const revoked = await api.send({ as: 'admin', method: 'DELETE', path: `/api-keys/${id}/` });
    expect(revoked.status).toBe(204);
    expect([await statusOf(secret, other), await statusOf(secret)]).toEqual([401, 401]);
  });

  test('that has expired is refused', async () => {
    const { id, secret } = await make({ expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await statusOf(secret)).toBe(200);
    await api.owner().query(`update workboard.api_key set expires_at = now() where id = $1`, [id]);
    expect(await statusOf(secret)).toBe(401);
  });

  test('that is rotated stays good for the overlap, and no longer than it was', async () => {
    const old = await make({ expires_at: new Date(Date.now() + 7_200_000).toISOString() });
    const rotate = (id: string, overlap_seconds: number) =>
      api.send({ as: 'admin', method: 'POST', path: `/api-keys/${id}/rotate/`, body: { overlap_seconds } });
    const newer = (await rotate(old.id, 60)).json;
    expect(newer).toMatchObject({ expires_at: old.expires_at, name: 'key' });
    expect(newer.secret).not.toBe(old.secret);
    expect([await statusOf(old.secret), await statusOf(newer.secret)]).toEqual([200, 200]);
    await rotate(newer.id, 0);
    expect([await statusOf(old.secret), await statusOf(newer.secret)]).toEqual([200, 401]);
    const { rows } = await api
      .owner()
      .query(`select extract(epoch from expires_at - now())::float8 as left from workboard.api_key where id = $1`, [
        old.id,
      ]);
    expect(rows[0].left).toBeGreaterThan(0);
    expect(rows[0].left).toBeLessThanOrEqual(60);
  });

  test('that was rotated is not rotated again: its successor keeps its own life, however many ask at once', async () => {
    const { id } = await make();
    const rotate = () =>
      api.send({ as: 'admin', method: 'POST', path: `/api-keys/${id}/rotate/`, body: { overlap_seconds: 60 } });
    const answers = await Promise.all([rotate(), rotate(), rotate()]);
    expect(answers.map(({ status }) => status).sort(), answers[0]?.text).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 201)?.json.expires_at).toBeNull();
    const again = await rotate();
    expect([again.status, again.json.detail]).toEqual([409, expect.stringContaining('rotated')]);
    const trail = await api.send({ as: 'owner', path: `/audit-logs/?record_id=${id}&action=update` });
    expect(trail.json.results).toMatchObject([{ changes: { rotated_at: [null, expect.any(String)] } }]);
  });

  test('acts as itself: the trail names the key', async () => {
    const { id, secret } = await make();
    const body = { title: 'By machine', project_id: PROJECTS.roof };
    const task = await api.send({ as: secret, method: 'POST', path: '/tasks/', body });
    expect(task.status, task.text).toBe(201);
    const { json } = await api.send({ as: 'owner', path: `/audit-logs/?record_id=${task.json.id}` });
    expect(json.results[0].actor).toEqual({ kind: 'api_key', id, name: 'key' });
    const asked = await api.send({ as: 'owner', path: `/audit-logs/?actor_id=${id}` });
    expect(asked.json.results).toEqual(json.results);
  });

  test('hands out no more than it may do itself', async () => {
    const { secret } = await make({ scopes: ['keys:admin', 'tasks:read'] });
    const ask = (scopes: string[]) =>
      api.send({ as: secret, method: 'POST', path: '/api-keys/', body: { name: 'child', scopes } });
    expect((await ask(['tasks:read', 'audit:read'])).status).toBe(403);
    expect((await ask(['tasks:read'])).status).toBe(201);
    const strong = await make({ scopes: ['audit:read'] });
    const rotated = await api.send({ as: secret, method: 'POST', path: `/api-keys/${strong.id}/rotate/`, body: {} });
    expect(rotated.status).toBe(403);
  });

  test('ends with the member who made it', async () => {
    await api.owner().query(`update workboard.member set role = 'admin' where id = $1`, [MEMBERS.second]);
    const made = await api.send({
      ...{ as: 'second', method: 'POST', path: '/api-keys/' },
      body: { name: 'mine', scopes: ['tasks:read'] },
    });
    expect(await statusOf(made.json.secret)).toBe(200);
    const left = await api.send({ as: 'owner', method: 'DELETE', path: `/members/${MEMBERS.second}/` });
    expect(left.status, left.text).toBe(204);
    expect(await statusOf(made.json.secret)).toBe(401);
  });
});

test('neither secret nor digest is in a list, in the trail or in the table', async () => {
  const { secret, prefix } = await make({ name: 'secretive' });
  const { rows } = await api.owner().query(
    `select k::text as key, encode(k.digest, 'hex') as digest, (select json_agg(l)::text from workboard.audit_log l) as trail
     from workboard.api_key k where prefix = $1`,
    [prefix],
  );
  const { key, digest, trail } = rows[0] as { key: string; digest: string; trail: string };
  // What is secret may hold underscores of its own, so it begins after the prefix and not after the last of them.
  const hidden = secret.slice(secret.indexOf(prefix) + prefix.length + 1, -8);
  expect(hidden.length).toBeGreaterThan(20);
  const list = (await api.send({ as: 'admin', path: '/api-keys/' })).text;
  for (const text of [key, trail, list]) expect(text).not.toContain(hidden);
  for (const text of [trail, list]) expect(text).not.toContain(digest);
  expect(list).toContain(prefix);
});
