import type { Finding } from '../finding.ts';
import { Complaints, complainOfOthers, isObject, parseJson } from './read-json.ts';

/** What was there when somebody began to look: known findings by key, so that only new ones fail a run. Sorted, so that changes read well. */
export interface Baseline {
  readonly findings: readonly Known[];
}

export interface Known {
  readonly key: string;
  /** As it was told then; for those who read the file. */
  readonly title: string;
}

/** @throws Error that names everything that is wrong in it */
export function readBaseline(text: string, name = 'altiplano-profile-baseline.json'): Baseline {
  const value = parseJson(text, name);
  const complaints = new Complaints(name);
  const findings = isObject(value) && Array.isArray(value.findings) ? value.findings : null;
  if (isObject(value)) complainOfOthers(value, ['findings'], '', complaints);
  if (findings === null) complaints.add('', 'it has to be { "findings": [ … ] }, as the update writes it');
  const known = (findings ?? []).map((entry: unknown, at) => {
    const good = isObject(entry) && typeof entry.key === 'string' && typeof entry.title === 'string';
    if (!good) complaints.add(`findings[${at}]`, 'has to be { "key": "…", "title": "…" }');
    if (isObject(entry)) complainOfOthers(entry, ['key', 'title'], `findings[${at}]`, complaints);
    return { key: good ? String(entry.key) : '', title: good ? String(entry.title) : '' };
  });
  complaints.throwIfAny();
  return baselineOf(known);
}

export function printBaseline({ findings }: Baseline): string {
  return `${JSON.stringify({ findings }, null, 2)}\n`;
}

/** What was known and what is found now: several runs, or workers, may each add theirs. */
export function mergeBaseline(baseline: Baseline | null, findings: readonly Finding[]): Baseline {
  return baselineOf([...(baseline?.findings ?? []), ...findings.map(({ key, title }) => ({ key, title }))]);
}

/** The findings that are not known. */
export function beyondBaseline({ findings: known }: Baseline, findings: readonly Finding[]): readonly Finding[] {
  const keys = new Set(known.map(({ key }) => key));
  return findings.filter(({ key }) => !keys.has(key));
}

/** Known ones that a run did not find: mended, or not reached by it. */
export function goneFromBaseline({ findings: known }: Baseline, findings: readonly Finding[]): readonly Known[] {
  const keys = new Set(findings.map(({ key }) => key));
  return known.filter(({ key }) => !keys.has(key));
}

/** Each key once, with the title it had first. */
function baselineOf(known: readonly Known[]): Baseline {
  const byKey = new Map<string, Known>();
  for (const { key, title } of known) if (!byKey.has(key)) byKey.set(key, { key, title });
  return { findings: [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}
