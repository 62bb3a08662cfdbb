import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';
import { type Lock, lockCustomers } from './lock.ts';

const callbot = useCallbotServer();
const OURS = `${LIST}?workspace_id=${WORKSPACE}`;
let lock: Lock | null = null;
afterEach(async () => {
  await lock?.release();
  lock = null;
});

describe('stopping', () => {
  test('lets a request under way finish, then closes everything', async () => {
    const server = await callbot.start();
    lock = await lockCustomers(callbot.url());
    const request = fetch(`${server.origin}${OURS}`, { headers: { authorization: `Bearer ${callbot.token()}` } });
    await lock.waiting(1);
    const stopped = server.stop();
    expect(server.stop()).toBe(stopped);
    await expect(fetch(`${server.origin}/healthz`)).rejects.toThrow();
    await lock.release();
    lock = null;
    const reply = await request;
    expect(reply.status).toBe(200);
    expect(reply.headers.get('connection')).toBe('close');
    expect(JSON.parse(await reply.text()).results).toHaveLength(3);
    await stopped;
  });

  test('is not held up by connections that are kept open', async () => {
    const server = await callbot.start();
    await fetch(`${server.origin}/healthz`).then((reply) => reply.text());
    const silent = await openConnection(server.origin);
    const started = performance.now();
    await server.stop();
    // Ten seconds are what a stop waits for those who do not finish.
    expect(performance.now() - started).toBeLessThan(8_000);
    silent.destroy();
  });

  test('cuts off what does not finish in time, statement and all', async () => {
    const server = await callbot.start({ stopTimeout: 300 });
    lock = await lockCustomers(callbot.url());
    const headers = { authorization: `Bearer ${callbot.token()}` };
    const request = fetch(`${server.origin}${OURS}`, { headers }).catch((error: Error) => error.name);
    await lock.waiting(1);
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(await request).toBe('TypeError');
    await lock.waiting(0);
  });

  test('is unready at once', async () => {
    const server = await callbot.start();
    const asked = [
      server.fastify.inject('/readyz'),
      server.fastify.inject('/healthz'),
      server.fastify.inject({ url: OURS, headers: { authorization: `Bearer ${callbot.token()}` } }),
    ];
    const stopped = server.stop();
    const [ready, healthy, list] = await Promise.all(asked);
    expect(ready?.statusCode).toBe(503);
    expect(ready?.json()).toMatchObject({ code: 'SERVER_STOPPING', checks: [{ name: 'server' }] });
    expect(healthy?.statusCode).toBe(200);
    expect(list?.json()).toMatchObject({ code: 'SERVER_STOPPING' });
    await stopped;
  });
});

function openConnection(origin: string): Promise<Socket> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on('error', reject);
  });
}
