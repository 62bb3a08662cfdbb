import type { Logger, Runner } from 'graphile-worker';

/** Of its own: an app may use the same library for itself. */
export const QUEUE_SCHEMA = 'altiplano_worker';

/** Loaded where a queue is used: it looks for configuration files as soon as it is. */
const library = () => import('graphile-worker');

/** Creates or brings up to date what the queue keeps in the database; the owner's work. */
export async function installQueue(url: string): Promise<void> {
  const { runMigrations } = await library();
  await runMigrations({ connectionString: url, schema: QUEUE_SCHEMA, maxPoolSize: 1, logger: await quiet(() => {}) });
}

export interface QueueOptions {
  /** The owner's connection, past any pooler: it listens. */
  readonly url: string;
  /** How many at the same time in this process. */
  readonly concurrency: number;
  /** `app:job` → what to do with one that is due. */
  readonly tasks: Readonly<Record<string, (payload: unknown) => Promise<void>>>;
  /** `app:job` → when, as cron says it. */
  readonly schedules: Readonly<Record<string, string>>;
  readonly problem: (text: string) => void;
}

export interface Queue {
  /** Ends when the queue has, for whatever reason. */
  readonly ended: Promise<void>;
  /** Takes no more; waits for those under way. */
  stop(): Promise<void>;
}

/** Waits for jobs and hands out each to one process. */
export async function openQueue({ url, concurrency, tasks, schedules, problem }: QueueOptions): Promise<Queue> {
  const { run, parseCronItems } = await library();
  const runner: Runner = await run({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    concurrency,
    // One to listen, one to look, one more for what is handed back meanwhile.
    maxPoolSize: 3,
    pollInterval: 2_000,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: 60_000,
    taskList: { ...tasks },
    parsedCronItems: parseCronItems(
      Object.entries(schedules).map(([task, match]) => ({
        task,
        match,
        identifier: task,
        options: { maxAttempts: 25 },
      })),
    ),
    logger: await quiet(problem),
  });
  const ended = runner.promise.catch((error: unknown) => problem(String(error)));
  return {
    ended,
    stop: async () => {
      await runner.stop().catch(() => {}); // it had stopped by itself
      await ended;
    },
  };
}

/** The library tells of everything it does; only what went wrong is worth a line. */
async function quiet(problem: (text: string) => void): Promise<Logger> {
  const { Logger: Made } = await library();
  return new Made(() => (level, message) => {
    if (level === 'error') problem(message);
  });
}
