import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();

function collect(): { readonly stream: Writable; lines(): Record<string, unknown>[]; text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const lines = () => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { stream, lines, text: () => text };
}

describe('the log', () => {
  test('has one line for a request: route, status, time, stages, id', async () => {
    const log = collect();
    const { origin } = await callbot.start({ logger: { level: 'info', stream: log.stream } });
    const authorization = `Bearer ${callbot.token()}`;
    const secret = 'Nguyen-personal-data';
    await fetch(`${origin}${LIST}?workspace_id=${WORKSPACE}&search=${secret}`, {
      headers: { authorization, 'x-request-id': 'one' },
    }).then((reply) => reply.text());
    await fetch(`${origin}/${secret}?${secret}`, { headers: { authorization, cookie: secret } }).then((r) => r.text());

    const requests = log.lines().filter(({ msg }) => msg === 'request');
    expect(requests).toHaveLength(2);
    expect(requests[0]).toMatchObject({ request_id: 'one', method: 'GET', route: LIST, status: 200 });
    expect(requests[0]?.stages).toMatchObject({ authenticate: expect.any(Number), execute: expect.any(Number) });
    expect(requests[1]).toMatchObject({ route: 'unknown', status: 404 });
    for (const hidden of [secret, callbot.token(), WORKSPACE]) expect(log.text()).not.toContain(hidden);
  });

  test('has the error nobody foresaw, and the reply has not', async () => {
    const log = collect();
    const { origin } = await callbot.start({
      logger: { level: 'error', stream: log.stream },
      observe: () => {
        throw new Error('defect 4711');
      },
    });
    const headers = { authorization: `Bearer ${callbot.token()}`, 'x-request-id': 'two' };
    const reply = await fetch(`${origin}${LIST}?workspace_id=${WORKSPACE}`, { headers });
    const text = await reply.text();
    expect(reply.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'EXEC_INTERNAL', request_id: 'two' });
    expect(text).not.toContain('4711');
    expect(log.lines()).toMatchObject([{ request_id: 'two', error: { message: 'defect 4711' } }]);
  });

  test('has a body that its client broke off as that client’s doing, not as an error', async () => {
    const log = collect();
    const { origin, fastify } = await callbot.start({ logger: { level: 'info', stream: log.stream } });
    const { hostname, port } = new URL(origin);
    const asked: IncomingMessage[] = [];
    fastify.server.on('request', (request: IncomingMessage) => asked.push(request));
    const head = ['Host: a', 'Content-Type: application/json', 'Content-Length: 100'];
    const client = connect(Number(port), hostname);
    client.write(`POST ${LIST} HTTP/1.1\r\n${head.join('\r\n')}\r\nAuthorization: Bearer ${callbot.token()}\r\n\r\n{`);
    await vi.waitFor(() => expect(asked[0]?.readableFlowing).toBe(true), { timeout: 20_000 });
    client.destroy();
    await vi.waitFor(() => expect(log.text()).toContain('"msg":"request"'), { timeout: 20_000 });
    const lines = log.lines().filter((line) => 'request_id' in line);
    expect(lines).toMatchObject([{ msg: 'request', method: 'POST', route: LIST, status: 499 }]);
  });

  test('has the database’s error without the values it quotes', async () => {
    const log = collect();
    const { origin } = await callbot.start({ logger: { level: 'error', stream: log.stream } });
    const headers = { authorization: `Bearer ${callbot.token()}` };
    await withOwner(callbot.url(), (client) => client.query(BREAK));
    const reply = await fetch(`${origin}${LIST}?workspace_id=${WORKSPACE}`, { headers });
    await withOwner(callbot.url(), (client) => client.query(MEND));
    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toContain('4712');
    expect(log.text()).toContain('22P02');
    expect(log.text()).not.toContain('4712');
  });
});

/** A policy that fails on every row, quoting a value as conversions do. */
const BREAK = `
  create function callbot.broken(text) returns boolean language plpgsql volatile as
    $$ begin return ('phone 4712 ' || $1)::uuid is null; end $$;
  create policy broken on callbot.customer as restrictive using (callbot.broken(name))`;
const MEND = 'drop policy broken on callbot.customer; drop function callbot.broken(text)';
