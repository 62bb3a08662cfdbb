import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { callbot } from '../../../../apps/callbot/app.ts';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { readBitmaps } from '../../src/bitmap/registry.ts';
import { verifyBitmap } from '../../src/bitmap/verify.ts';
import { startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { startFolder } from '../../src/folder.ts';
import { startCommand } from '../cli/run-command.ts';
import { fill as fillCallbot } from '../rollup/callbot-calls.ts';
import { useDatabase } from '../support/database.ts';
import { emptyShop, eventually, fill, findings, one, run, SCHEMA, startWriters } from './life-library.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});

const statesOf = (url: string) =>
  withOwner(url, async (client) => (await readBitmaps(client, null)).map(({ state }) => state));

describe('a table with rows that no trigger has seen', () => {
  const database = useDatabase(emptyCallbot);
  const bitmaps = callbot.resources.flatMap(({ bitmap }) => bitmap ?? []);
  const wrong = async () => {
    const found = await Promise.all(bitmaps.map((bitmap) => verifyBitmap(database.url(), 'callbot', bitmap)));
    return found.flatMap(({ findings: all }) => all.map(({ evidence }) => evidence));
  };
  const segments = async () =>
    (await one<{ count: number }>(database.url(), 'select count(*)::int as count from callbot.customer_bitmap_block'))
      .count;

  test('takes its resource out of service until a build that was killed has been finished', async () => {
    await fillCallbot(database.url(), 30_000, 10, true);
    await run(
      database.url(),
      "update altiplano.bitmap set state = 'unbuilt'; update altiplano.rollup set state = 'ready'",
    );
    const engine = await startEngine({ url: database.url(), apps: [callbot], pepper: 'test', recheck: 50 });
    ending.push(() => engine.close());
    const service = engine.services.find(({ resource }) => resource.name === 'customers');
    expect(service?.unavailable()).toMatchObject({ code: 'BITMAP_UNBUILT', status: 503 });

    const build = startCommand(['bitmap', 'build'], { DATABASE_URL: database.url() });
    await eventually('a tenant is built', async () => (await segments()) > 1, 30_000);
    build.child.kill('SIGKILL');
    await build.finished;
    expect(await statesOf(database.url())).toEqual(['building']);
    const left = await segments();

    const steps: number[] = [];
    const built = await buildBitmaps(database.url(), 'callbot', { progress: ({ done }) => void steps.push(done) });
    expect(built).toMatchObject([{ bitmap: 'callbot.customer_bitmap', rows: 30_000 }]);
    // It went on where the other was.
    expect(left).toBeGreaterThan(1);
    expect(steps[0]).toBeGreaterThan(5_000);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    await eventually('the resource is served', async () => service?.unavailable() === null);
    expect(await wrong()).toEqual([]);
  });
});

describe('while it is written', () => {
  const database = useDatabase(emptyShop);

  test('it is built by two at once, one after the other, with a folder beside', async () => {
    await fill(database.url(), 2_000, { quiet: true });
    const folder = startFolder({ url: database.url(), pace: { shortest: 20, longest: 50, entries: 1 } });
    const writers = startWriters(database.url(), 3);
    ending.push(
      () => writers.stop(),
      () => folder.stop(),
    );
    const notes: string[] = [];
    const both = await Promise.all(
      [1, 2].map((jobs) => buildBitmaps(database.url(), SCHEMA, { jobs, note: (line) => void notes.push(line) })),
    );
    expect(both.flat()).toHaveLength(1);
    expect(notes).toEqual(['shop.article_bitmap: another process is at it, waiting']);
    await sleep(500);
    expect(await writers.stop()).toBeGreaterThan(20);
    expect(await statesOf(database.url())).toEqual(['ready']);
    expect(await findings(database.url())).toEqual([]);
  });

  test('it is made again while it is read, and tenants that come meanwhile are in it', async () => {
    const writers = startWriters(database.url(), 2);
    ending.push(() => writers.stop());
    await run(database.url(), "update article_bitmap set bits = ~bits where term = 'live'");
    expect(await buildBitmaps(database.url(), SCHEMA)).toEqual([]);
    expect(await buildBitmaps(database.url(), SCHEMA, { rebuild: true })).toHaveLength(1);
    await run(database.url(), "update altiplano.bitmap set state = 'unbuilt'");
    const building = buildBitmaps(database.url(), SCHEMA);
    await run(
      database.url(),
      `insert into article (id, shop_id, made_at, kind) select gen_random_uuid(), gen_random_uuid(), now(), 'lone' from generate_series(1, 20)`,
    );
    expect(await building).toHaveLength(1);
    await writers.stop();
    expect(await findings(database.url())).toEqual([]);
  });

  test('it is built again where its numbers are another cluster’s', async () => {
    await run(
      database.url(),
      'update altiplano.bitmap set system_identifier = 1; update article_bitmap set bits = ~bits',
    );
    expect(await statesOf(database.url())).toEqual(['unbuilt']);
    await buildBitmaps(database.url(), SCHEMA);
    expect(await statesOf(database.url())).toEqual(['ready']);
    expect(await findings(database.url())).toEqual([]);
  });
});
