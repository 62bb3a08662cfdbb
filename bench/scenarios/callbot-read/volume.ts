import type { Repetitions } from '../../measure/samples.ts';

/** How much there is. */
export interface Volume {
  /** Customers of each workspace, the biggest first. */
  readonly tenants: readonly number[];
  /** On average; shared out by Zipf's law. */
  readonly calls_per_customer: number;
  /** Customers of each adversarial workspace. */
  readonly adversarial: number;
}

/** How long to look. */
export interface Effort {
  readonly latency: Repetitions;
  readonly naive: Repetitions;
  /** Seconds under load for each case; null leaves throughput to the first page. */
  readonly burst: number | null;
  readonly pairs: number;
  readonly pairSeconds: number;
  readonly restarts: number;
}

export const FULL: Volume = { tenants: [100_000, 10_000, 1_000], calls_per_customer: 20, adversarial: 5_000 };
export const QUICK: Volume = { tenants: [20_000, 5_000, 1_000], calls_per_customer: 4, adversarial: 1_000 };

export const THOROUGH: Effort = {
  latency: { most: 200, milliseconds: 1_000 },
  naive: { most: 5, milliseconds: 3_000 },
  burst: 1,
  pairs: 5,
  pairSeconds: 3,
  restarts: 3,
};
export const BRIEF: Effort = {
  latency: { most: 25, milliseconds: 60 },
  naive: { most: 1, milliseconds: 0 },
  burst: null,
  pairs: 3,
  pairSeconds: 1,
  restarts: 1,
};
