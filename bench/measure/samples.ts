import type { Row } from '../result/result.ts';

/** A percentile is told only when that many samples can know it. */
export function percentiles(samples: readonly number[]): Pick<Row, 'p50_ms' | 'p95_ms' | 'p99_ms'> {
  const sorted = [...samples].sort((one, other) => one - other);
  const at = (share: number, least: number): number | null =>
    sorted.length < least ? null : round(sorted[Math.ceil(share * sorted.length) - 1] ?? null);
  return { p50_ms: at(0.5, 1), p95_ms: at(0.95, 20), p99_ms: at(0.99, 100) };
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

export function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

export interface Repetitions {
  readonly most: number;
  /** No further one is begun after so many milliseconds. */
  readonly milliseconds: number;
}

/** Times one piece of work again and again, after one that is not timed. */
export async function timeRepeatedly(repetitions: Repetitions, work: () => Promise<unknown>): Promise<number[]> {
  await work();
  return timeAtOnce(repetitions, work);
}

/** The same without one ahead, for work that is warm already. */
export async function timeAtOnce({ most, milliseconds }: Repetitions, work: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  const begin = performance.now();
  do {
    const started = performance.now();
    await work();
    samples.push(performance.now() - started);
  } while (samples.length < most && performance.now() - begin < milliseconds);
  return samples;
}
