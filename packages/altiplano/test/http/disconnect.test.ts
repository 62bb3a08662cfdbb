import { setTimeout as sleep } from 'node:timers/promises';
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

describe('a client that leaves', () => {
  test('takes its statement with it, and the connection serves the next one', async () => {
    const { origin, fastify } = await callbot.start({ poolSize: 1 });
    const headers = { authorization: `Bearer ${callbot.token()}` };
    expect((await fetch(`${origin}${OURS}`, { headers })).status).toBe(200);
    lock = await lockCustomers(callbot.url());
    const leaving = new AbortController();
    const request = fetch(`${origin}${OURS}`, { headers, signal: leaving.signal }).catch((error: Error) => error.name);
    await lock.waiting(1);
    leaving.abort();
    expect(await request).toBe('AbortError');
    // The statement would wait for as long as the lock is held.
    await lock.waiting(0);
    await lock.release();
    lock = null;
    expect((await fetch(`${origin}${OURS}`, { headers })).status).toBe(200);
    const metrics = await fastify.inject('/metrics');
    expect(metrics.body).toMatch(/status="499"\} 1/);
  });

  test('after the reply is out cancels nothing', async () => {
    const headers = { authorization: `Bearer ${callbot.token()}`, connection: 'close' };
    for (let request = 0; request < 20; request++) {
      const reply = await fetch(`${callbot.server().origin}${OURS}`, { headers });
      expect(reply.status).toBe(200);
      await reply.text();
    }
    await sleep(50);
    expect((await callbot.get(OURS)).status).toBe(200);
  });
});

describe('a statement that takes too long', () => {
  test('is a 503 that says so', async () => {
    const { origin } = await callbot.start({ statementTimeout: 300 });
    lock = await lockCustomers(callbot.url());
    const started = performance.now();
    const reply = await fetch(`${origin}${OURS}`, { headers: { authorization: `Bearer ${callbot.token()}` } });
    // Twenty seconds are the limit where none is given.
    expect(performance.now() - started).toBeLessThan(12_000);
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).not.toBeNull();
    expect(await reply.json()).toMatchObject({ code: 'EXEC_TIMEOUT' });
    await lock.waiting(0);
  });
});
