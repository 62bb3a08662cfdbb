import { profileRequest } from 'altiplano/profile';
import { issueToken } from 'altiplano/testing';
import { describe, expect, test } from 'vitest';
import { OURS, USERS } from '../contract/fixture.ts';
import { LIST, ONE, useProfiled } from './use-profiled.ts';

const server = useProfiled();
const PROFILE = '&_profile=true';

const kept = async () =>
  Number((await server.owner().query('select count(*) as n from altiplano.profile')).rows[0]?.n ?? 0);

/** The one that answers, and once in a second the one that looks the credential up. */
const STATEMENTS = [1, 2];

const MEMBERS = {
  query_count: expect.any(Number),
  total_query_time_ms: expect.any(Number),
  serialization_time_ms: expect.any(Number),
  total_time_ms: expect.any(Number),
  request_id: expect.any(String),
  profile_id: expect.any(String),
  profile_url: expect.stringMatching(/^\/_altiplano\/api\/requests\/[\w-]{20,}$/),
};

describe('_profile=true of who may', () => {
  test('is the same answer with one member more, of which no cache may know', async () => {
    const plain = await server.send({ as: 'reader', path: LIST });
    const { status, text, json, headers } = await server.send({ as: 'reader', path: LIST + PROFILE });
    expect(status).toBe(200);
    const { _profiling: profiling } = json;
    expect(profiling).toEqual(MEMBERS);
    expect(text).toBe(`${plain.text.slice(0, -1)},"_profiling":${JSON.stringify(profiling)}}`);
    expect(STATEMENTS).toContain(profiling.query_count);
    expect(profiling.total_time_ms).toBeGreaterThanOrEqual(profiling.total_query_time_ms);
    expect(profiling.total_query_time_ms).toBeGreaterThan(0);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('altiplano-profile')).toBe(profiling.profile_id);
    expect(headers.get('server-timing')).toMatch(
      /^middleware;dur=[\d.]+, queryset;dur=[\d.]+, serializer;dur=[\d.]+(, other;dur=[\d.]+)?, db;dur=[\d.]+;desc="[12] statements?", total;dur=[\d.]+$/,
    );
  });

  test('is fetched afterwards, with layers and what the statement was for', async () => {
    const { json } = await server.send({ as: 'reader', path: LIST + PROFILE });
    const { status, headers, json: profile } = await server.send({ as: 'reader', path: json._profiling.profile_url });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(profile).toMatchObject({
      ...{ id: json._profiling.profile_id, app: 'callbot', tenant: OURS, kind: 'request' },
      request: { method: 'GET', path: '/api/v1/customers/?workspace_id', route: '/api/v1/customers/', status: 200 },
      ...{ findings: expect.any(Array), dropped: 0 },
    });
    const query = profile.queries.at(-1);
    expect(STATEMENTS).toContain(profile.statements);
    expect(query.label).toMatch(
      /^customers list: membership, relation tags, relation employee, relation latest_call, /,
    );
    expect(query.label).toContain('figures ');
    expect(query).toMatchObject({ kind: 'read', layer: 'queryset', parameters: null, error: null });
    expect(profile.layers.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['middleware', 'queryset', 'serializer']),
    );
    expect(JSON.stringify(profile)).not.toContain('Hash');
  });

  test('is in no link', async () => {
    const { json } = await server.send({ as: 'reader', path: `${LIST}&page_size=1${PROFILE}` });
    expect(json.next).toContain('cursor=');
    expect(json.next).not.toContain('_profile');
    const second = await server.send({ as: 'reader', path: `${json.next}${PROFILE}` });
    expect(second.json.previous).toContain('cursor=');
    expect(second.json.previous).not.toContain('_profile');
    const old = await server.send({ as: 'reader', path: `${LIST}&limit=1${PROFILE}` });
    expect(old.json.next).not.toContain('_profile');
  });

  test('never meets a cache: the tag is the object’s own and nothing is a 304', async () => {
    const plain = await server.send({ as: 'reader', path: ONE });
    const etag = plain.headers.get('etag') ?? '';
    const known = { 'if-none-match': etag };
    expect((await server.send({ as: 'reader', path: ONE, headers: known })).status).toBe(304);
    const profiled = await server.send({ as: 'reader', path: ONE + PROFILE, headers: known });
    expect(profiled.status).toBe(200);
    expect(profiled.headers.get('etag')).toBe(etag);
    expect(profiled.json._profiling).toEqual(MEMBERS);
  });

  test('of a write: three statements, the same answer to the same key, and nothing of it is kept with the key', async () => {
    const body = { workspace_id: OURS, name: 'Anna', phone: '+49 30 1234567' };
    const sent = { as: 'reader', method: 'POST', body, headers: { 'idempotency-key': 'profiled-1' } } as const;
    const created = await server.send({ ...sent, path: '/api/v1/customers/?_profile=true' });
    expect([created.status, created.json._profiling]).toEqual([201, MEMBERS]);
    expect(created.json._profiling.query_count).toBeGreaterThanOrEqual(2);
    const again = await server.send({ ...sent, path: '/api/v1/customers/' });
    const { _profiling: _, ...object } = created.json;
    expect([again.status, again.json]).toEqual([201, object]);
    const changed = await server.send({
      ...{ as: 'reader', method: 'PATCH', body: { name: 'Berta' } },
      path: `/api/v1/customers/${object.id}/?workspace_id=${OURS}${PROFILE}`,
    });
    expect(changed.json).toMatchObject({ name: 'Berta', _profiling: MEMBERS });
    const { json: profile } = await server.send({ as: 'reader', path: changed.json._profiling.profile_url });
    const labels = profile.queries.map(({ label }: { label: string }) => label);
    expect(labels.filter((label: string | null) => label !== 'credential')).toEqual([
      'customers lock rows',
      'customers write',
      'customers reply',
      null,
    ]);
    expect(profile.queries.at(-1)).toMatchObject({ text: 'commit', kind: 'transaction' });
    const gone = await server.send({
      ...{ as: 'reader', method: 'DELETE' },
      path: `/api/v1/customers/${object.id}/?workspace_id=${OURS}${PROFILE}`,
    });
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(gone.headers.get('server-timing')).toContain('total;dur=');
  });

  test('of a refusal: the problem document has it too', async () => {
    const wrong = await server.send({ as: 'reader', path: `${LIST}&colour=red${PROFILE}` });
    expect([wrong.status, wrong.json.code, wrong.json._profiling]).toEqual([400, 'REQ_INVALID', MEMBERS]);
    expect(wrong.headers.get('altiplano-profile')).toBe(wrong.json._profiling.profile_id);
    const none = await server.send({ as: 'reader', path: ONE.replace(/cccc\d/, 'cccc7') + PROFILE });
    expect([none.status, none.json._profiling]).toEqual([404, MEMBERS]);
  });
});

