import { describe, expect, inject, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { CUSTOMER, LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const OURS = `${LIST}?workspace_id=${WORKSPACE}`;

describe('a list', () => {
  test('arrives as the database wrote it', async () => {
    const reply = await callbot.get(OURS);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.headers.get('cache-control')).toBe('private, no-cache');
    const text = await reply.text();
    expect(text).toContain('"score": 1.50');
    expect(JSON.parse(text).results).toHaveLength(3);
  });

  test('answers HEAD with the headers alone', async () => {
    const reply = await callbot.get(OURS, { method: 'HEAD', headers: { authorization: `Bearer ${callbot.token()}` } });
    expect(reply.status).toBe(200);
    expect(Number(reply.headers.get('content-length'))).toBeGreaterThan(100);
    expect(await reply.text()).toBe('');
  });

  test("reads '+' as a space", async () => {
    const found = JSON.parse(await (await callbot.get(`${OURS}&search=Customer+2`)).text());
    expect(found.results).toMatchObject([{ name: 'Customer 2' }]);
  });

  test('has details with a tag', async () => {
    const reply = await callbot.get(`${LIST}${CUSTOMER.replace(/.$/, '1')}/?workspace_id=${WORKSPACE}`);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
  });

  test('sends a detail once: what the client has already is a 304', async () => {
    const path = `${LIST}${CUSTOMER.replace(/.$/, '1')}/?workspace_id=${WORKSPACE}`;
    const etag = (await callbot.get(path)).headers.get('etag') ?? '';
    const authorization = `Bearer ${callbot.token()}`;
    const ask = (known: string, method = 'GET') =>
      callbot.get(path, { method, headers: { authorization, 'if-none-match': known } });
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const reply = await ask(known, method);
        expect(reply.status, known).toBe(304);
        expect(reply.headers.get('etag')).toBe(etag);
        expect(await reply.text()).toBe('');
      }
    }
    for (const known of ['"other"', etag.replaceAll('"', ''), '']) expect((await ask(known)).status, known).toBe(200);
    await withOwner(callbot.url(), (client) => client.query("update callbot.customer set name = name || '!'"));
    const changed = await ask(etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    await withOwner(callbot.url(), (client) => client.query("update callbot.customer set name = rtrim(name, '!')"));
  });
});

describe('a request id', () => {
  const idOf = async (given: string) =>
    (await callbot.get('/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');

  test.each(['a', 'trace-1.2_3', 'x'.repeat(64)])('is kept when it is sane: %s', async (id) => {
    expect(await idOf(id)).toBe(id);
  });

  test.each(['', 'x'.repeat(65), 'a b', 'a"b', 'a,b'])('is a new one otherwise: %s', async (id) => {
    expect(await idOf(id)).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('health', () => {
  test('/healthz and /readyz', async () => {
    expect(await (await callbot.get('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await callbot.get('/readyz')).json()).toEqual({ status: 'ready' });
  });

  test('/readyz names the resource that cannot be served and how to mend it', async () => {
    const force = (how: string) =>
      withOwner(callbot.url(), async (client) => {
        for (const table of ['customer', 'call'])
          await client.query(`alter table callbot.${table} ${how} row level security`);
      });
    await force('no force');
    const { origin } = await callbot.start();
    await force('force');
    const reply = await fetch(`${origin}/readyz`);
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).not.toBeNull();
    expect(await reply.json()).toMatchObject({
      code: 'MIGR_ISOLATION_MISSING',
      checks: [
        { name: 'customers', code: 'MIGR_ISOLATION_MISSING', hint: expect.stringContaining('altiplano') },
        { name: 'calls', code: 'MIGR_ISOLATION_MISSING' },
        { name: 'workspaces', code: 'MIGR_ISOLATION_MISSING' }, // it counts customers
      ],
    });
    const list = await fetch(`${origin}${OURS}`, { headers: { authorization: `Bearer ${callbot.token()}` } });
    expect(list.status).toBe(503);
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  });

  test('/readyz when the database does not answer', async () => {
    const { origin } = await callbot.start();
    await allowLogins(false);
    try {
      const reply = await fetch(`${origin}/readyz`);
      expect(reply.status).toBe(503);
      expect(await reply.json()).toMatchObject({ checks: [{ name: 'database', code: 'EXEC_UNAVAILABLE' }] });
    } finally {
      await allowLogins(true);
    }
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  });
});

/** A database that lets nobody in cannot be reached; only from another one can it be told so. */
async function allowLogins(allowed: boolean): Promise<void> {
  const name = new URL(callbot.url()).pathname.slice(1);
  await withOwner(inject('adminUrl'), (client) =>
    client.query(`alter database ${name} with allow_connections ${allowed}`),
  );
}

describe('metrics', () => {
  test('count requests by route pattern, never by path, and show the pool', async () => {
    await callbot.get(OURS);
    await callbot.get('/no/such/path');
    const reply = await callbot.get('/metrics');
    expect(reply.headers.get('content-type')).toContain('text/plain');
    const text = await reply.text();
    expect(text).toMatch(
      /altiplano_http_request_duration_seconds_count\{.*route="\/api\/v1\/customers\/",status="200"/,
    );
    expect(text).toMatch(/altiplano_http_request_duration_seconds_count\{.*route="unknown",status="404"/);
    expect(text).toMatch(/^altiplano_pool_connections_total [1-4]$/m);
    expect(text).toMatch(/^altiplano_pool_connections_idle \d$/m);
    expect(text).toMatch(/^altiplano_pool_requests_waiting 0$/m);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('such');
    expect(text).not.toContain(WORKSPACE);
  });
});

describe('pages of errors', () => {
  test('explain a code', async () => {
    const reply = await callbot.get('/errors/EXEC_TIMEOUT');
    expect(reply.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await reply.text()).toContain('altiplano explain');
  });

  test('know which code was meant', async () => {
    for (const code of ['EXEC_TIMEOT', 'constructor', '__proto__']) {
      const reply = await callbot.get(`/errors/${code}`);
      expect(reply.status).toBe(404);
    }
    expect(await (await callbot.get('/errors/EXEC_TIMEOT')).json()).toMatchObject({
      hint: "Did you mean 'EXEC_TIMEOUT'?",
    });
  });
});

test('every reply is safe to sniff, frame and cache', async () => {
  for (const path of ['/healthz', OURS, '/openapi.json', '/errors/REQ_INVALID', '/nowhere']) {
    const { headers } = await callbot.get(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
