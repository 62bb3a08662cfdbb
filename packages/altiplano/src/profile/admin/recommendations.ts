import type { Recommendation } from '../admin-api.ts';
import type { Finding } from '../finding.ts';
import type { Profile } from '../profile.ts';

const GRAVITY: Readonly<Record<Finding['level'], number>> = { error: 0, warning: 1, info: 2 };
/** One index mends many shapes; a few of them say enough. */
const MOST_EVIDENCE = 5;

type Gathered = { finding: Finding; requests: number; example: string; at: string };

/**
 * Each finding once, with how many of the kept requests have it; the gravest first, then the most frequent. What plans say is told once for
 * each thing to do: several shapes may lack the same index.
 */
export function recommendationsOf(
  profiles: readonly Profile[],
  ofPlans: (profile: Profile) => readonly Finding[] = () => [],
): readonly Recommendation[] {
  const found = new Map<string, Gathered>();
  for (const profile of profiles) {
    const { findings } = profile;
    gather(found, profile, new Map(findings.map((one) => [one.key, one])));
    gather(found, profile, onceForEachRemedy(ofPlans(profile)));
  }
  const all = [...found.values()].map(({ finding, requests, example }) => ({ ...finding, requests, example }));
  return all.sort((one, other) => GRAVITY[one.level] - GRAVITY[other.level] || other.requests - one.requests);
}

function gather(
  found: Map<string, Gathered>,
  { id, at }: Pick<Profile, 'id' | 'at'>,
  findings: ReadonlyMap<string, Finding>,
): void {
  for (const [key, finding] of findings) {
    const known = found.get(key);
    if (known === undefined) found.set(key, { finding, requests: 1, example: id, at });
    else {
      known.requests += 1;
      if (at > known.at) Object.assign(known, { finding, example: id, at });
    }
  }
}

function onceForEachRemedy(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const once = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.rule} ${finding.remedy.sql ?? finding.key}`;
    const known = once.get(key);
    const evidence = [...(known?.evidence ?? []), ...finding.evidence].slice(0, MOST_EVIDENCE);
    once.set(key, { ...(known ?? finding), evidence });
  }
  return once;
}

/** Rules, each once, the gravest first. */
export function rulesOf(findings: readonly Finding[]): readonly string[] {
  const ordered = [...findings].sort((one, other) => GRAVITY[one.level] - GRAVITY[other.level]);
  return [...new Set(ordered.map(({ rule }) => rule))];
}
