import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { callbot } from '../../../../apps/callbot/app.ts';
import { emptyCallbot } from '../../../../apps/callbot/test/callbot-database.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { startFolder } from '../../src/folder.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { buildRollups } from '../../src/rollup/build.ts';
import { startCommand } from '../cli/run-command.ts';
import { useDatabase } from '../support/database.ts';
import { postmasterPid, useDirectories } from '../support/embedded-directory.ts';
import { eventually, fill, one, startWriters, wrongFigures } from './callbot-calls.ts';

/** `ALTIPLANO_RUNS=60` for five minutes of it. */
const RUNS = Number(process.env.ALTIPLANO_RUNS ?? 1);
const LIMIT = 60_000 + RUNS * 20_000;

/** Tables small enough to be rotated all the time. */
const PACE = { shortest: 20, longest: 100, look: 100, bytes: 64 * 1024, idle: 500 };

const pendingOf = (url: string) =>
  one<{ count: number }>(
    url,
    `select (select count(*) from callbot.customer_call_rollup_pending(10))::int
       + (select count(*) from callbot.customer_enrolment_rollup_pending(10))::int as count`,
  );

describe('writers while folders die', () => {
  const database = useDatabase(emptyCallbot);
  const ending: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0)) await end();
  });

  test(
    'leave figures that are a recount, and nothing unfolded',
    async () => {
      const url = database.url();
      await fill(url, 60, 2_000);
      const beside = startFolder({ url, pace: PACE });
      ending.push(() => beside.stop());
      const writers = startWriters(url, 8);
      try {
        for (let run = 0; run < RUNS; run++) {
          const worker = startCommand(['worker'], { DATABASE_URL: url });
          await sleep(1_500);
          // Whichever folds: its backend goes, and the other process takes over.
          for (let kill = 0; kill < 4; kill++) {
            await withOwner(url, (client) =>
              client.query(`select pg_terminate_backend(pid) from pg_stat_activity
                where application_name = 'altiplano folder' and datname = current_database() and pid <> pg_backend_pid()`),
            );
            await sleep(700);
          }
          worker.child.kill('SIGKILL');
          await worker.finished;
          await sleep(700);
          // Of a moment of the storm, not of its end.
          expect(await wrongFigures(url)).toEqual([]);
        }
      } finally {
        const committed = await writers.stop();
        expect(committed).toBeGreaterThan(100 * RUNS);
      }
      await eventually('everything is folded', async () => (await pendingOf(url)).count === 0);
      expect(await wrongFigures(url)).toEqual([]);
      await eventually(
        'both delta tables are emptied',
        async () => {
          const { size } = await one<{ size: number }>(
            url,
            `select (pg_relation_size('callbot.customer_call_rollup_delta_0')
              + pg_relation_size('callbot.customer_call_rollup_delta_1'))::int as size`,
          );
          return size === 0;
        },
        15_000,
      );
      expect(await wrongFigures(url)).toEqual([]);
    },
    LIMIT,
  );
});

describe('a database server that is killed under writers', () => {
  const { makeFolder, start } = useDirectories();

  test(
    'comes back with figures that are a recount, and folding goes on',
    async () => {
      const directory = join(await makeFolder(), '.altiplano');
      let server = await start(directory, { fsync: 'on', max_connections: '40' });
      await migrate(ENGINE, { url: server.url, direction: 'up' });
      const { name, schema, migrations } = callbot;
      await migrate({ app: name, schema, folder: migrations }, { url: server.url, direction: 'up' });
      await buildRollups(server.url, schema);
      await fill(server.url, 60, 1_000);
      for (let run = 0; run < RUNS; run++) {
        const folder = startFolder({ url: server.url, pace: PACE });
        const writers = startWriters(server.url, 4);
        await sleep(1_500);
        process.kill(await postmasterPid(server), 'SIGKILL');
        const [committed] = await Promise.all([writers.stop(), folder.stop()]);
        expect(committed).toBeGreaterThan(10);
        server = await start(directory, { fsync: 'on', max_connections: '40' });
        expect(await wrongFigures(server.url)).toEqual([]);
      }
      const folder = startFolder({ url: server.url, pace: PACE });
      await eventually('what was left is folded', async () => (await pendingOf(server.url)).count === 0);
      await folder.stop();
      expect(await wrongFigures(server.url)).toEqual([]);
    },
    LIMIT,
  );
});
