import { describe, expect, test } from 'vitest';
import { LIST, ONE, useProfiled } from './use-profiled.ts';

const FOLDING = {
  kind: 'rollup',
  title: 'callbot.call',
  lag: 1.5,
  unfolded: 7,
  folds: 1,
  folded: 9,
  errors: 0,
} as const;
const server = useProfiled({ serving: { dashboard: true, folding: () => [FOLDING] } });

const api = (path: string, as: string | null = 'operator') => server.send({ as, path: `/_altiplano/api/${path}` });
const listed = async (as: string, query = '') => (await api(`requests${query}`, as)).json;

describe('requests', () => {
  test('are listed, the newest last, each to whoever asked for it and all to an operator', async () => {
    // The first one looks its credential up.
    for (const as of ['plain', 'plain']) await server.send({ as, path: LIST });
    await server.send({ as: 'other', path: ONE });
    await server.send({ as: null, path: LIST });
    const all = await listed('operator');
    const [one, other, stranger] = all.requests.slice(-3);
    expect(one).toMatchObject({
      ...{ method: 'GET', path: '/api/v1/customers/?workspace_id', route: '/api/v1/customers/', app: 'callbot' },
      ...{ status: 200, kept: true, verdicts: expect.any(Array) },
    });
    expect([1, 2]).toContain(one.statements);
    expect(one.total).toBeGreaterThanOrEqual(one.database);
    expect(one.database).toBeGreaterThan(0);
    expect([other.status, other.route]).toEqual([200, '/api/v1/customers/:id/']);
    expect([stranger.status, stranger.app]).toEqual([401, 'callbot']);
    expect([all.missed, all.last]).toEqual([0, stranger.sequence]);

    const own = await listed('other');
    expect(own.requests.map(({ id }: { id: string }) => id)).toEqual([other.id]);
    expect((await api(`requests/${other.id}`, 'other')).json.id).toBe(other.id);
    expect((await api(`requests/${one.id}`, 'other')).status).toBe(404);
  });

  test('are asked for from the last one seen on', async () => {
    const { last } = await listed('operator');
    expect((await listed('operator', `?after=${last}`)).requests).toEqual([]);
    for (let count = 0; count < 3; count++) await server.send({ as: 'plain', path: LIST });
    const two = await listed('operator', `?after=${last}&limit=2`);
    expect(two.requests.map(({ sequence }: { sequence: number }) => sequence)).toEqual([last + 1, last + 2]);
    expect((await listed('operator', `?after=${last + 2}&limit=2`)).requests).toHaveLength(1);
    expect((await api('requests?after=x')).json.errors).toHaveProperty('after');
  });

  test('of the dashboard itself are none, and answers of others are as they were', async () => {
    const before = (await listed('operator')).last;
    const { headers, json } = await server.send({ as: 'reader', path: LIST });
    expect([headers.get('server-timing'), json._profiling]).toEqual([null, undefined]);
    expect((await listed('operator')).last).toBe(before + 1);
  });
});

test('shapes and routes are figures over what the reader may see', async () => {
  await server.send({ as: 'plain', path: LIST });
  const { shapes } = (await api('shapes')).json;
  const shape = shapes.find(({ routes }: { routes: string[] }) => routes.includes('GET /api/v1/customers/'));
  expect(shape.calls).toBeGreaterThanOrEqual(shape.requests);
  expect(shape.mean).toBeCloseTo(shape.total / shape.calls, 6);
  expect((await api(`requests/${shape.example.id}`)).json.queries[shape.example.ordinal].fingerprint).toBe(
    shape.fingerprint,
  );
  const { routes } = (await api('routes')).json;
  const route = routes.find((one: { route: string }) => one.route === '/api/v1/customers/');
  expect(route.requests).toBeGreaterThan(0);
  expect(route.p50).toBeLessThanOrEqual(route.p95);
  expect(route.p95).toBeLessThanOrEqual(route.p99);
  expect(route.minutes.at(-1).requests).toBeLessThanOrEqual(route.requests);
  expect((await api('routes', 'reader')).json.routes.length).toBeLessThan(routes.length + 1);
});

test('health tells operators of rollups, caches and indexes', async () => {
  const { json } = await api('health');
  expect(json.rollups).toEqual([FOLDING]);
  const names = json.caches.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['credentials', 'PostgreSQL buffers']);
  for (const { rate, hits, misses } of json.caches)
    expect(rate === null ? 0 : rate).toBeCloseTo(hits + misses === 0 ? 0 : hits / (hits + misses), 6);
  const index = json.indexes.find((one: { index: string }) => one.index.startsWith('idx_customer'));
  expect(index).toMatchObject({ table: expect.stringMatching(/^callbot\./), bytes: expect.any(Number) });
  expect(json.profiling).toMatchObject({ level: 'timings', dropped: 0 });
  expect((await api('health', 'reader')).json).toMatchObject({ rollups: [], caches: [], indexes: [] });
});

test('a plan is the one that is served, for those who may have statements explained', async () => {
  await server.send({ as: 'operator', path: LIST });
  const { id } = (await listed('operator')).requests.at(-1);
  const { ordinal } = (await api(`requests/${id}`)).json.queries.at(-1);
  const { status, json } = await api(`requests/${id}/queries/${ordinal}/plan`);
  expect([status, json.plan[0].Plan['Node Type']]).toEqual([200, expect.any(String)]);
  expect(JSON.stringify(json.plan)).toContain('idx_');
  expect((await api(`requests/${id}/queries/7/plan`)).status).toBe(404);
  const own = await server.send({ as: 'reader', path: `${LIST}&_profile=true` });
  const refused = await api(`requests/${own.json._profiling.profile_id}/queries/0/plan`, 'reader');
  expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('profile:explain')]);
});

test('plans of what was asked are looked at for those who may, and every one of them is to be had', async () => {
  for (const path of [LIST, ONE]) await server.send({ as: 'operator', path });
  const { status, json } = await api('recommendations?plans=true');
  expect([status, json.plans.refused, json.plans.looked > 1]).toEqual([200, 0, true]);
  // Of a few rows no plan says anything.
  const rules = json.recommendations.map(({ rule }: { rule: string }) => rule);
  expect(rules.filter((rule: string) => /index|policy|statistics|columns|sort/.test(rule))).toEqual([]);
  expect((await api('recommendations')).json.plans.looked).toBe(json.plans.looked);
  const refused = await api('recommendations?plans=true', 'reader');
  expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('profile:explain')]);
  expect((await api('recommendations', 'reader')).json.plans).toBeNull();
});

test('everything is behind the scope, never cached, and nothing else is there', async () => {
  for (const path of ['requests', 'shapes', 'routes', 'health', 'recommendations', 'requests/x/queries/0/plan']) {
    expect([(await api(path, null)).status, path]).toEqual([401, path]);
    expect([(await api(path, 'plain')).status, path]).toEqual([403, path]);
  }
  const { headers } = await api('recommendations');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const path of ['', 'nothing', 'shapes/1', 'requests/x/y', 'requests/x/queries/0/plan/z'])
    expect([(await api(path)).status, path]).toEqual([404, path]);
});
