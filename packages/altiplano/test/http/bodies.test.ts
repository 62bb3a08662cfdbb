import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { CUSTOMER, LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const DETAIL = `${LIST}${CUSTOMER.replace(/.$/, '1')}/?workspace_id=${WORKSPACE}`;
const MOST = 10 * 1024 * 1024;

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

async function send({ method = 'POST', path = LIST, headers = {}, body }: Sent) {
  const authorization = `Bearer ${callbot.token()}`;
  const reply = await callbot.get(path, {
    method,
    headers: { authorization, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body) }),
  });
  expect(reply.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return { allow: reply.headers.get('allow'), ...JSON.parse(await reply.text()) };
}

/** Everything a request could have changed. */
async function contents(): Promise<string> {
  const text = 'select md5(string_agg(c::text, chr(10) order by c.id)) as all from callbot.customer c';
  return withOwner(callbot.url(), async (client) => (await client.query(text)).rows[0].all);
}

const nested = (depth: number) => `{"workspace_id":"${WORKSPACE}","other_attributes":${'['.repeat(depth - 1)}`;

describe('a body that cannot be read', () => {
  test.each<[string, Sent, number, string]>([
    ['nothing', { body: '' }, 400, 'there is none'],
    ['white space', { body: ' \n' }, 400, 'empty'],
    ['half a document', { body: '{"name":' }, 400, 'not JSON'],
    ['two documents', { body: '{} {}' }, 400, 'not JSON'],
    ['single quotes', { body: "{'name':'x'}" }, 400, 'not JSON'],
    ['a comma at the end', { body: '{"name":"x",}' }, 400, 'not JSON'],
    ['NaN', { body: '{"duration":NaN}' }, 400, 'not JSON'],
    ['a raw NUL', { body: '{"name":"a\0b"}' }, 400, 'not JSON'],
    ['a form', { body: 'name=x&phone=1' }, 400, 'not JSON'],
    ['an array', { body: '[{"name":"x"}]' }, 400, 'not an object'],
    ['a text', { body: '"name"' }, 400, 'not an object'],
    ['null', { body: 'null' }, 400, 'not an object'],
    ['latin1', { body: Buffer.from('{"name":"Jos\xe9"}', 'latin1') }, 400, 'not UTF-8'],
    ['half a character', { body: Buffer.from('{"name":"é"}').subarray(0, 10) }, 400, 'not UTF-8'],
    ['UTF-16', { body: Buffer.from('{"name":"x"}', 'utf16le') }, 400, 'not JSON'],
    ['ten million brackets', { body: '['.repeat(MOST) }, 400, ''],
    ['a byte too many', { body: `{"name":"${'x'.repeat(MOST - 10)}"}` }, 413, String(MOST)],
    ['another type', { body: '<a/>', headers: { 'content-type': 'text/xml' } }, 415, 'text/xml'],
    ['no type', { body: Buffer.from('{}'), headers: { 'content-type': '' } }, 415, ''],
    ['a form’s type', { body: '{}', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'form'],
    ['a longer type', { body: '{}', headers: { 'content-type': 'application/json-seq' } }, 415, 'json-seq'],
    ['another charset', { body: '{}', headers: { 'content-type': 'application/json; charset=latin1' } }, 415, 'latin1'],
    ['compressed', { body: gzipSync('{}'), headers: { 'content-encoding': 'gzip' } }, 415, 'gzip'],
    ['a body for a deletion', { method: 'DELETE', path: DETAIL, body: '{"ids":[]}' }, 400, 'nothing is wanted'],
  ])('%s', async (_name, sent, status, detail) => {
    const before = await contents();
    const problem = await send(sent);
    expect(problem).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(await contents()).toBe(before);
  });

  test.each([
    ['a member twice', '{"name":"a","name":"b"}', 'name'],
    ['twice, spelled differently', '{"other_attributes":{"a":1,"\\u0061":2}}', 'other_attributes.a'],
    ['twice in an item', '{"items":[{},{"name":"a","name":"b"}]}', 'items.1.name'],
    ['33 levels', `${nested(33)}${']'.repeat(32)}}`, `other_attributes${'.0'.repeat(31)}`],
  ])('%s is named', async (_name, body, member) => {
    const problem = await send({ body });
    expect(problem).toMatchObject({ status: 400, code: 'REQ_INVALID' });
    expect(Object.keys(problem.errors)).toEqual([member]);
  });
});

describe('beside a body', () => {
  test('the token is read first', async () => {
    for (const authorization of ['', 'Bearer nonsense']) {
      const problem = await send({ body: '<a/>', headers: { authorization, 'content-type': 'text/xml' } });
      expect(problem).toMatchObject({ status: 401 });
    }
  });

  test('every path says which methods it takes', async () => {
    const allowed = async (method: string, path: string) => (await send({ method, path })).allow;
    expect(await allowed('PUT', LIST)).toBe('GET, HEAD, POST');
    expect(await allowed('OPTIONS', DETAIL)).toBe('GET, HEAD, PATCH, DELETE');
    expect(await allowed('POST', DETAIL)).toBe('GET, HEAD, PATCH, DELETE');
    for (const method of ['GET', 'PUT', 'OPTIONS']) {
      expect(await allowed(method, `${LIST}bulk/`)).toBe('POST, PATCH, DELETE');
      expect(await allowed(method, `${LIST}${CUSTOMER}/labels/${CUSTOMER}/`)).toBe('POST, DELETE');
      expect(await allowed(method, '/api/v1/calls/bulk/')).toBe('POST');
    }
    expect(await allowed('GET', '/api/v1/calls/')).toBe('POST');
    expect(await allowed('PATCH', `/api/v1/calls/`)).toBe('POST');
    expect((await callbot.get(`${LIST}bulk/`, { method: 'HEAD' })).status).toBe(405);
  });

  test.each([
    ['Idempotency-Key', ''],
    ['Idempotency-Key', 'two words'],
    ['Idempotency-Key', 'x'.repeat(256)],
    ['If-Match', 'unquoted'],
    ['If-Match', ''],
  ])('%s must be one: %s', async (header, value) => {
    const body = JSON.stringify({ workspace_id: WORKSPACE, name: 'New', phone: '1' });
    const problem = await send({ headers: { [header]: value }, body });
    expect(problem).toMatchObject({ status: 400, code: 'REQ_INVALID' });
    expect(Object.keys(problem.errors)).toEqual([header]);
  });
});

describe('a body that does not arrive', () => {
  const start = (length: number) =>
    `POST ${LIST} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${callbot.token()}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{"name":`;

  test('in time is given up, a byte now and then or none at all', async () => {
    const { origin } = await callbot.start({ arrivalTimeout: 400 });
    for (const pause of [50, 10_000]) {
      const started = performance.now();
      const reply = await drip(origin, start(1_000), pause);
      expect(performance.now() - started).toBeLessThan(9_000);
      expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'REQ_MALFORMED' });
    }
  });

  test('at all, with its client gone, is no error', async () => {
    const { origin } = callbot.server();
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname, () => socket.write(start(1_000)));
    await sleep(100);
    socket.destroy();
    await sleep(100);
    expect((await callbot.get('/healthz')).status).toBe(200);
  });
});

function drip(origin: string, text: string, pause: number): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    const timer = setInterval(() => socket.writable && socket.write(' '), pause);
    let reply = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      reply += part;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(reply);
    });
  });
}
