import { defineConfig } from 'vitest/config';

const unit = ['packages/*/src/**/*.test.ts', 'packages/altiplano/test/architecture.test.ts'];
const database = ['packages/*/test/**/*.test.ts', 'apps/**/*.test.ts', 'bench/**/*.test.ts'];
/** What no other PostgreSQL can change: it runs on the first one only. */
const anywhere = [
  'bench/**',
  'apps/*/sample/**',
  // Documents made of declarations, and what is refused before there is a statement.
  'apps/*/test/{openapi,printed}.test.ts',
  'apps/callbot/test/{refusals,contract/refusals}.test.ts',
  'packages/altiplano/test/{architecture,readme,twin,types}/**',
  'packages/altiplano/test/architecture.test.ts',
  // The command line, and processes that are killed: the statements are those of bitmap, jobs, rollup and the storms' apps.
  'packages/altiplano/test/{cli,embedded,http}/**',
  'packages/altiplano/test/{bitmap/life-{commands,folder},jobs/commands,sign-in/{kill,passwords,redis-server,served}}.test.ts',
  'apps/callbot/test/{live-migration/live,live-migration/stops,storms/busy,storms/counters}.test.ts',
  'apps/{finance,shop}/test/storm.test.ts',
  // Texts of statements; on every server golden requests, the twin and both tests of cost run them.
  'apps/callbot/test/statements.test.ts',
  // Rows that triggers look at: of the functions both print, `packages/altiplano/test/bitmap/ddl/growth.test.ts` is on every server.
  'apps/*/test/growth.test.ts',
  // Profiles are made by this program; what reads the server's own plans and errors runs on all.
  'apps/callbot/test/profile/**',
  'packages/altiplano/test/profile/{command,diagnose,register,report,testing}/**',
  'packages/altiplano/test/profile/serving/!(advice|plan-advice|store).test.ts',
  'packages/dashboard/test/!(real-plans).test.ts',
];
const scopes: Record<string, string[]> = { unit, database, all: [...unit, ...database] };
const scope = process.env.ALTIPLANO_TEST_SCOPE ?? 'all';

export default defineConfig({
  test: {
    include: scopes[scope] ?? database,
    ...(scope === 'database' ? { exclude: anywhere } : {}),
    environment: 'node',
    // Three on the two cores of a build machine: of a file's time, half to four fifths are processor time (its own and the
    // database's), the rest is waiting, for a process, a lock or a browser. docs/guide/proving-an-app.md
    maxWorkers: 3,
    // A test that runs several commands took 60 s on a busy machine; what hangs still ends.
    testTimeout: 180_000,
    // Loading 64,000 customers and their bitmaps took over two minutes on a busy machine.
    hookTimeout: 300_000,
    ...(scope === 'unit' ? {} : { globalSetup: ['packages/altiplano/test/support/server.ts'] }),
  },
});
