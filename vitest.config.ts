import { defineConfig } from 'vitest/config';

const unit = ['packages/*/src/**/*.test.ts', 'packages/altiplano/test/architecture.test.ts'];
const database = ['packages/*/test/**/*.test.ts', 'apps/**/*.test.ts', 'bench/**/*.test.ts'];
/** What no other PostgreSQL can change: it runs on the first one only. */
const anywhere = [
  'bench/**',
  'apps/*/sample/**',
  'packages/altiplano/test/{cli,embedded,http,readme,twin,types}/**',
  'packages/altiplano/test/profile/{command,diagnose,register,report,testing}/**',
  'packages/dashboard/test/!(real-plans).test.ts',
];
const scopes: Record<string, string[]> = { unit, database, all: [...unit, ...database] };
const scope = process.env.ALTIPLANO_TEST_SCOPE ?? 'all';

export default defineConfig({
  test: {
    include: scopes[scope] ?? database,
    ...(scope === 'database' ? { exclude: anywhere } : {}),
    environment: 'node',
    // Two cores are what the build machines have; more workers only make the database queue.
    maxWorkers: 2,
    testTimeout: 60_000,
    // Loading 100,000 customers and their bitmaps took over two minutes on a busy machine.
    hookTimeout: 300_000,
    ...(scope === 'unit' ? {} : { globalSetup: ['packages/altiplano/test/support/server.ts'] }),
  },
});
