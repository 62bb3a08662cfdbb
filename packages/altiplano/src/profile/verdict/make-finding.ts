import type { Evidence, Finding, Rule } from '../finding.ts';
import type { CallSite } from '../recording.ts';
import type { Statement } from './statement.ts';

/** What a rule says; the key is made of where and what. */
export interface Verdict {
  readonly rule: Rule;
  readonly level: Finding['level'];
  readonly title: string;
  readonly detail: string;
  readonly certainty: Finding['certainty'];
  readonly evidence: readonly Evidence[];
  readonly remedy: Finding['remedy'];
  /** What of the key differs between two findings of one rule in one place: a fingerprint or a route. */
  readonly about: string;
}

export function findingOf({ about, ...verdict }: Verdict): Finding {
  const site = verdict.evidence.find((evidence) => evidence.site !== null)?.site ?? null;
  const place = site === null ? '-' : `${site.file}#${site.function ?? '-'}`;
  return { ...verdict, key: [verdict.rule, about, place].join(' ') };
}

export function evidenceOf(
  statements: readonly Statement[],
  site: CallSite | null,
  figures: Readonly<Record<string, number>>,
): Evidence {
  return { queries: statements.map(({ query }) => query.ordinal), shape: statements[0]?.shape ?? null, site, figures };
}

/** ` at src/customers.ts:41 (latestCall)`, or what the framework calls it, or nothing. */
export function placeText(site: CallSite | null, label: string | null = null): string {
  if (site !== null) return ` at ${site.file}:${site.line}${site.function === null ? '' : ` (${site.function})`}`;
  return label === null ? '' : ` for ${label}`;
}

/** The first call site known of some statements. */
export function siteOf(statements: readonly Statement[]): CallSite | null {
  return statements.find(({ query }) => query.site !== null)?.query.site ?? null;
}

/** Rounded to tenths: `31.2`. */
export function milliseconds(value: number): number {
  return Math.round(value * 10) / 10;
}

const LONGEST = 120;

/** A shape that fits a line. */
export function short(shape: string): string {
  return shape.length <= LONGEST ? shape : `${shape.slice(0, LONGEST - 1)}…`;
}

export function tableNames(statements: readonly Statement[]): string {
  const names = new Set(statements.flatMap(({ tables }) => [...tables.written, ...tables.read]));
  return names.size === 0 ? 'no table' : [...names].slice(0, 3).join(', ');
}
