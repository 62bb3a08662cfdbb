import type { Profile, ProfiledQuery } from '../profile.ts';
import { layerTime, rounded } from './profiling-members.ts';
import { isCounted, slowest } from './query-analyzer.ts';

/** As described: `permission_profiler`. */
export interface PermissionAnalysis {
  readonly permission_time_ms: number;
  readonly permission_queries: number;
  /** Checks that count where one row would do. */
  readonly count_queries: readonly string[];
  /** Tables that a check reads whole, where plans were asked for. */
  readonly full_table_scans: readonly string[];
  /** The same check again. */
  readonly redundant_checks: readonly { readonly sql: string; readonly count: number }[];
}

const COUNTS = /\bcount\s*\(/i;
const ALL = 'permission';

/** What finding out cost whether the caller may: the queries of the layer `permission`, and those labelled as its. */
export function analyzePermissions(profile: Profile): PermissionAnalysis {
  const queries = profile.queries.filter((query) => isCounted(query) && checks(query));
  return {
    permission_time_ms: rounded(layerTime(profile, ALL)),
    permission_queries: queries.length,
    count_queries: distinct(queries.filter(({ text }) => COUNTS.test(text)).map(({ text }) => text)),
    full_table_scans: distinct(queries.flatMap(({ plan }) => scannedTables(plan))),
    redundant_checks: slowest(queries).flatMap(({ sql, count }) => (count > 1 ? [{ sql, count }] : [])),
  };
}

const checks = ({ layer, label }: ProfiledQuery): boolean => layer === ALL || (label ?? '').startsWith(ALL);
const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** Of EXPLAIN (FORMAT JSON). */
function scannedTables(plan: unknown): readonly string[] {
  if (Array.isArray(plan)) return plan.flatMap(scannedTables);
  if (typeof plan !== 'object' || plan === null) return [];
  const node = plan as Readonly<Record<string, unknown>>;
  const own = node['Node Type'] === 'Seq Scan' ? [String(node['Relation Name'])] : [];
  return [...own, ...scannedTables(node.Plan), ...scannedTables(node.Plans)];
}
