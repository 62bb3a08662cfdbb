import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Report } from '../../../src/profile/report/report.ts';
import { runCommand } from '../../cli/run-command.ts';
import { useDatabase } from '../../support/database.ts';

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));
const database = useDatabase({ name: 'nothing', key: '1', build: async () => {} });
const folder = mkdtempSync(join(tmpdir(), 'altiplano-command-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `altiplano profile --app` in the folder of the fixtures, which no configuration lies above. */
async function profile(app: string, ...more: readonly string[]) {
  const port = String(await freePort());
  const words = ['--app', app, '--requests', 'requests.txt', '--ready', '/items', '--repeat', '2', ...more];
  return runCommand(['profile', ...words], { DATABASE_URL: database.url(), PORT: port, TENANT: 't1' }, FIXTURES);
}

/** A baseline is written with the second and read afterwards: each run starts a program, which takes seconds. */
const baseline = join(folder, 'baseline.json');

describe.each([
  ['express', [], 1],
  ['fastify', ['--baseline', baseline, '--update-baseline'], 0],
])('what is planted in a server of %s', (framework, more, expected) => {
  test('is found, with the line that asked, and nothing else', async () => {
    const page = join(folder, `${framework}.html`);
    const { code, stdout, stderr } = await profile(`${framework}-server.mjs`, '--json', '--html', page, ...more);
    expect(stderr).toContain(page);
    const report = JSON.parse(stdout) as Report;
    const told = report.findings.filter(({ level }) => level !== 'info');
    expect(told.map(describeFinding).sort()).toEqual([
      'duplicate GET /twice shop.mjs twice',
      'n-plus-one GET /orders/:size shop.mjs withCustomer',
      'write-n-plus-one POST /lines shop.mjs addLines',
    ]);
    expect(report.routes.map(describeRoute).sort()).toEqual([
      `GET /items ${framework}: 2 requests, 0 errors, 1 statements`,
      `GET /orders/:size ${framework}: 2 requests, 0 errors, 21 statements`,
      `GET /twice ${framework}: 2 requests, 0 errors, 6 statements`,
      `POST /lines ${framework}: 2 requests, 0 errors, 8 statements`,
    ]);
    expect(readFileSync(page, 'utf8')).toContain('GET /orders/:size');
    expect(code).toBe(expected);
  });
});

const describeFinding = ({ rule, routes, evidence: [first] }: Report['findings'][number]): string =>
  `${rule} ${routes.join()} ${first?.site?.file} ${first?.site?.function}`;

const describeRoute = ({ method, route, framework, requests, errors, statements }: Report['routes'][number]): string =>
  `${method} ${route} ${framework}: ${requests} requests, ${errors} errors, ${statements.median} statements`;

test('what is in the baseline does not count; what is refused is told as it stands in the file', async () => {
  const requests = join(folder, 'refused.txt');
  writeFileSync(requests, `${readFileSync(join(FIXTURES, 'requests.txt'), 'utf8')}GET /nowhere/\${TENANT}\n`);
  const { code, stdout, stderr } = await profile('fastify-server.mjs', '--baseline', baseline, '--requests', requests);
  expect(stderr).toContain(`line 7: GET /nowhere/\${TENANT}: status 404`);
  expect([code, stdout]).toEqual([0, expect.stringContaining('nothing found, 3 accepted before')]);
});

test('while a program takes its time to start, what is waited for is said, and where to say otherwise', async () => {
  const requests = join(folder, 'one.txt');
  writeFileSync(requests, 'GET /items\n');
  const { code, stderr } = await profile('late-server.mjs', '--requests', requests);
  expect(stderr).toMatch(/^waiting up to \d+ s for http:\/\/127\.0\.0\.1:\d+\/items to answer \(--origin, --ready: /m);
  expect(code).toBe(0);
});

test('a program that ends is told with its last words, and nothing of it is left', async () => {
  const requests = join(folder, 'end.txt');
  writeFileSync(requests, 'POST /lines {"count": 1}\nDELETE /nothing\nPOST /lines {"count": 1}\nGET /end\n');
  const { code, stderr } = await profile('express-server.mjs', '--requests', requests);
  expect(code).toBe(1);
  expect(stderr).toContain('express-server.mjs could not be profiled: it ended with exit code 3');
  expect(stderr).toContain('the disk is full');
});

test('a run that saw no statement, or had no answer but failures, is no proof of anything and fails', async () => {
  const requests = join(folder, 'silent.txt');
  for (const [path, said] of [
    ['/ping', 'no statement was seen'],
    ['/broken', 'every answer was a failure'],
  ] as const) {
    writeFileSync(requests, `GET ${path}\n`);
    const { code, stderr } = await profile('silent-server.mjs', '--requests', requests, '--ready', '/ping');
    expect([code, stderr]).toEqual([1, expect.stringContaining(said)]);
  }
});

test('wrong use is exit code 2 and says what would be right', async () => {
  const { code, stderr } = await runCommand(
    ['profile', '--app', 'shop.mjs', '--requests', 'requests.txt'],
    {},
    FIXTURES,
  );
  expect([code, stderr]).toEqual([2, expect.stringContaining('requests.txt, line 5: The environment has no TENANT')]);
});
