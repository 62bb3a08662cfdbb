import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { callbot } from '../../../../apps/callbot/app.ts';
import { useDatabase } from '../support/database.ts';
import { callCommand } from './call-command.ts';
import { runCommand, startCommand } from './run-command.ts';

const database = useDatabase({ name: 'nothing', key: '1', build: async () => {} });
/** The first is the described schema, which is only reverted without rows. */
const OURS = readdirSync(callbot.migrations).length - 1;
const environment = () => ({ DATABASE_URL: database.url(), PORT: '0' });

describe('wrong use is exit code 2 and says what would be right', () => {
  test.each([
    [['frobnicate'], 'Known: start'],
    [['migrat'], "Did you mean 'migrate'?"],
    [['migrate', 'sideways'], 'up or down'],
    [['migrate', '--count', '0'], '--count 1'],
    [['migrate', '--app', 'calbot'], "Did you mean 'callbot'?"],
    [['sample', 'callbot', '--clients', '5'], '--customers'],
    [['sample', 'callbot', '--customers', 'many'], '--customers 1000'],
    [['token', '--app', 'callbot', '--user', 'me'], 'uuid'],
    [['token', '--app', 'callbot', '--user', '00000000-0000-4000-8000-000000000001', '--scopes', ','], 'name some'],
    [['url', '--role', 'root'], 'owner or app'],
    [['explain'], "altiplano explain '<url>'"],
  ])('%j', async (argv, remedy) => {
    const { code, stderr } = await callCommand(argv, environment());
    expect(code).toBe(2);
    expect(stderr).toContain(remedy);
  });
});

test('every command has --help', async () => {
  const { stdout } = await callCommand(['--help'], environment());
  const names = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name ?? '');
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const { code, stdout: help } = await callCommand([name, '--help'], environment());
    expect([code, help.startsWith(`altiplano ${name}`)]).toEqual([0, true]);
  }
});

test('as a process, too, it ends with the code and says what is wrong', async () => {
  const { code, stderr } = await runCommand(['frobnicate'], environment());
  expect([code, stderr]).toEqual([2, expect.stringContaining('Known: start')]);
});

test('from an empty database to an answer, and back', async () => {
  const server = startCommand(['start', '--app', 'callbot'], environment());
  while (!server.said.stdout.includes('curl') && server.child.exitCode === null) await sleep(50);
  const { stdout } = server.said;
  const [, origin = ''] = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(stdout) ?? [];
  const [, token = '', url = ''] = /curl -H 'Authorization: Bearer (\S+)' '(\S+)'/.exec(stdout) ?? [];
  const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect(reply.status).toBe(200);
  expect(((await reply.json()) as { results: unknown[] }).results).toHaveLength(2);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);

  const path = url.slice(origin.length);
  const explained = await callCommand(['explain', `${path}&status=active`, '--json'], environment());
  expect([explained.code, JSON.parse(explained.stdout).bound]).toEqual([0, 'kept']);
  const again = await callCommand(['sample', 'callbot'], environment());
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('rows')]);

  const nobody = await callCommand(
    ['token', '--app', 'callbot', '--user', '00000000-0000-4000-8000-000000000001'],
    environment(),
  );
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('callbot.app_user')]);

  server.child.kill('SIGTERM');
  expect((await server.finished).code).toBe(0);

  const down = await callCommand(
    ['migrate', 'down', '--app', 'callbot', '--count', String(OURS), '--json'],
    environment(),
  );
  expect(JSON.parse(down.stdout).migrations).toHaveLength(OURS);
  const refused = await callCommand(['migrate', 'down', '--app', 'callbot'], environment());
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('drop schema callbot cascade')]);
  const up = await callCommand(['migrate', '--app', 'callbot', '--json'], environment());
  const { migrations, built } = JSON.parse(up.stdout);
  expect([migrations.length, built.length]).toEqual([OURS, 3]);
  for (const kind of ['rollup', 'bitmap'])
    expect((await callCommand([kind, 'verify', '--app', 'callbot'], environment())).code).toBe(0);
}, 180_000);
