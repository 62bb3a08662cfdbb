import type { Interval, LayerTime, ProfiledQuery } from '../api/types.ts';

export type Phase = 'pool' | 'database' | 'decode';

/** In percent of the whole width. */
export interface Bar {
  readonly phase: Phase;
  readonly left: number;
  readonly width: number;
}

export interface WaterfallRow {
  /** The first of them where several of one shape are drawn in one row. */
  readonly query: ProfiledQuery;
  readonly bars: readonly Bar[];
  readonly calls: number;
  /** Pool, database and decode of all calls, as the sum of what each took. */
  readonly spent: number;
  readonly rows: number | null;
  readonly verdicts: readonly string[];
}

/** No query is too short to be seen. */
const LEAST_PERCENT = 0.15;

/** One row a query, in the order they were asked for; or one row a shape, where the first of it was. */
export function layoutQueries(
  queries: readonly ProfiledQuery[],
  total: number,
  byShape: boolean,
): readonly WaterfallRow[] {
  const groups = new Map<string, ProfiledQuery[]>();
  for (const query of [...queries].sort((a, b) => a.from - b.from || a.ordinal - b.ordinal)) {
    const key = byShape ? query.fingerprint : String(query.ordinal);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [query]);
    else group.push(query);
  }
  return [...groups.values()].flatMap((group) => {
    const [query] = group;
    return query === undefined ? [] : [rowOf(query, group, total)];
  });
}

function rowOf(query: ProfiledQuery, group: readonly ProfiledQuery[], total: number): WaterfallRow {
  const known = group.flatMap(({ rows }) => (rows === null ? [] : [rows]));
  return {
    query,
    bars: group.flatMap((each) => barsOf(each, total)),
    calls: group.length,
    spent: group.reduce((sum, each) => sum + spentOf(each), 0),
    rows: known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0),
    verdicts: [...new Set(group.flatMap(({ verdicts }) => verdicts))],
  };
}

export const spentOf = ({ pool, database, decode }: ProfiledQuery): number => pool + database + decode;

export function barsOf({ from, pool, database, decode }: ProfiledQuery, total: number): readonly Bar[] {
  const percent = (time: number) => (total > 0 ? Math.min(100, (time / total) * 100) : 0);
  let at = from;
  return (
    [
      ['pool', pool],
      ['database', database],
      ['decode', decode],
    ] as const
  ).flatMap(([phase, took]) => {
    const left = percent(at);
    at += took;
    // Nothing waited for is not drawn; the database is always.
    if (took <= 0 && phase !== 'database') return [];
    // Widened ones would hide each other: of a short query the database is what is seen.
    const width = Math.max(phase === 'database' ? LEAST_PERCENT : 0, percent(at) - left);
    return [{ phase, left: Math.min(left, 100 - width), width }];
  });
}

export interface LayerBar {
  readonly name: string;
  readonly lane: number;
  readonly left: number;
  readonly width: number;
  readonly interval: Interval;
}

/** Layers inside others lie below them: as many lanes as are open at once. */
export function layoutLayers(layers: readonly LayerTime[], total: number): readonly LayerBar[] {
  const runs = layers
    .flatMap(({ name, intervals }) => intervals.map((interval) => ({ name, interval })))
    .sort((a, b) => a.interval.from - b.interval.from || b.interval.to - a.interval.to);
  const lanes: number[] = [];
  return runs.map(({ name, interval }) => {
    const free = lanes.findIndex((until) => until <= interval.from);
    const lane = free === -1 ? lanes.length : free;
    lanes[lane] = interval.to;
    const left = total > 0 ? (interval.from / total) * 100 : 0;
    const width = total > 0 ? ((interval.to - interval.from) / total) * 100 : 0;
    return { name, lane, interval, left: Math.min(left, 100), width: Math.max(LEAST_PERCENT, width) };
  });
}
