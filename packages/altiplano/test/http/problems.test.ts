import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { CUSTOMER, FOREIGN, getRaw, LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const OURS = `${LIST}?workspace_id=${WORKSPACE}`;
const MADE_UP = '00000000-0000-4000-8000-0000000000ff';

async function problemOf(reply: Response) {
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  const problem = JSON.parse(await reply.text());
  expect(problem.status).toBe(reply.status);
  expect(problem.type).toBe(`/errors/${problem.code}`);
  expect(problem.detail).not.toBe('');
  expect(problem.request_id).toBe(reply.headers.get('x-request-id'));
  return problem;
}

const ask = async (path: string, init?: RequestInit) => problemOf(await callbot.get(path, init));

describe('credentials', () => {
  test('no token', async () => {
    const reply = await callbot.get(OURS, { headers: {} });
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
    expect(await problemOf(reply)).toMatchObject({ status: 401, code: 'AUTH_MISSING' });
  });

  test.each(['Bearer garbage', 'Bearer ', 'Basic dTpw', `Bearer alt_callbot_0123456789abcdef_${'a'.repeat(51)}`])(
    'not a token: %s',
    async (authorization) => {
      const reply = await callbot.get(OURS, { headers: { authorization } });
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      expect(await problemOf(reply)).toMatchObject({ status: 401, code: 'AUTH_INVALID' });
    },
  );

  test('are asked for before anything else is said', async () => {
    expect(await ask(`${LIST}?workspace_id=x&nonsense=1`, { headers: {} })).toMatchObject({ status: 401 });
  });
});

describe('the tenant', () => {
  test.each(['', '?workspace_id=', '?workspace_id=abc', `?workspace_id=${WORKSPACE}x`])(
    'malformed: %s',
    async (query) => {
      const problem = await ask(`${LIST}${query}`);
      expect(problem).toMatchObject({ status: 400, code: 'REQ_INVALID' });
      expect(Object.keys(problem.errors)).toEqual(['workspace_id']);
    },
  );

  test('foreign and made up are the same bytes but for the request id', async () => {
    const texts: string[] = [];
    for (const tenant of [FOREIGN, MADE_UP]) {
      const reply = await callbot.get(`${LIST}?workspace_id=${tenant}&nonsense=1`, {
        headers: { authorization: `Bearer ${callbot.token()}`, 'x-request-id': 'same' },
      });
      expect(reply.status).toBe(403);
      texts.push(await reply.text());
    }
    expect(texts[0]).toBe(texts[1]);
  });
});

describe('a wrong parameter', () => {
  test.each([
    ['stauts=active', 'stauts', "Did you mean 'status'?"],
    ['employee_id=123', 'employee_id', 'uuid'],
    ['page_size=0', 'page_size', 'from 1 to 100'],
    ['page_size=-1', 'page_size', 'from 1 to 100'],
    ['cursor=abc', 'cursor', 'Not a cursor'],
    ['search=ab', 'search', '3'],
    ['name=%00', 'name', ''],
    ['__proto__=1', '__proto__', 'Unknown parameter'],
    ['constructor=1', 'constructor', 'Unknown parameter'],
    ['constructor[prototype][x]=1', 'constructor[prototype][x]', 'Unknown parameter'],
    ['=1', '', 'Unknown parameter'],
  ])('%s', async (query, parameter, message) => {
    const problem = await ask(`${OURS}&${query}`);
    expect(problem).toMatchObject({ status: 400, code: 'REQ_INVALID' });
    expect(Object.entries(problem.errors)).toEqual([[parameter, [expect.stringContaining(message)]]]);
  });

  test('a cursor with one character changed', async () => {
    const { next } = JSON.parse(await (await callbot.get(`${OURS}&page_size=1`)).text());
    const link = new URL(next);
    const cursor = link.searchParams.get('cursor') ?? '';
    const swapped = cursor.at(20) === 'A' ? 'B' : 'A';
    link.searchParams.set('cursor', `${cursor.slice(0, 20)}${swapped}${cursor.slice(21)}`);
    const problem = await ask(`${link.pathname}${link.search}`);
    expect(Object.keys(problem.errors)).toEqual(['cursor']);
  });

  test('the last of a repeated one counts', async () => {
    expect((await callbot.get(`${OURS}&page_size=0&page_size=2`)).status).toBe(200);
    expect((await callbot.get(`${OURS}&page_size=2&page_size=0`)).status).toBe(400);
  });

  test('a detail knows fewer', async () => {
    const problem = await ask(`${LIST}${CUSTOMER}/?workspace_id=${WORKSPACE}&status=active`);
    expect(problem).toMatchObject({ status: 400 });
    expect(Object.keys(problem.errors)).toEqual(['status']);
  });
});

describe('a detail that is not there', () => {
  test.each([MADE_UP, 'abc', 'x'.repeat(5000), '%00', '%F0%9F%98%80'])('%s', async (id) => {
    expect(await ask(`${LIST}${id}/?workspace_id=${WORKSPACE}`)).toMatchObject({ status: 404, code: 'REQ_NOT_FOUND' });
  });
});

describe('length', () => {
  test('a query string of 16 kB is read, of 64 kB explained', async () => {
    const query = (length: number) => `workspace_id=${WORKSPACE}&carrier=`.padEnd(length, 'a');
    expect((await callbot.get(`${LIST}?${query(16_384)}`)).status).toBe(200);
    for (const length of [16_385, 65_536]) {
      const problem = await ask(`${LIST}?${query(length)}`);
      expect(problem).toMatchObject({ status: 414, code: 'REQ_URI_TOO_LONG' });
    }
  });

  test('a link that is given is taken, however long its percent-encoding has made it', async () => {
    const query = `workspace_id=${WORKSPACE}&page_size=1&status=active`.padEnd(16_384, ',');
    const first = JSON.parse(await (await callbot.get(`${LIST}?${query}`)).text());
    expect(first.next.length).toBeGreaterThan(40_000);
    const reply = await fetch(first.next, { headers: { authorization: `Bearer ${callbot.token()}` } });
    expect(reply.status).toBe(200);
    const second = JSON.parse(await reply.text());
    const back = await fetch(second.previous, { headers: { authorization: `Bearer ${callbot.token()}` } });
    expect(JSON.parse(await back.text()).results).toEqual(first.results);
  });

  test('more than is read at all is still a problem document', async () => {
    const { origin } = callbot.server();
    const { status, body } = await getRaw(origin, `${LIST}?a=${'a'.repeat(300_000)}`);
    expect(status).toBe(431);
    expect(JSON.parse(body)).toMatchObject({ code: 'REQ_HEADERS_TOO_LARGE' });
  });
});

describe('paths and methods', () => {
  test.each([
    ['/api/v1/customers', 'Paths here end in a slash: /api/v1/customers/'],
    [`/api/v1/customers/${CUSTOMER}`, `/api/v1/customers/${CUSTOMER}/`],
    ['/api/v1/custmers/', "'/api/v1/customers/'"],
    ['/', 'Known: '],
    ['/healthz/', "'/healthz'"],
  ])('unknown: %s', async (path, hint) => {
    const problem = await ask(path);
    expect(problem).toMatchObject({ status: 404, code: 'REQ_PATH_UNKNOWN', hint: expect.stringContaining(hint) });
  });

  test.each(['/api/v1/customers/%zz/', '/%', '//', '/..%2f..%2fetc/passwd', `${LIST}%2e%2e/`])(
    'broken: %s',
    async (path) => {
      const authorization = `Bearer ${callbot.token()}`;
      const { status, body } = await getRaw(callbot.server().origin, path, { authorization });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(JSON.parse(body).status).toBe(status);
    },
  );

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('%s on a list', async (method) => {
    const reply = await callbot.get(OURS, { method });
    expect(reply.headers.get('allow')).toBe('GET, HEAD, POST');
    expect(await problemOf(reply)).toMatchObject({ status: 405, code: 'REQ_METHOD' });
  });

  test('a body nobody wants is refused for its method, not read', async () => {
    const problem = await ask(OURS, { method: 'PUT', headers: { 'content-type': 'text/xml' }, body: '<a>' });
    expect(problem).toMatchObject({ status: 405 });
  });
});

describe('the connection', () => {
  test.each([
    ['not HTTP', 'hello\r\n\r\n'],
    ['an unknown method', 'FROB / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['a Host that is none', `GET ${LIST}?workspace_id=${WORKSPACE} HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n`],
  ])('%s', async (_name, text) => {
    const reply = await sendRaw(text);
    expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(reply).toContain('application/problem+json');
    const [, body = ''] = reply.split('\r\n\r\n');
    expect(JSON.parse(body)).toHaveProperty('hint');
  });

  test.each([
    ['no Host', '', 400, 'REQ_MALFORMED', 'Host'],
    ['an expectation', 'Host: a\r\nExpect: x\r\n', 417, 'REQ_EXPECTATION', "'x'"],
  ])('%s is told like everything else', async (_name, headers, status, code, detail) => {
    const reply = await sendRaw(`GET /healthz HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    const [head = '', body = ''] = reply.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toContain('content-type: application/problem+json; charset=utf-8');
    expect(JSON.parse(body)).toMatchObject({ status, code, detail: expect.stringContaining(detail) });
  });

  test.each([
    ['HTTP/1.0 without Host', 'GET /healthz HTTP/1.0\r\n\r\n'],
    [
      'HTTP/1.1 that waits for 100',
      'GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nConnection: close\r\n\r\n',
    ],
  ])('%s is answered', async (_name, text) => {
    expect(await sendRaw(text)).toContain('HTTP/1.1 200 OK');
  });

  test('links lead to the host that was asked', async () => {
    const headers = { authorization: `Bearer ${callbot.token()}`, host: 'api.example.org:8443' };
    const { body } = await getRaw(callbot.server().origin, `${OURS}&page_size=1`, headers);
    expect(JSON.parse(body).next).toMatch(/^http:\/\/api\.example\.org:8443\/api\/v1\/customers\/\?/);
  });

  test('forwarded headers are believed only when told to', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'public.example.org' };
    const headers = { authorization: `Bearer ${callbot.token()}`, ...forwarded };
    const trusting = await callbot.start({ trustProxy: true });
    for (const [origin, start] of [
      [callbot.server().origin, `${callbot.server().origin}/`],
      [trusting.origin, 'https://public.example.org/'],
    ] as const) {
      const { body } = await getRaw(origin, `${OURS}&page_size=1`, headers);
      expect(JSON.parse(body).next.startsWith(start)).toBe(true);
    }
  });
});

function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(callbot.server().origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let reply = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      reply += part;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(reply));
  });
}
