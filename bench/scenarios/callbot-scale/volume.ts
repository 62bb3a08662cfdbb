import type { Repetitions } from '../../measure/samples.ts';

/** How much there is. */
export interface Volume {
  /** Of the big workspace; the small one has `customers / every`, with calls in the same proportion. */
  readonly customers: number;
  readonly every: number;
  /** Of the big workspace; one in a hundred belongs to its busiest customer. */
  readonly calls: number;
  /** Customers of each adversarial workspace. */
  readonly adversarial: number;
}

/** How long to look. */
export interface Effort {
  readonly latency: Repetitions;
  readonly naive: Repetitions;
  /** No naive or cured answer is waited for any longer. */
  readonly patience: number;
  readonly pairs: number;
  readonly pairSeconds: number;
  /** Seconds of each closed loop: connections that ask without pause, every answer timed. */
  readonly loopSeconds: number;
  readonly restarts: number;
  readonly writes: number;
  readonly insertSeconds: number;
  /** Of each search for the dearest combinations. */
  readonly breakerSeconds: number;
  /** Of paced writes against a running folder. */
  readonly tailSeconds: number;
  /** Pairs of writes with and without bitmaps. */
  readonly writePairs: number;
}

export const FULL: Volume = { customers: 1_000_000, every: 100, calls: 50_000_000, adversarial: 5_000 };
export const QUICK: Volume = { customers: 10_000, every: 10, calls: 200_000, adversarial: 300 };

export const THOROUGH: Effort = {
  latency: { most: 200, milliseconds: 600 },
  naive: { most: 3, milliseconds: 2_000 },
  patience: 30_000,
  pairs: 3,
  pairSeconds: 3,
  loopSeconds: 4,
  restarts: 3,
  writes: 120,
  insertSeconds: 8,
  breakerSeconds: 60,
  tailSeconds: 60,
  writePairs: 150,
};
export const BRIEF: Effort = {
  latency: { most: 5, milliseconds: 15 },
  naive: { most: 1, milliseconds: 0 },
  patience: 5_000,
  pairs: 1,
  pairSeconds: 0.3,
  loopSeconds: 0.25,
  restarts: 1,
  writes: 10,
  insertSeconds: 0.5,
  breakerSeconds: 2,
  tailSeconds: 2,
  writePairs: 6,
};
