import { setTimeout as sleep } from 'node:timers/promises';
import { connectOwner, type OwnerClient } from 'altiplano';
import { ENGINE, migrate, startCommand, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOfUntouched, dropOwner, type LegacySystem, legacySystem, WAY } from './legacy.ts';
import { schemaOf } from './schema-of.ts';
import { type Report, runProgram } from './traffic.ts';
import { wrongBitmaps } from './wrong-bitmaps.ts';

const CUSTOMERS = Number(process.env.ALTIPLANO_LIVE_CUSTOMERS ?? 4_000);
/** How often the migrator is killed on the way up, and again on the way down. */
const KILLS = Number(process.env.ALTIPLANO_LIVE_KILLS ?? 2);
const CONNECTIONS = 4;
// A lock is asked for in waits of at most 1.6 s each; a live statement may stand behind one of them.
const LONGEST_MS = 2_500;

const database = useDatabase({ name: 'nothing', key: '1', build: async () => {} });
let owner: OwnerClient;
let legacy: LegacySystem;
let before: { readonly digest: unknown; readonly schema: readonly string[] };
beforeAll(async () => {
  legacy = await legacySystem(database.url(), 'public', CUSTOMERS);
  await migrate(ENGINE, { url: legacy.url, direction: 'up' });
  owner = await connectOwner(legacy.url);
  before = { digest: await digestOfUntouched(owner, 'public', CUSTOMERS), schema: await schemaOf(owner, 'public') };
});
afterAll(async () => {
  await owner?.end();
  await legacy?.end();
  await dropOwner(database.url());
});

test('the way up, under live traffic, killed and resumed: no request fails and no row changes', async () => {
  const reports = await underTraffic(() => migrateInPieces('up'));
  await judge(reports);
  expect(await wrongBitmaps(legacy.url, 'public')).toEqual([]);
  const lines = await schemaOf(owner, 'public');
  expect(lines.filter((line) => line.includes('INVALID'))).toEqual([]);
  // What a run in one piece gives elsewhere.
  const whole = await legacySystem(database.url(), 'one_piece', 40);
  await whole.up();
  const renamed = (await schemaOf(owner, 'one_piece')).map((line) => line.replaceAll('one_piece', 'public'));
  expect(renamed.sort()).toEqual([...lines].sort());
  await whole.end();
}, 300_000);

test('and back to the described state, likewise', async () => {
  await judge(await underTraffic(() => migrateInPieces('down')));
  expect(await schemaOf(owner, 'public')).toEqual(before.schema);
  await legacy.up();
  expect(await wrongBitmaps(legacy.url, 'public')).toEqual([]);
}, 300_000);

async function judge(reports: readonly Report[]): Promise<void> {
  expect([...new Set(reports.flatMap(({ failures }) => failures))]).toEqual([]);
  const slowest = reports.map((report) => report.slowest).sort((a, b) => b.milliseconds - a.milliseconds)[0];
  const statements = reports.reduce((sum, report) => sum + report.statements, 0);
  console.log(`${statements} statements, slowest ${Math.round(slowest?.milliseconds ?? 0)} ms: ${slowest?.statement}`);
  expect(slowest?.milliseconds).toBeLessThan(LONGEST_MS);
  expect(await digestOfUntouched(owner, 'public', CUSTOMERS)).toEqual(before.digest);
  for (const { names } of reports) {
    const { rows } = await owner.query<{ id: string; name: string }>(
      'select id, name from customer where id = any ($1)',
      [[...names.keys()]],
    );
    expect(new Map(rows.map(({ id, name }) => [id, name]))).toEqual(names);
  }
}

async function underTraffic(work: () => Promise<unknown>): Promise<readonly Report[]> {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => legacy.connectProgram()));
  const [calls] = (await owner.query<{ count: number }>('select count(*)::int as count from call')).rows;
  let stopped = false;
  const programs = clients.map((client, connection) =>
    runProgram(client, { connection, connections: CONNECTIONS, customers: CUSTOMERS }, () => stopped),
  );
  try {
    await work();
  } finally {
    stopped = true;
    await Promise.all(programs);
    await legacy.disconnect();
  }
  const reports = await Promise.all(programs);
  const added = reports.reduce((sum, report) => sum + report.calls, 0);
  expect((await owner.query('select from call')).rowCount).toBe((calls?.count ?? 0) + added);
  return reports;
}

/** The command as a process of its own, killed a few times at any moment, and then let through. */
async function migrateInPieces(direction: 'up' | 'down'): Promise<void> {
  const further = direction === 'up' ? ['--keep-role', legacy.program] : ['--count', String(WAY)];
  const argv = ['migrate', direction, '--app', 'callbot', '--schema', 'public', ...further];
  for (let kill = 0; kill < KILLS; kill++) {
    const migrator = startCommand(argv, { DATABASE_URL: legacy.url });
    const over = migrator.finished.then(({ code }) => code);
    // Somewhere within one migration, each time another one.
    const target = Math.floor(((kill + Math.random()) * WAY) / KILLS);
    while (migrator.child.exitCode === null && (await applied()) !== (direction === 'up' ? target : WAY - target))
      await sleep(20);
    await Promise.race([over, sleep(Math.random() * 600)]);
    migrator.child.kill('SIGKILL');
    console.log(`${direction} ended with ${await over} and ${await applied()} of ${WAY} migrations applied`);
  }
  const left = direction === 'down' ? await applied() : 0;
  const last =
    direction === 'down'
      ? ['migrate', 'down', '--app', 'callbot', '--schema', 'public', '--count', String(left)]
      : argv;
  if (direction === 'down' && left === 0) return;
  const { code, stderr } = await startCommand(last, { DATABASE_URL: legacy.url }).finished;
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
}

/** How many of those after the described state are applied. */
async function applied(): Promise<number> {
  const { rows } = await owner.query<{ there: boolean }>(
    "select to_regclass('public.altiplano_migration') is not null as there",
  );
  return rows[0]?.there ? ((await owner.query('select from public.altiplano_migration')).rowCount ?? 1) - 1 : 0;
}
