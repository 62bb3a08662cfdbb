import type { Finding } from '../finding.ts';
import { shapeOf } from '../fingerprint/fingerprint.ts';
import type { Bottleneck, Profile } from '../profile.ts';
import { median, percentile, unionLength } from './figures.ts';

/** What a run of a program showed; JSON as it stands. Times in milliseconds. */
export interface Report {
  readonly program: string;
  /** ISO 8601. */
  readonly at: string;
  readonly requests: number;
  /** The costliest first: time times requests. */
  readonly routes: readonly RouteReport[];
  /** The gravest first; what was accepted before is at the end. */
  readonly findings: readonly ReportedFinding[];
}

export interface RouteReport {
  readonly method: string;
  readonly route: string;
  readonly framework: string;
  readonly requests: number;
  /** How many answered with 500 or more, or not at all. */
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  /** The usual one, and the most. */
  readonly statements: { readonly median: number; readonly most: number };
  /** Of the whole time, from 0 to 1, overlapping queries once. */
  readonly databaseShare: number;
  readonly bottleneck: Bottleneck['type'];
  readonly shares: Bottleneck['shares'];
  /** Its slowest request, its statements without values. */
  readonly example: Profile;
}

export interface ReportedFinding extends Finding {
  /** `GET /articles`, those that have it. */
  readonly routes: readonly string[];
  readonly requests: number;
  /** Why it does not count: in the baseline, or allowed; null where it counts. */
  readonly accepted: string | null;
}

export interface ReportOptions {
  readonly program: string;
  readonly at: Date;
  /** Of all findings of the run, each once: why some do not count, by their keys. */
  readonly accepted: (findings: readonly Finding[]) => ReadonlyMap<string, string>;
}

export function makeReport(profiles: readonly Profile[], { program, at, accepted }: ReportOptions): Report {
  const byRoute = groupBy(profiles, nameOf);
  const routes = [...byRoute.values()].map(routeReport);
  return {
    program,
    at: at.toISOString(),
    requests: profiles.length,
    routes: routes.sort((one, other) => other.p50 * other.requests - one.p50 * one.requests),
    findings: findingsOf(profiles, accepted),
  };
}

/** Those that make a command end with 1. */
export function countingFindings({ findings }: Report): readonly ReportedFinding[] {
  return findings.filter(({ level, accepted }) => level !== 'info' && accepted === null);
}

/** `GET /articles/:slug`. */
export function nameOf({ request, kind }: Profile): string {
  return request === null ? kind : `${request.method} ${request.route}`;
}

type Some<Item> = readonly [Item, ...Item[]];

function routeReport(profiles: Some<Profile>): RouteReport {
  const times = profiles.map(({ total }) => total);
  const statements = profiles.map((profile) => profile.statements);
  const example = profiles.reduce((worst, profile) => (profile.total > worst.total ? profile : worst));
  const { request } = example;
  const shares = meanShares(profiles);
  return {
    method: request?.method ?? '',
    route: request?.route ?? example.kind,
    framework: request?.framework ?? '',
    requests: profiles.length,
    errors: profiles.filter((profile) => (profile.request?.status ?? 500) >= 500).length,
    p50: median(times),
    p95: percentile(times, 0.95),
    statements: { median: median(statements), most: Math.max(...statements) },
    databaseShare: median(profiles.map(databaseShare)),
    bottleneck: usualType(profiles),
    shares,
    example: withoutValues(example),
  };
}

/** Some libraries write values into the text: a report goes to places where nobody expects them. */
function withoutValues(profile: Profile): Profile {
  return {
    ...profile,
    queries: profile.queries.map((query) => ({ ...query, text: shapeOf(query.text), parameters: null })),
  };
}

function databaseShare({ queries, total }: Profile): number {
  const waits = queries.map(({ from, pool, database }) => ({ from: from + pool, to: from + pool + database }));
  return total > 0 ? Math.min(1, unionLength(waits) / total) : 0;
}

function meanShares(profiles: Some<Profile>): Bottleneck['shares'] {
  const mean = (part: keyof Bottleneck['shares']) =>
    profiles.reduce((sum, { bottleneck }) => sum + bottleneck.shares[part], 0) / profiles.length;
  return {
    io: mean('io'),
    pool: mean('pool'),
    cpu: mean('cpu'),
    shared: mean('shared'),
    unexplained: mean('unexplained'),
  };
}

function usualType(profiles: Some<Profile>): Bottleneck['type'] {
  const groups = [...groupBy(profiles, ({ bottleneck }) => bottleneck.type).values()];
  return groups.reduce((one, other) => (other.length > one.length ? other : one))[0].bottleneck.type;
}

const LEVELS: readonly Finding['level'][] = ['error', 'warning', 'info'];

function findingsOf(profiles: readonly Profile[], accepted: ReportOptions['accepted']): readonly ReportedFinding[] {
  const seen = profiles.flatMap((profile) => profile.findings.map((finding) => ({ finding, profile })));
  const groups = [...groupBy(seen, ({ finding }) => finding.key).values()].map((some) => ({
    some,
    gravest: some.reduce((one, other) => (weightOf(other.finding) > weightOf(one.finding) ? other : one)).finding,
  }));
  const why = accepted(groups.map(({ gravest }) => gravest));
  const merged = groups.map(({ some, gravest }) => ({
    ...gravest,
    routes: [...new Set(some.map(({ profile }) => nameOf(profile)))].sort(),
    requests: new Set(some.map(({ profile }) => profile.id)).size,
    accepted: why.get(gravest.key) ?? null,
  }));
  return merged.sort(
    (one, other) =>
      Number(one.accepted !== null) - Number(other.accepted !== null) ||
      LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level) ||
      weightOf(other) - weightOf(one),
  );
}

/** How many queries it is about: of the same problem in several requests, the one with most is shown. */
function weightOf({ evidence }: Finding): number {
  return evidence.reduce((sum, { queries }) => sum + queries.length, 0);
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, [Item, ...Item[]]> {
  const groups = new Map<Key, [Item, ...Item[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
