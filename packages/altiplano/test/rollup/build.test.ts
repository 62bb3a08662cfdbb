import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { callbot } from '../../../../apps/callbot/app.ts';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { startFolder } from '../../src/folder.ts';
import { buildRollups } from '../../src/rollup/build.ts';
import { readRollups } from '../../src/rollup/registry.ts';
import { callCommand } from '../cli/call-command.ts';
import { startCommand } from '../cli/run-command.ts';
import { useDatabase } from '../support/database.ts';
import { eventually, fill, one, SCHEMA, startWriters, wrongFigures } from './callbot-calls.ts';

const database = useDatabase(emptyCallbot);
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const states = async () =>
  (await withOwner(database.url(), (client) => readRollups(client, SCHEMA))).map(({ state }) => state);
const registered = () =>
  one<{ state: string; cursor: string | null }>(
    database.url(),
    `select state, cursor_parent as cursor from altiplano.rollup where name = 'customer_call_rollup'`,
  );
const markUnbuilt = () =>
  withOwner(database.url(), (client) => client.query("update altiplano.rollup set state = 'unbuilt'"));

describe('a table with rows that no trigger has seen', () => {
  test('takes its resource out of service until it is built, and no longer', async () => {
    await fill(database.url(), 5_000, 25_000, true);
    const engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test', recheck: 50 });
    ending.push(() => engine.close());
    const service = engine.services.find(({ resource }) => resource.name === 'customers');
    expect(service?.unavailable()).toMatchObject({ code: 'ROLLUP_UNBUILT', status: 503 });

    const { code, stdout } = await callCommand(['rollup', 'build', '--json'], { DATABASE_URL: database.url() });
    expect([code, JSON.parse(stdout).built.length]).toEqual([0, 2]);
    expect(await states()).toEqual(['ready', 'ready']);
    await eventually('the resource is served', async () => service?.unavailable() === null);
    expect(service?.catalog.rollups.get('customer_call_rollup')?.state).toBe('ready');
    expect(await wrongFigures(database.url())).toEqual([]);
  });

  test('is counted under writers, by a process that is killed and one that goes on', async () => {
    await markUnbuilt();
    const folder = startFolder({ url: database.url() });
    const writers = startWriters(database.url(), 3);
    ending.push(
      () => writers.stop(),
      () => folder.stop(),
    );
    const build = startCommand(['rollup', 'build'], { DATABASE_URL: database.url() });
    await eventually('a range is counted', async () => (await registered()).cursor !== null);
    build.child.kill('SIGKILL');
    await build.finished;
    const { state, cursor } = await registered();
    expect(state).toBe('building');
    expect(cursor).not.toBeNull();

    const steps: number[] = [];
    const built = await buildRollups(database.url(), SCHEMA, {
      parents: 700,
      progress: ({ name, done }) => void (name.includes('call') && steps.push(done)),
    });
    expect(steps[0]).toBeGreaterThanOrEqual(2_000);
    expect(built.map(({ rollup }) => rollup)).toContain('callbot.customer_call_rollup');
    await sleep(300);
    expect(await writers.stop()).toBeGreaterThan(20);
    expect(await states()).toEqual(['ready', 'ready']);
    expect(await wrongFigures(database.url())).toEqual([]);
  });

  test('is counted by several at once, and again while it is read', async () => {
    await markUnbuilt();
    const writers = startWriters(database.url(), 2);
    ending.push(() => writers.stop());
    const both = await Promise.all([1, 2].map(() => buildRollups(database.url(), SCHEMA, { parents: 500, jobs: 2 })));
    // Each was built once, by either.
    expect(both.flat()).toHaveLength(2);
    await withOwner(database.url(), (client) =>
      client.query('update callbot.customer_call_rollup set total_calls = total_calls + 1'),
    );
    expect(await buildRollups(database.url(), SCHEMA)).toEqual([]);
    expect(await buildRollups(database.url(), SCHEMA, { rebuild: true, jobs: 3 })).toHaveLength(2);
    await writers.stop();
    expect(await wrongFigures(database.url())).toEqual([]);
  });
});

test('rows that came with a dump from another cluster are not believed', async () => {
  await withOwner(database.url(), (client) =>
    client.query(`update altiplano.rollup set system_identifier = 1;
      update callbot.customer_call_rollup set total_calls = 0`),
  );
  expect(await states()).toEqual(['unbuilt', 'unbuilt']);
  await buildRollups(database.url(), SCHEMA);
  expect(await states()).toEqual(['ready', 'ready']);
  expect(await wrongFigures(database.url())).toEqual([]);
});

test('a rollup that is declared otherwise is not served, and says what to do', async () => {
  await withOwner(database.url(), (client) =>
    client.query("update altiplano.rollup set definition = definition || '{\"figures\": []}' where name like '%call%'"),
  );
  const engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test' });
  ending.push(() => engine.close());
  const service = engine.services.find(({ resource }) => resource.name === 'customers');
  expect(service?.unavailable()).toMatchObject({
    code: 'ROLLUP_CHANGED',
    hint: expect.stringContaining('altiplano rollup sql'),
  });
});
