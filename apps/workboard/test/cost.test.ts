import {
  answer,
  type Engine,
  explainUrl,
  findCaller,
  issueToken,
  openWire,
  startEngine,
  useDatabase,
  type Wire,
} from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workboard } from '../app.ts';
import { ownerOf, projectOf, SIZES, sizedWorkboard } from './sizes.ts';

const database = useDatabase(sizedWorkboard);
let wire: Wire;
let engine: Engine;
beforeAll(async () => {
  // Some latency makes the count certain: what is pipelined has left before the first answer is back.
  wire = await openWire(database.url(), 2);
  engine = await startEngine({ url: wire.url, apps: [workboard], pepper: 'test', poolSize: 1 });
});
afterAll(async () => {
  await engine?.close();
  await wire?.close();
});

const serviceOf = (path: string) => {
  const service = engine.services.find(({ resource }) => path.startsWith(resource.path));
  if (service === undefined) throw new Error(`nothing at ${path}`);
  return service;
};

async function explainAt(index: number, target: string) {
  const service = serviceOf(target);
  const caller = await findCaller(service.pool, workboard, ownerOf(index));
  if (caller === null) throw new Error('no such owner');
  return explainUrl(service, caller, new URL(target, 'http://any'));
}

const tokens = new Map<number, Promise<string>>();
function tokenAt(index: number): Promise<string> {
  const token = tokens.get(index) ?? issueToken(database.url(), 'workboard', ownerOf(index), [], 'test');
  tokens.set(index, token);
  return token;
}

/** What a request costs on the wire once the token is known, which it is for a second. */
async function countAt(index: number, target: string) {
  const url = new URL(target, 'http://any');
  const authorization = `Bearer ${await tokenAt(index)}`;
  const service = serviceOf(url.pathname);
  const id = url.pathname.slice(service.resource.path.length).replace(/\/$/, '') || null;
  const call = { id, origin: url.origin, path: url.pathname, query: url.searchParams, authorization };
  const ask = () => answer(service, { ...call, signal: new AbortController().signal });
  await ask();
  wire.take();
  let { body } = await ask();
  let counts = wire.take();
  // Known for a second: between the two it may have been forgotten.
  for (let turn = 0; turn < 2 && counts.statements > 1; turn++) {
    ({ body } = await ask());
    counts = wire.take();
  }
  return { ...counts, rows: (JSON.parse(body) as { results?: unknown[] }).results?.length ?? 1 };
}

const LISTS = {
  projects: () => '/projects/',
  'projects, filtered': () => '/projects/?status=active&search=project',
  tasks: () => '/tasks/',
  'tasks by due date': () => '/tasks/?order=due_date',
  'tasks by priority': () => '/tasks/?order=priority',
  'tasks, filtered': () => '/tasks/?status=todo,done&priority=high&due_date__lt=2026-06-01',
  'tasks of a project': (index: number) => `/tasks/?project_id=${projectOf(index)}`,
  'tasks of nobody': () => '/tasks/?assignee_id=null',
  'tasks, none of them': () => '/tasks/?priority=urgent&status=done&due_date__lt=2020-01-01',
  'tasks, searched': () => '/tasks/?search=number%2012',
  members: () => '/members/',
  'API keys': () => '/api-keys/',
  trail: () => '/audit-logs/?action=insert&table=task',
} as const;

describe.each(Object.entries(LISTS))('%s', (_name, target) => {
  test(`are one statement and one round trip for ${SIZES.slice(0, 3).join(', ')} rows`, async () => {
    for (const index of SIZES.keys()) {
      expect(await countAt(index, target(index))).toMatchObject({ statements: 1, roundTrips: 1 });
    }
  });

  test('touch no more buffers in the largest than a bounded page does', async () => {
    const costs = await Promise.all([...SIZES.keys()].map((index) => explainAt(index, target(index))));
    for (const { bound, explained, plan } of costs) {
      expect(bound).not.toBe('broken');
      expect(explained.buffers).toBeLessThanOrEqual(600);
      expect(plan.bound).toMatchObject({ statements: 1, roundTrips: 1 });
    }
  });
});

test('a page without filters costs the same in hundreds of times the rows', async () => {
  for (const target of ['/tasks/', '/projects/']) {
    const [, small, large] = await Promise.all([0, 1, 2].map((index) => explainAt(index, target)));
    const rows = (await countAt(1, target)).rows;
    // Per row shown: the small list does not fill its page, and its trees are a level or two lower.
    const each = (small?.explained.buffers ?? 0) / Math.min(25, rows);
    expect((large?.explained.buffers ?? 0) / 25).toBeLessThanOrEqual(each * 1.2 + 2);
    expect(large?.explained.buffers).toBeLessThanOrEqual(300);
  }
});

test('what can be refused without the database never reaches it', async () => {
  wire.take();
  for (const authorization of [
    undefined,
    'Bearer nonsense',
    `Bearer alt_workboard_0123456789abcdef_${'x'.repeat(43)}00000000`,
  ]) {
    const call = { id: null, origin: 'http://any', path: '/tasks/', query: new URLSearchParams(), authorization };
    await answer(serviceOf('/tasks/'), { ...call, signal: new AbortController().signal }).catch(() => {});
  }
  expect(wire.take()).toEqual({ statements: 0, roundTrips: 0 });
});
