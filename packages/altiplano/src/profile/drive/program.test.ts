import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { awaitAnswer, drive } from './drive.ts';
import { type Program, startProgram } from './program.ts';

const STUBBORN = fileURLToPath(new URL('fixtures/stubborn.mjs', import.meta.url));
const started: Program[] = [];
afterEach(async () => {
  for (const program of started.splice(0)) await program.stop();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startStubborn(file = STUBBORN) {
  const port = await freePort();
  const program = startProgram({
    ...{ options: [], file, arguments: [String(port)], environment: process.env, directory: process.cwd() },
    grace: 200,
  });
  started.push(program);
  return { program, origin: `http://127.0.0.1:${port}` };
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const PLANNED = { line: 1, written: 'GET /', times: 1, method: 'GET', path: '/', headers: {}, body: null };
const SETTINGS = { concurrency: 2, timeout: 5000, ended: () => null, progress: () => {} };

test('a program that does not listen to SIGTERM is stopped with what it started', async () => {
  const { program, origin } = await startStubborn();
  expect(await awaitAnswer(new URL(origin), 30_000, program.ended)).toBeNull();
  const { child } = (await (await fetch(origin)).json()) as { child: number };
  expect(alive(child)).toBe(true);
  await program.stop();
  expect(program.ended()).toBe('signal SIGKILL');
  await expect.poll(() => alive(child), { timeout: 10_000 }).toBe(false);
  expect(program.lastWords().endsWith('listening soon')).toBe(true);
  expect(program.lastWords().length).toBeLessThan(5000);
});

test('every request is asked once, so many at a time, and its answer told', async () => {
  const { program, origin } = await startStubborn();
  await awaitAnswer(new URL(origin), 30_000, program.ended);
  const paths = ['/a', '/missing', '/b', '/c', '/d'];
  const done: number[] = [];
  const planned = paths.map((path) => ({ ...PLANNED, path }));
  const answered = await drive(planned, { ...SETTINGS, origin, progress: (count) => done.push(count) });
  expect(answered.map(({ request }) => request.path).sort()).toEqual([...paths].sort());
  expect(answered.filter(({ status }) => status === 404).map(({ request }) => request.path)).toEqual(['/missing']);
  expect(done).toEqual([1, 2, 3, 4, 5]);
});

test('a program that ends while it is asked ends the drive, which says with what', async () => {
  const { program, origin } = await startStubborn();
  await awaitAnswer(new URL(origin), 30_000, program.ended);
  const planned = ['/end', '/a', '/b'].map((path) => ({ ...PLANNED, path }));
  const answered = await drive(planned, { ...SETTINGS, concurrency: 1, origin, ended: program.ended });
  expect(answered[0]).toMatchObject({ status: null, problem: expect.any(String) });
  await expect.poll(() => program.ended(), { timeout: 10_000 }).toBe('exit code 7');
});

test('a program that cannot even start says why, and nothing is waited for', async () => {
  const { program, origin } = await startStubborn('/nowhere/server.js');
  expect(await awaitAnswer(new URL(origin), 30_000, program.ended)).toBe('it ended with exit code 1');
  expect(program.lastWords()).toContain('/nowhere/server.js');
});

test('one that never answers is given up', async () => {
  const url = new URL(`http://127.0.0.1:${await freePort()}/health`);
  expect(await awaitAnswer(url, 300, () => null)).toBe(`nothing answered at ${url.href} within 0 s`);
});

test('why a request could not be sent is told without what it would have sent', async () => {
  const headers = { authorization: 'Bearer s3cret\u2603' };
  const [answered] = await drive([{ ...PLANNED, headers }], { ...SETTINGS, origin: 'http://127.0.0.1:1' });
  expect(answered?.problem).toBe('it cannot be sent: a header is none that HTTP allows');
});