describe('_profile', () => {
  test('means nothing to who may not: the answer is byte-equal, and no store is asked', async () => {
    const before = await kept();
    const plain = await server.send({ as: 'plain', path: LIST });
    const asked = await server.send({ as: 'plain', path: LIST + PROFILE });
    expect([asked.status, asked.text]).toEqual([200, plain.text]);
    for (const header of ['altiplano-profile', 'server-timing']) expect(asked.headers.get(header)).toBeNull();
    expect(asked.headers.get('cache-control')).toBe('private, no-cache');
    expect((await server.send({ as: null, path: LIST + PROFILE })).json).not.toHaveProperty('_profiling');
    expect(await kept()).toBe(before);
  });

  test('of one caller is nothing to others who ask at the same time', async () => {
    const both = Array.from({ length: 6 }, () => [
      server.send({ as: 'reader', path: LIST + PROFILE }),
      server.send({ as: 'other', path: LIST }),
    ]);
    for (const [index, { headers, json }] of (await Promise.all(both.flat())).entries()) {
      const told = ['server-timing', 'altiplano-profile'].map((name) => headers.get(name) !== null);
      expect([...told, '_profiling' in json]).toEqual(Array(3).fill(index % 2 === 0));
    }
  });

  test('false is no profile', async () => {
    const { text, headers } = await server.send({ as: 'reader', path: `${LIST}&_profile=false` });
    expect(text).toBe((await server.send({ as: 'reader', path: LIST })).text);
    expect(headers.get('altiplano-profile')).toBeNull();
  });

  test.each([
    ['GET', LIST],
    ['GET', ONE],
    ['GET', '/api/v1/workspaces/?'],
    ['PATCH', ONE],
  ])('with another value is a 400 that names it: %s %s', async (method, path) => {
    const { status, json } = await server.send({
      ...{ as: 'reader', method, path: `${path}&_profile=yes` },
      ...(method === 'PATCH' ? { body: { name: 'x' } } : {}),
    });
    expect([status, Object.keys(json.errors ?? {})]).toEqual([400, ['_profile']]);
  });

  test('of the last value counts', async () => {
    const both = await server.send({ as: 'reader', path: `${LIST}&_profile=no${PROFILE}` });
    expect(both.json._profiling).toEqual(MEMBERS);
    expect((await server.send({ as: 'reader', path: `${LIST}${PROFILE}&_profile=no` })).status).toBe(400);
  });
});

