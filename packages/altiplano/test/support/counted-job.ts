import type { OwnerClient } from '../../src/execute/owner.ts';
import type { RunQuery } from '../../src/resource/action.ts';
import type { Job, JobContext, Progress } from '../../src/resource/job.ts';

class Killed extends Error {}

export interface CountedRun {
  /** Statements outside of steps, and inside. */
  readonly read: number;
  readonly written: number;
  readonly progress: readonly Progress[];
  readonly checkpoint: unknown;
}

export interface CountedJob {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly checkpoint?: unknown;
  /** The step after so many fails, as that of a process that is killed. */
  readonly steps?: number;
}

/** Runs a job as the worker does, on the owner's connection and without its bookkeeping, and counts what it asks. */
export async function runCounted(
  owner: OwnerClient,
  job: Job,
  { payload, checkpoint = null, steps = Number.POSITIVE_INFINITY }: CountedJob,
): Promise<CountedRun> {
  const counts = { read: 0, written: 0 };
  const progress: Progress[] = [];
  const counted =
    (kind: keyof typeof counts): RunQuery =>
    async (query) => {
      counts[kind] += 1;
      const { text, values } = 'text' in query ? query : { text: query.sql, values: query.parameters };
      return (await owner.query({ text, values: [...values] })).rows;
    };
  const unsealed = () => Promise.reject(new Error('runCounted has no keys'));
  const context: JobContext = {
    ...{ id: 'counted', payload: payload as JobContext['payload'], checkpoint, signal: new AbortController().signal },
    ...{ query: counted('read'), reencrypt: unsealed, countEncrypted: unsealed },
    async step(work) {
      await owner.query('begin');
      try {
        const told = await work(counted('written'));
        if (progress.length === steps) throw new Killed();
        await owner.query('commit');
        progress.push(told);
      } catch (error) {
        await owner.query('rollback');
        throw error;
      }
    },
  };
  await job.run(context).catch((error) => {
    if (!(error instanceof Killed)) throw error;
  });
  return { ...counts, progress, checkpoint: progress.at(-1)?.checkpoint };
}
