import { currentTrace, type Trace, within } from '../profile/trace.ts';
import type { Stage } from './observation.ts';

export interface Stopwatch {
  /** Of a request that is profiled. */
  readonly trace: Trace | null;
  /** How often a stage has begun. */
  count(stage: Stage): number;
  readonly stages: Partial<Record<Stage, number>>;
  /** Notes time that was measured elsewhere. */
  add(stage: Stage, milliseconds: number): void;
  time<T>(stage: Stage, work: () => T): T;
  timeAsync<T>(stage: Stage, work: () => Promise<T>): Promise<T>;
}

/** What a stage is called where the time of a request is shown by layers. */
const LAYERS: Readonly<Record<Stage, string>> = {
  authenticate: 'middleware',
  parse: 'queryset',
  plan: 'queryset',
  emit: 'queryset',
  execute: 'queryset',
  lock: 'queryset',
  respond: 'serializer',
};

/** Adds up the milliseconds of each stage; a stage that ran twice counts twice. A request that is profiled is told when. */
export function stopwatch(): Stopwatch {
  const trace = currentTrace();
  const stages: Partial<Record<Stage, number>> = {};
  const begun: Partial<Record<Stage, number>> = {};
  const begin = (stage: Stage): number => {
    begun[stage] = (begun[stage] ?? 0) + 1;
    return performance.now();
  };
  const add = (stage: Stage, milliseconds: number) => {
    stages[stage] = (stages[stage] ?? 0) + milliseconds;
  };
  const end = (stage: Stage, started: number) => {
    const now = performance.now();
    add(stage, now - started);
    trace?.layered(LAYERS[stage], started, now);
  };
  return {
    trace,
    stages,
    add,
    count: (stage) => begun[stage] ?? 0,
    time(stage, work) {
      const started = begin(stage);
      try {
        return within(trace, work);
      } finally {
        end(stage, started);
      }
    },
    async timeAsync(stage, work) {
      const started = begin(stage);
      try {
        return await within(trace, work);
      } finally {
        end(stage, started);
      }
    },
  };
}
