import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Context, Flags } from './command.ts';
import { profile } from './profile.ts';
import { readRunPlan } from './profile-flags.ts';

const directory = mkdtempSync(join(tmpdir(), 'altiplano-flags-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, 'server.mjs'), '');
writeFileSync(join(directory, 'requests.txt'), 'GET /items\n');
writeFileSync(join(directory, 'empty.txt'), '# nothing\n');

const context: Context = { apps: [], directory, environment: { PORT: '4000' }, note: () => {}, print: () => {} };
const GOOD = { app: 'server.mjs', requests: 'requests.txt' };
const plan = (flags: Flags) => readRunPlan(context, { ...GOOD, ...flags });

test('what is not said', () => {
  expect(plan({})).toMatchObject({
    ...{ program: join(directory, 'server.mjs'), origin: 'http://127.0.0.1:4000', waitMilliseconds: 60_000 },
    ...{ repeat: 5, concurrency: 1, level: 'full', html: null, baseline: null, updateBaseline: false, allow: null },
    requests: [{ method: 'GET', path: '/items' }],
  });
  expect(plan({}).ready.href).toBe('http://127.0.0.1:4000/');
});

test.each([
  [{ app: 'nowhere.mjs' }, '--app nowhere.mjs: no such file'],
  [{ requests: undefined }, '--requests FILE'],
  [{ requests: 'nowhere.txt' }, '--requests nowhere.txt: no such file'],
  [{ requests: 'empty.txt' }, 'has no requests'],
  [{ level: 'ful' }, '--level ful'],
  [{ origin: 'here' }, '--origin here'],
  [{ origin: 'http://127.0.0.1:3000/api' }, 'not an origin'],
  [{ repeat: '0' }, '--repeat 0: not a number from 1 to'],
  [{ concurrency: '1000' }, '--concurrency 1000'],
  [{ wait: 'long' }, '--wait long'],
  [{ 'update-baseline': true }, '--update-baseline'],
  [{ allow: 'nowhere.json' }, '--allow nowhere.json: no such file'],
])('%j is wrong use', (flags, problem) => {
  expect(() => plan(flags)).toThrow(
    expect.objectContaining({ code: 'CLI_USAGE', message: expect.stringContaining(problem) }),
  );
});

test.each([
  [{}, [], 'Give one URL'],
  [{}, ['http://a/', 'http://b/'], 'Give one URL'],
  [{}, ['/api/items'], 'not a URL'],
  [{}, ['http://127.0.0.1:1/items'], 'Say who asks'],
])('%j %j is wrong use', async (flags, positionals, problem) => {
  const running = profile.run(context, flags, positionals);
  await expect(running).rejects.toMatchObject({ code: 'CLI_USAGE', message: expect.stringContaining(problem) });
});
