/** What one run of a scenario found out; `bench/results/<scenario>.json`. */
export interface Result {
  readonly scenario: string;
  readonly commit: string | null;
  readonly at: string;
  readonly machine: string;
  readonly postgres: string;
  readonly node: string;
  readonly volume: Readonly<Record<string, unknown>>;
  readonly rows: readonly Row[];
}

/** One case answered one way. A figure that was not measured is null. */
export interface Row {
  readonly case: string;
  readonly variant: string;
  /** Rows of the tenant. */
  readonly size: number;
  readonly statements: number | null;
  readonly round_trips: number | null;
  readonly buffers: number | null;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly rps: number | null;
  readonly peak_rss_mb: number | null;
  readonly note: string | null;
}

type Named = Pick<Row, 'case' | 'variant' | 'size'>;

export function makeRow(figures: Named & Partial<Row>): Row {
  const nothing = {
    statements: null,
    round_trips: null,
    buffers: null,
    p50_ms: null,
    p95_ms: null,
    p99_ms: null,
    rps: null,
    peak_rss_mb: null,
    note: null,
  };
  const { case: name, variant, size, ...rest } = figures;
  return { case: name, variant, size, ...nothing, ...rest };
}
