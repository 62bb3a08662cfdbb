import type { Stage } from './observation.ts';

export interface Stopwatch {
  readonly stages: Partial<Record<Stage, number>>;
  time<T>(stage: Stage, work: () => T): T;
  timeAsync<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
}

/** Adds up the milliseconds of each stage; a stage that ran twice counts twice. */
export function stopwatch(): Stopwatch {
  const stages: Partial<Record<Stage, number>> = {};
  const add = (stage: Stage, started: number) => {
    stages[stage] = (stages[stage] ?? 0) + performance.now() - started;
  };
  return {
    stages,
    time(stage, work) {
      const started = performance.now();
      try {
        return work();
      } finally {
        add(stage, started);
      }
    },
    async timeAsync(stage, work) {
      const started = performance.now();
      try {
        return await work();
      } finally {
        add(stage, started);
      }
    },
  };
}
