import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOwner } from '../../src/execute/owner.ts';
import { type Tokens, useDoor } from './door.ts';

const CHILD = fileURLToPath(new URL('serve-in-child.ts', import.meta.url));
const door = useDoor();

/** Nodes as processes of their own, one to be killed for each test. */
const nodes: Node[] = [];
beforeAll(async () => {
  nodes.push(...(await Promise.all([spawnNode(), spawnNode(), spawnNode()])));
});
afterAll(async () => {
  for (const { child } of nodes) if (child.exitCode === null && child.signalCode === null) await kill(child);
});

interface Node {
  readonly child: ChildProcess;
  /** Null when no answer came, or a refusal. */
  refresh(token: string): Promise<Tokens | null>;
}

const nodeOf = (index: number): Node => nodes[index] as Node;

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function spawnNode(): Promise<Node> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, door.url()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [origin] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return {
    child,
    async refresh(token) {
      const reply = await fetch(`${String(origin).trim()}/auth/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: token }),
      }).catch(() => null);
      return reply?.status === 200 ? ((await reply.json().catch(() => null)) as Tokens | null) : null;
    },
  };
}

/** Goes on with the last tokens that arrived: they are good, and then their successors are; or nothing of the session is. */
async function usableOrOver(last: Tokens, earlier: readonly Tokens[]): Promise<'usable' | 'over'> {
  const { status, json } = await door.refresh(last.refresh_token);
  if (status === 200) {
    const next = (await door.refresh(json.refresh_token)).json as Tokens;
    expect(await door.read(next.access_token)).toBe(200);
  } else {
    for (const { access_token: token } of [last, ...earlier]) expect(await door.read(token)).toBe(401);
  }
  for (const { refresh_token: token } of [last, ...earlier]) expect((await door.refresh(token)).status).toBe(401);
  return status === 200 ? 'usable' : 'over';
}

test('killed while the rotation waits in the database: done there and told to nobody, so the session is over', async () => {
  const node = nodeOf(0);
  const first = await door.login();
  const holder = await connectOwner(door.url());
  await holder.query('begin');
  await holder.query('select from altiplano.session where id = $1 for update', [decodeJwt(first.access_token).sid]);
  const lost = node.refresh(first.refresh_token);
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await door.owner().query(waiting)).rowCount === 0) await sleep(20);
  await kill(node.child);
  await holder.query('rollback');
  await holder.end();
  expect(await lost).toBeNull();
  while ((await door.owner().query(waiting)).rowCount !== 0) await sleep(20);
  // The statement goes on without its client; until it has ended, the next refresh waits for it.
  expect(await usableOrOver(first, [])).toBe('over');
});

test.each([1, 2])(
  'killed at any moment of many rotations: one usable token, or a session that is over (%i)',
  async (index) => {
    const node = nodeOf(index);
    const got: Tokens[] = [await door.login()];
    const killed = sleep(29 + 42 * index).then(() => kill(node.child));
    for (let next: Tokens | null = got[0] ?? null; next !== null; ) {
      next = await node.refresh(next.refresh_token);
      if (next !== null) got.unshift(next);
    }
    await killed;
    const [last, ...earlier] = got;
    if (last !== undefined) await usableOrOver(last, earlier.slice(0, 3));
  },
);
