import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type JobWorker, startJobs } from '../../src/jobs/worker.ts';
import type { Observation } from '../../src/observe/observation.ts';
import { mill } from './mill.ts';
import { upTo, useMill } from './mill-database.ts';

const { url, add, run, ground, rows, until } = useMill();
const CHILD = fileURLToPath(new URL('work-in-child.ts', import.meta.url));

const workers: JobWorker[] = [];
const children: ChildProcess[] = [];
const observed: Observation[] = [];
const work = () => {
  const worker = startJobs({ url: url(), apps: [mill], observe: (observation) => observed.push(observation) });
  workers.push(worker);
  return worker;
};
const ended = async (id: string) => ['done', 'failed'].includes((await run(id))?.state ?? '');

async function spawnWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, url()], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data');
  return child;
}

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  observed.length = 0;
});

describe('workers', () => {
  test('run each job once, however many there are', async () => {
    work();
    work();
    const ids = await Promise.all(upTo(20).map(() => add('grind', { grains: 5, wait: 0, batch: 1 })));
    await until(async () => (await Promise.all(ids.map(ended))).every(Boolean));
    for (const id of ids) expect(await ground(id)).toEqual(upTo(5));
    expect(await run(ids[0] ?? '')).toMatchObject({ state: 'done', attempts: 1, done: '5', total: '5', error: null });
  });

  test('try a failing job as often as it says, then say why', async () => {
    work();
    const id = await add('fail', { sql: false });
    await until(() => ended(id));
    expect(await run(id)).toMatchObject({ state: 'failed', attempts: 3, error: 'Error: the stone is broken' });
    const tried = observed.filter((one) => one.kind === 'job.ran' && one.run === id);
    expect(tried.map((one) => (one.kind === 'job.ran' ? one.state : ''))).toEqual(['waiting', 'waiting', 'failed']);
    expect(await rows('select from desk.ground where grain = -1')).toHaveLength(0);
  });

  test("write nobody's data into what they say", async () => {
    work();
    const id = await add('fail', { sql: true }, 1);
    await until(() => ended(id));
    expect((await run(id))?.error).toBe('error: SQLSTATE 22P02');
  });

  test('that are told to stop finish their step, and another goes on without an attempt lost', async () => {
    const first = work();
    const id = await add('grind', { grains: 20, wait: 0.05, batch: 1 });
    await until(async () => (await ground(id)).length >= 3);
    await first.stop();
    expect(await run(id)).toMatchObject({ state: 'queued', attempts: 0 });
    const before = (await ground(id)).length;
    expect(before).toBeLessThan(20);
    work();
    await until(() => ended(id));
    expect(await ground(id)).toEqual(upTo(20));
  });
});

test('a worker that is killed in the middle, again and again: no grain lost, none twice', async () => {
  const id = await add('grind', { grains: 60, wait: 0.02, batch: 1 }, 10);
  for (const killed of [10, 30]) {
    const child = await spawnWorker();
    await until(async () => (await ground(id)).length >= killed);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await run(id)).toMatchObject({ state: 'running' });
    // No time limit has to pass: the lock of its session went with it.
    await until(async () => Number((await rows<{ n: number }>("select altiplano.revive_jobs('15 s') as n"))[0]?.n) > 0);
  }
  await spawnWorker();
  await until(() => ended(id));
  expect(await ground(id)).toEqual(upTo(60));
  expect(await run(id)).toMatchObject({ state: 'done', attempts: 3, done: '60' });
});

test('the folder revives what a killed process left', async () => {
  const id = await add('grind', { grains: 30, wait: 0.05, batch: 1 }, 10);
  const first = await spawnWorker();
  await spawnWorker();
  await until(async () => (await ground(id)).length >= 5);
  first.kill('SIGKILL');
  await until(() => ended(id));
  expect(await ground(id)).toEqual(upTo(30));
});