describe('a profile', () => {
  test('is of who asked for it: the same 404 for everybody else, for what never was and for what is over', async () => {
    const { json } = await server.send({ as: 'reader', path: LIST + PROFILE });
    const path = json._profiling.profile_url;
    expect((await server.send({ as: 'other', path })).json.code).toBe('REQ_NOT_FOUND');
    expect((await server.send({ as: 'plain', path })).json.code).toBe('AUTH_PERMISSION');
    expect((await server.send({ as: null, path })).status).toBe(401);
    expect((await server.send({ as: 'operator', path })).status).toBe(200);
    for (const id of ['nothing-of-that-name', "'; drop table x", '%00', 'a/b'])
      expect((await server.send({ as: 'reader', path: `/_altiplano/api/requests/${id}` })).status).toBe(404);
  });

  test('outlives the process that made it, for an hour, and row security’s role cannot see it', async () => {
    const { json } = await server.send({ as: 'reader', path: LIST + PROFILE });
    const path = json._profiling.profile_url;
    const another = await server.another();
    const there = await another.send({ as: 'reader', path });
    expect([there.status, there.json.id]).toEqual([200, json._profiling.profile_id]);
    expect((await another.send({ as: 'other', path })).status).toBe(404);
    await server.owner().query("update altiplano.profile set at = now() - interval '61 minutes'");
    expect((await another.send({ as: 'reader', path })).status).toBe(404);
    await expect(server.engine().pool.query('select * from altiplano.profile')).rejects.toThrow(/permission denied/);
  });

  test('everything else below /_altiplano is closed', async () => {
    for (const path of ['requests', 'shapes', 'routes', 'health', 'recommendations', ''])
      expect((await server.send({ as: 'operator', path: `/_altiplano/api/${path}` })).status).toBe(404);
  });
});

test('profileRequest asks one of our servers, which says it all by itself', async () => {
  const token = await issueToken(server.url(), 'callbot', USERS.admin, ['profile:read'], 'test');
  const result = await profileRequest(LIST, { origin: server.origin(), token });
  expect(result).toMatchObject({ status: 200, n_plus_one_detected: false, profile: { app: 'callbot', tenant: OURS } });
  expect(result.query_count).toBeLessThan(10);
  expect(result.response_time_ms).toBeGreaterThan(result.total_query_time_ms);
  const plain = await issueToken(server.url(), 'callbot', USERS.admin, [], 'test');
  // In this process what the server asks is heard anyway; over the network it would not be.
  expect((await profileRequest(LIST, { origin: server.origin(), token: plain })).query_count).toBeGreaterThan(0);
});

describe('parameters', () => {
  const open = useProfiled({ serving: { parameters: true } });

  test('are shown where the server’s owner says so, and even then without what is somebody’s', async () => {
    const { json } = await open.send({ as: 'reader', path: `${LIST}&search=anna@example.org${PROFILE}` });
    const { json: profile } = await open.send({ as: 'reader', path: json._profiling.profile_url });
    const { parameters } = profile.queries.at(-1);
    expect(parameters).toContain(OURS);
    expect(JSON.stringify(profile)).not.toContain('anna@example.org');
    const body = { workspace_id: OURS, name: 'Anna Schmidt', phone: '+49 30 7654321' };
    const made = await open.send({ as: 'reader', method: 'POST', path: '/api/v1/customers/?_profile=true', body });
    const written = await open.send({ as: 'reader', path: made.json._profiling.profile_url });
    expect(written.text).not.toMatch(/Anna Schmidt|7654321/);
  });
});
