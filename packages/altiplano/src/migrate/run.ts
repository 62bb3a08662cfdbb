import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runner } from 'node-pg-migrate';
import { Failure } from '../errors/failure.ts';
import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { checkPending } from './pending.ts';
import { isLocked, type MigrationSession, type StepProgress, value, within } from './session.ts';
import { revertingKey } from './steps/step.ts';
import { takeTurn } from './turn.ts';

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
  readonly progress?: (step: StepProgress) => void;
  /** Roles of other programs that go on seeing every row; `none`: those not named may lose sight of them. */
  readonly keepRoles?: readonly string[];
  /** Milliseconds to try for a lock before giving up; ten minutes when absent. */
  readonly patience?: number;
}

const PATIENCE_MS = 600_000;
// A migration in SQL takes its locks as it comes to them; live statements queue behind each for no longer than this.
const LOCK_TIMEOUT_MS = 500;

/**
 * Applies or reverts the migrations of one folder and returns the names of those that ran. Idempotent: the names done
 * are kept in `<schema>.altiplano_migration`, an advisory lock lets one process at a time in, and what was killed on the
 * way goes on where it stopped.
 * @throws MIGR_FAILED with the statement's error, MIGR_LOCKED, MIGR_ORPHANS, MIGR_ROLES; what was done stays done
 */
export async function migrate(target: MigrationFolder, options: MigrateOptions): Promise<readonly string[]> {
  const { url, direction, keepRoles = [], patience = PATIENCE_MS, log = () => {}, progress = () => {} } = options;
  try {
    return await withOwner(url, async (client) => {
      await takeTurn(client, log);
      // What the owner's own settings say of time limits is meant for requests.
      await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
      const { schema } = target;
      const session = { client, url, schema, direction, reverting: '', keepRoles, patience, log, progress };
      if (direction === 'up') {
        await resumeReverted(session);
        await checkPending(session, target.folder);
      }
      return await oneByOne(target, session, options.count ?? Number.POSITIVE_INFINITY);
    });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('MIGR_FAILED', {
      values: {
        app: target.app,
        name: direction,
        reason: cause instanceof Error ? cause.message : String(cause),
        remedy: hintOf(cause) ?? 'Mend the cause and run the same command again: what was applied stays applied.',
      },
      cause,
    });
  }
}

async function oneByOne(target: MigrationFolder, session: MigrationSession, count: number): Promise<readonly string[]> {
  const done: string[] = [];
  while (done.length < count) {
    const reverting = session.direction === 'down' ? await lastApplied(session.client, target.schema) : '';
    const name = await runNext(target, { ...session, reverting });
    if (name === undefined) break;
    if (reverting !== '') await forgetReverting(session);
    done.push(name);
    session.log(`${target.app} ${session.direction} ${name}`);
  }
  return done;
}

/** One migration, again and again while somebody holds a lock it needs. */
async function runNext(target: MigrationFolder, session: MigrationSession): Promise<string | undefined> {
  const deadline = performance.now() + session.patience;
  for (;;) {
    try {
      await session.client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
      const done = await within(session, () => runner(runnerOptions(target, session)));
      return done[0]?.name;
    } catch (error) {
      if (!isLocked(error) || performance.now() > deadline) throw error;
      await session.client.query('rollback');
      await sleep(200 + 800 * Math.random());
    }
  }
}

// The runner would print the whole statement; the cause says what matters.
const logger = { info: () => {}, warn: () => {}, error: () => {} };

function runnerOptions({ folder, schema }: MigrationFolder, { client, direction }: MigrationSession) {
  return {
    dbClient: client,
    noLock: true,
    dir: fileURLToPath(folder),
    ignorePattern: '.*\\.(md|test\\.ts)',
    direction,
    count: 1,
    schema,
    createSchema: true,
    migrationsSchema: schema,
    migrationsTable: 'altiplano_migration',
    migrationLoaderStrategies: [
      { extensions: ['.sql'], loader: 'legacySql' as const },
      { extensions: ['.ts', '.js'], loader: loadModules },
    ],
    logger,
  };
}

// The library's own loader makes a second copy of what a migration imports, Altiplano included.
const loadModules = (files: readonly string[]) =>
  Promise.all(
    files.map(async (file) => ({ id: file, filePaths: [file], actions: await import(pathToFileURL(file).href) })),
  );

async function lastApplied(client: OwnerClient, schema: string): Promise<string> {
  const table = `"${schema}".altiplano_migration`;
  const { rows } = await client.query('select to_regclass($1) is not null as there', [table]);
  if (!rows[0]?.there) return '';
  const last = await client.query<{ name: string }>(`select name from ${table} order by run_on desc, id desc limit 1`);
  return last.rows[0]?.name ?? '';
}

/** A migration whose reversal was interrupted is half there: it is applied again, step by step. */
async function resumeReverted(session: MigrationSession): Promise<void> {
  const { client, schema } = session;
  if (!(await value<boolean>(session, "select to_regclass('altiplano.setting') is not null"))) return;
  const half = await value<string | undefined>(session, 'select value from altiplano.setting where name = $1', [
    revertingKey(schema),
  ]);
  if (half === undefined) return;
  await client.query(`delete from "${schema}".altiplano_migration where name = $1`, [half]);
  await forgetReverting(session);
}

async function forgetReverting({ client, schema }: MigrationSession): Promise<void> {
  if (schema === ENGINE.schema) return; // its first migration takes the table of settings with it
  await client.query('delete from altiplano.setting where name = $1', [revertingKey(schema)]);
}

/** PostgreSQL's own hint, when it has one: it knows better. */
function hintOf(cause: unknown): string | undefined {
  const hint = cause instanceof Error && 'hint' in cause ? cause.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}
