import type { Stage } from './observation.ts';

export interface Stopwatch {
  /** How often a stage has begun. */
  count(stage: Stage): number;
  readonly stages: Partial<Record<Stage, number>>;
  /** Notes time that was measured elsewhere. */
  add(stage: Stage, milliseconds: number): void;
  time<T>(stage: Stage, work: () => T): T;
  timeAsync<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
}

/** Adds up the milliseconds of each stage; a stage that ran twice counts twice. */
export function stopwatch(): Stopwatch {
  const stages: Partial<Record<Stage, number>> = {};
  const begun: Partial<Record<Stage, number>> = {};
  const begin = (stage: Stage): number => {
    begun[stage] = (begun[stage] ?? 0) + 1;
    return performance.now();
  };
  const add = (stage: Stage, milliseconds: number) => {
    stages[stage] = (stages[stage] ?? 0) + milliseconds;
  };
  return {
    stages,
    add,
    count: (stage) => begun[stage] ?? 0,
    time(stage, work) {
      const started = begin(stage);
      try {
        return work();
      } finally {
        add(stage, performance.now() - started);
      }
    },
    async timeAsync(stage, work) {
      const started = begin(stage);
      try {
        return await work();
      } finally {
        add(stage, performance.now() - started);
      }
    },
  };
}
