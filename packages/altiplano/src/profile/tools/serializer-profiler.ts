import type { Profile } from '../profile.ts';
import { layerTime, rounded } from './profiling-members.ts';
import { hasRule, isCounted, slowest } from './query-analyzer.ts';

/** As described: `serializer_profiler`. */
export interface SerializerAnalysis {
  readonly records: number;
  readonly serialization_time_ms: number;
  readonly time_per_record_ms: number;
  readonly queries_in_serializer: number;
  readonly queries_per_record: number;
  /** Related rows that are fetched when a record is written and not before: what was asked for more than once. */
  readonly lazy_loads: readonly { readonly sql: string; readonly count: number }[];
  readonly n_plus_one_detected: boolean;
}

const ALL = 'serializer';

/** @param records how many were written; without, the most rows that a query outside the serializer brought */
export function analyzeSerializer(profile: Profile, records: number = mostRows(profile)): SerializerAnalysis {
  const queries = profile.queries.filter((query) => isCounted(query) && query.layer === ALL);
  const time = layerTime(profile, ALL);
  const each = (of: number) => (records === 0 ? 0 : of / records);
  return {
    records,
    serialization_time_ms: rounded(time),
    time_per_record_ms: rounded(each(time)),
    queries_in_serializer: queries.length,
    queries_per_record: rounded(each(queries.length)),
    lazy_loads: slowest(queries).flatMap(({ sql, count }) => (count > 1 ? [{ sql, count }] : [])),
    n_plus_one_detected: hasRule(profile, 'n-plus-one'),
  };
}

function mostRows({ queries }: Profile): number {
  return Math.max(0, ...queries.filter(({ layer }) => layer !== ALL).map(({ rows }) => rows ?? 0));
}
