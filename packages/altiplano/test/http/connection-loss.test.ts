import { describe, expect, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';
import { lockCustomers } from './lock.ts';

const callbot = useCallbotServer();
const OURS = `${LIST}?workspace_id=${WORKSPACE}`;

const terminateServing = (url: string) =>
  withOwner(url, (client) =>
    client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`,
    ),
  );

describe('a database connection that is lost', () => {
  // Found in review: a connection at work had no error listener, and its loss ended the process.
  test('during a request is a 503, and the next request is served', async () => {
    const { origin } = await callbot.start();
    const headers = { authorization: `Bearer ${callbot.token()}` };
    expect((await fetch(`${origin}${OURS}`, { headers })).status).toBe(200);
    const lock = await lockCustomers(callbot.url());
    const waiting = [fetch(`${origin}${OURS}`, { headers }), fetch(`${origin}${OURS}&status=active`, { headers })];
    await lock.waiting(2);
    await terminateServing(callbot.url());
    for (const reply of await Promise.all(waiting)) {
      expect(reply.status).toBe(503);
      expect(await reply.json()).toMatchObject({ code: 'EXEC_UNAVAILABLE' });
    }
    await lock.release();
    for (let request = 0; request < 5; request++) {
      expect((await fetch(`${origin}${OURS}`, { headers })).status).toBe(200);
    }
  });

  test('by a full pool is not what readiness reports', async () => {
    const { origin } = await callbot.start({ poolSize: 1 });
    const headers = { authorization: `Bearer ${callbot.token()}` };
    await fetch(`${origin}${OURS}`, { headers });
    const lock = await lockCustomers(callbot.url());
    const waiting = fetch(`${origin}${OURS}`, { headers });
    await lock.waiting(1);
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    await lock.release();
    expect((await waiting).status).toBe(200);
  });
});
