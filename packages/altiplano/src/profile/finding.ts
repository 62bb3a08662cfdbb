import type { CallSite } from './recording.ts';

/** Where a finding belongs, and what never changes its meaning. */
export type Rule =
  | 'n-plus-one'
  | 'duplicate'
  | 'write-n-plus-one'
  | 'chatty'
  | 'could-run-together'
  | 'slow-query'
  | 'count-as-exists'
  | 'deep-offset'
  | 'unused-wide-columns'
  | 'missing-index'
  | 'spilled-sort'
  | 'policy-per-row'
  | 'stale-statistics'
  | 'pool-wait';

/** One diagnosed problem; the same shape in the terminal, the dashboard, a report and CI. */
export interface Finding {
  readonly rule: Rule;
  /** `error` is what makes a command end with 1; `warning` too unless told otherwise; `info` never. */
  readonly level: 'error' | 'warning' | 'info';
  /** One line: what is wrong, where. */
  readonly title: string;
  /** What was seen, with its numbers. */
  readonly detail: string;
  /** Whether it is proved (the loop's parameters were in the parent's rows, the plan says so) or follows from counts alone. */
  readonly certainty: 'proved' | 'likely';
  readonly evidence: readonly Evidence[];
  readonly remedy: { readonly text: string /** To be copied: DDL or a query. */; readonly sql: string | null };
  /** Stable between runs and edits: rule, shape, file and function; never a line. */
  readonly key: string;
}

export interface Evidence {
  /** Ordinals of the queries in the recording. */
  readonly queries: readonly number[];
  readonly shape: string | null;
  readonly site: CallSite | null;
  /** Named numbers: `{ times: 25, milliseconds: 31.2 }`. */
  readonly figures: Readonly<Record<string, number>>;
}
