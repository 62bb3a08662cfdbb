import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyRing } from '../encryption/key-ring.ts';
import { withOwner } from '../execute/owner.ts';
import type { Observe } from '../observe/observation.ts';
import type { App } from '../resource/app.ts';
import type { Job } from '../resource/job.ts';
import { perform } from './perform.ts';
import { problemOf } from './problem.ts';
import { openQueue } from './queue.ts';

type JobApp = Pick<App, 'name' | 'jobs' | 'schema' | 'resources'>;

export interface JobWorkerOptions {
  /** The owner's connection, past any pooler. */
  readonly url: string;
  readonly apps: readonly JobApp[];
  /** For jobs that seal encrypted columns anew. */
  readonly keys?: KeyRing | null;
  readonly observe?: Observe;
  /** Jobs at the same time in this process, each with a connection of its own. */
  readonly concurrency?: number;
}

export interface JobWorker {
  /** Takes no more jobs; those under way finish their step and go back into the queue. */
  stop(): Promise<void>;
}

const CONCURRENCY = 4;
const AGAIN_MS = 5_000;

/** Runs the jobs of these apps as they come due; any number of processes may. No error ends it. */
export function startJobs(options: JobWorkerOptions): JobWorker {
  const { url, apps, keys = null, observe = () => {}, concurrency = CONCURRENCY } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const all = apps.flatMap((app) => (app.jobs ?? []).map((job) => ({ app, job, title: `${app.name}:${job.name}` })));
  const problem = (text: string) => observe({ kind: 'jobs.failed', problem: text });

  async function task(app: JobApp, job: Job, payload: unknown): Promise<void> {
    const { run, _cron: cron } = payload as { readonly run?: string; readonly _cron?: { readonly ts: string } };
    if (run === undefined) return scheduleRun(url, app.name, job, cron?.ts ?? '');
    const started = performance.now();
    const performed = await perform({ url, job, run, signal, sealing: { app, keys } });
    const milliseconds = performance.now() - started;
    observe({ kind: 'job.ran', job: `${app.name}:${job.name}`, run, milliseconds, ...performed });
  }

  async function work(): Promise<void> {
    if (all.length === 0) return;
    const tasks = Object.fromEntries(
      all.map(({ app, job, title }) => [title, (payload: unknown) => task(app, job, payload)]),
    );
    const schedules = Object.fromEntries(
      all.flatMap(({ job, title }) => (job.schedule === null ? [] : [[title, job.schedule] as const])),
    );
    while (!signal.aborted) {
      try {
        const queue = await openQueue({ url, concurrency, tasks, schedules, problem });
        const stop = () => void queue.stop();
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        await queue.ended;
      } catch (error) {
        problem(problemOf(error));
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  const done = work();
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

/** The time it was due at is its key: however many workers and clocks there are, it runs once. */
export function scheduleRun(url: string, app: string, job: Job, time: string): Promise<void> {
  return withOwner(url, async (client) => {
    const values = [app, job.name, `schedule:${time}`, job.retry.scheduled];
    await client.query("select altiplano.insert_job($1, $2, '{}', $3, $4, null)", values);
  });
}
