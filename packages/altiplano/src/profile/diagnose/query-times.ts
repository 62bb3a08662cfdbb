import type { Interval, QueryRecord } from '../recording.ts';

/** When a query waited for a connection, ran, and was read; null below `timings`. */
export interface QueryTimes {
  readonly pool: Interval;
  readonly database: Interval;
  readonly decode: Interval;
}

/** A query that failed or was cut off has no later times: it ran until what is known last. */
export function timesOf({ asked, acquired, answered, decoded }: QueryRecord): QueryTimes | null {
  if (asked === null) return null;
  const began = Math.max(acquired ?? asked, asked);
  const ended = Math.max(answered ?? decoded ?? began, began);
  return {
    pool: { from: asked, to: began },
    database: { from: began, to: ended },
    decode: { from: ended, to: Math.max(decoded ?? ended, ended) },
  };
}

/** Whether it counts as a statement; transactions, settings and cursors do not. */
export function isStatement({ kind }: Pick<QueryRecord, 'kind'>): boolean {
  return kind !== 'transaction' && kind !== 'setting' && kind !== 'cursor';
}
