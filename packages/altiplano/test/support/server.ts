import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/embedded/start-embedded.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the server this run tests on. */
    readonly adminUrl: string;
  }
}

// Nothing in a test server outlives a power cut, so nothing waits for the disk.
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '512MB',
  max_connections: '200',
  // PostgreSQL's own default, so that what would be written to temporary files there is here too.
  work_mem: '4MB',
  // Coming along in the middle of a test it changes what a page costs: 1.24 times another became 1.30 on 15.
  autovacuum: 'off',
};

/** vitest calls it once, before the first test; what it returns after the last. */
export default async function setUpServer(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.DATABASE_URL;
  if (given) {
    project.provide('adminUrl', given);
    return undefined;
  }
  const server = await startEmbedded({
    directory: join(project.config.root, '.altiplano', `test-${majorOfRun()}`),
    settings: SETTINGS,
    log: (line) => console.log(line),
  });
  project.provide('adminUrl', server.url);
  return () => server.stop();
}

/** Data of different majors must not share a directory: the one of /usr/lib/postgresql/15/bin is 15. */
function majorOfRun(): string {
  const binaries = process.env.ALTIPLANO_POSTGRES_BIN;
  return binaries ? (/(\d+)/.exec(binaries)?.[1] ?? 'other') : '18';
}
