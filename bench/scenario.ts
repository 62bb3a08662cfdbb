import type { Result } from './result/result.ts';

export interface RunOptions {
  /** The repository. */
  readonly root: URL;
  readonly quick: boolean;
  /** The scenario's own options. */
  readonly flags: Flags;
  /** What a person who waits may want to know; never the result. */
  readonly note: (line: string) => void;
}

export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** One question the benchmark answers. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** Options only this scenario takes, by name, with what their values are; `null` for a switch. */
  readonly options?: Readonly<Record<string, string | null>>;
  run(options: RunOptions): Promise<Report>;
}

export interface Report {
  readonly result: Result;
  /** SVG texts by file name. */
  readonly plots: Readonly<Record<string, string>>;
  /** The scenario's section of docs/benchmarks.md. */
  readonly section: string;
  /** What the table does not show at a glance. */
  readonly conclusions: readonly string[];
}
