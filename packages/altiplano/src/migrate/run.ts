import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Failure } from '../errors/failure.ts';
import { type OwnerClient, withOwner } from '../execute/owner.ts';

export interface MigrationFolder {
  readonly app: string;
  readonly schema: string;
  readonly folder: URL;
}

/** The engine's own tables and functions; every app's migrations build on them. */
export const ENGINE: MigrationFolder = {
  app: 'altiplano',
  schema: 'altiplano',
  folder: new URL('../../migrations/', import.meta.url),
};

export interface MigrateOptions {
  readonly url: string;
  readonly direction: 'up' | 'down';
  /** How many migrations; all of them when absent. */
  readonly count?: number;
  readonly log?: (line: string) => void;
}

/**
 * Applies or reverts the migrations of one folder and returns the names of those that ran. Idempotent: the names done
 * are kept in `<schema>.altiplano_migration`, and an advisory lock lets one process at a time in.
 * @throws MIGR_FAILED with the statement's error; a migration that ran in a transaction left nothing behind
 */
export async function migrate(target: MigrationFolder, options: MigrateOptions): Promise<readonly string[]> {
  // The runner would print the whole statement; the cause says what matters.
  const logger = { info: () => {}, warn: () => {}, error: () => {} };
  try {
    return await withOwner(options.url, async (client) => {
      await takeTurn(client);
      const done = await runner({
        dbClient: client,
        noLock: true,
        dir: fileURLToPath(target.folder),
        ignorePattern: '.*\\.(md|test\\.ts)',
        direction: options.direction,
        count: options.count ?? Number.MAX_SAFE_INTEGER,
        schema: target.schema,
        createSchema: true,
        migrationsSchema: target.schema,
        migrationsTable: 'altiplano_migration',
        logger,
      });
      for (const { name } of done) options.log?.(`${target.app} ${options.direction} ${name}`);
      return done.map(({ name }) => name);
    });
  } catch (cause) {
    throw new Failure('MIGR_FAILED', {
      values: {
        app: target.app,
        name: options.direction,
        reason: cause instanceof Error ? cause.message : String(cause),
        remedy: hintOf(cause) ?? 'Mend the cause and run the same command again: what was applied stays applied.',
      },
      cause,
    });
  }
}

/**
 * Waits until no other migration runs in this database. It asks again and again: a session that waits inside the lock
 * call holds a snapshot, which CREATE INDEX CONCURRENTLY of the one that runs would wait for in turn.
 */
async function takeTurn(client: OwnerClient): Promise<void> {
  for (;;) {
    const { rows } = await client.query(
      "select pg_try_advisory_lock(hashtextextended('altiplano migrate', 0)) as mine",
    );
    if (rows[0].mine) return;
    await sleep(TURN_MS);
  }
}

const TURN_MS = 200;

/** PostgreSQL's own hint, when it has one: it knows better. */
function hintOf(cause: unknown): string | undefined {
  const hint = cause instanceof Error && 'hint' in cause ? cause.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}
