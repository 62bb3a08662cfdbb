import type { Profile, ProfiledQuery } from '../profile.ts';
import { queryTime, rounded } from './profiling-members.ts';

/** As described: `query_analyzer`. */
export interface QueryAnalysis {
  readonly total_queries: number;
  /** What they took together; those that ran at once count once. */
  readonly total_time_ms: number;
  /** Shapes by the time all of their queries took. */
  readonly slowest_queries: readonly SlowQuery[];
  readonly n_plus_one_detected: boolean;
}

export interface SlowQuery {
  readonly sql: string;
  readonly time_ms: number;
  readonly count: number;
  readonly longest_ms: number;
}

const MOST = 10;
const NOT_COUNTED: ReadonlySet<string> = new Set(['transaction', 'setting', 'cursor']);

export const isCounted = ({ kind }: Pick<ProfiledQuery, 'kind'>): boolean => !NOT_COUNTED.has(kind);

/** Count, time, the slowest shapes, and whether one of them is asked for each row of another. */
export function analyzeQueries(profile: Profile): QueryAnalysis {
  return {
    total_queries: profile.statements,
    total_time_ms: rounded(queryTime(profile)),
    slowest_queries: slowest(profile.queries),
    n_plus_one_detected: hasRule(profile, 'n-plus-one'),
  };
}

export const hasRule = ({ findings }: Profile, rule: string): boolean => findings.some((one) => one.rule === rule);

export function slowest(queries: readonly ProfiledQuery[]): readonly SlowQuery[] {
  const shapes = new Map<string, { sql: string; time: number; count: number; longest: number }>();
  for (const { fingerprint, text, database } of queries.filter(isCounted)) {
    const shape = shapes.get(fingerprint) ?? { sql: text, time: 0, count: 0, longest: 0 };
    shapes.set(fingerprint, shape);
    shape.time += database;
    shape.count += 1;
    shape.longest = Math.max(shape.longest, database);
  }
  return [...shapes.values()]
    .sort((one, other) => other.time - one.time)
    .slice(0, MOST)
    .map(({ sql, time, count, longest }) => ({ sql, time_ms: rounded(time), count, longest_ms: rounded(longest) }));
}
