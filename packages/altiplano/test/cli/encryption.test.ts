import { describe, expect, test } from 'vitest';
import { field } from '../../../../apps/field/app.ts';
import { workboard } from '../../../../apps/workboard/app.ts';
import { triggerName } from '../../src/audit/ddl/triggers.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { migrateApp } from '../support/app-database.ts';
import { TEST_KEYS } from '../support/app-server.ts';
import { useDatabase } from '../support/database.ts';
import { callCommand } from './call-command.ts';

const VOLUME = { tenants: 2, people: 20, tracking: 0, journal: 60 };
const database = useDatabase({
  name: 'encryption_commands',
  key: `${JSON.stringify(VOLUME)} 1`,
  build: async (url) => {
    await migrateApp(url, field);
    await migrateApp(url, workboard);
    await field.sample.run({ url, schema: 'field', seed: 1, volume: VOLUME, progress: () => {}, keys: TEST_KEYS });
  },
});
const text = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const run = (argv: readonly string[], keys: string) =>
  callCommand(argv, { DATABASE_URL: database.url(), ALTIPLANO_ENCRYPTION_KEYS: keys });
const OLD = `test:${text(7)}`;
const BOTH = `new:${text(8)},${OLD}`;

describe('altiplano encryption', () => {
  test('counts what is under each key, encrypts it with the current one, and says when a key is missing', async () => {
    const before = await run(['encryption', 'status', '--app', 'field', '--json'], BOTH);
    expect([before.code, before.stderr]).toEqual([0, '']);
    const states = (json: string) => JSON.parse(json).map(({ key, state }: Record<string, string>) => [key, state]);
    expect(states(before.stdout)).toContainEqual(['test', 'stale']);

    const rotated = await run(['encryption', 'rotate', '--app', 'field', '--json'], BOTH);
    const { 'field.journal_entry': counts } = JSON.parse(rotated.stdout);
    expect(rotated.code).toBe(0);
    expect(counts.changed).toBe(counts.seen);
    expect(counts.seen).toBeGreaterThan(0);

    const job = await run(['job', 'run', 'field:reencrypt', '--json'], BOTH);
    expect([job.code, JSON.parse(job.stdout).state]).toEqual([0, 'done']);

    const after = await run(['encryption', 'status', '--app', 'field', '--json'], `new:${text(8)}`);
    expect([after.code, new Set(states(after.stdout).map(String))]).toEqual([0, new Set(['new,current'])]);
    const lost = await run(['encryption', 'status', '--app', 'field'], `other:${text(9)}`);
    expect([lost.code, lost.stdout]).toEqual([1, expect.stringContaining('key missing')]);
  });

  test('refuses keys that are none without repeating them', async () => {
    const { code, stderr } = await run(['encryption', 'status'], `new:${'secret'.repeat(4)}`);
    expect(code).toBe(2);
    expect(stderr).toContain('32 bytes');
    expect(stderr).not.toContain('secretsecret');
  });
});

test('altiplano audit sql prints what a database lacks; without a difference, all that it has', async () => {
  const whole = await run(['audit', 'sql', '--app', 'workboard'], OLD);
  expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining('create table audit_log')]);
  await withOwner(database.url(), (client) => client.query(`drop trigger ${triggerName('insert')} on workboard.task`));
  const mended = await run(['audit', 'sql', '--app', 'workboard'], OLD);
  expect(mended.stdout).toContain(`create trigger ${triggerName('insert')} after insert on task`);
  expect(mended.stdout).not.toContain('create table audit_log');
  expect(mended.stdout).not.toContain('on project ');
  const none = await run(['audit', 'sql', '--app', 'field'], OLD);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('No app declares a trail')]);
});
