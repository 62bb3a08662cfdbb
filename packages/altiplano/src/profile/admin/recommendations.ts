import type { RecommendationList } from '../admin-api.ts';
import type { Finding } from '../finding.ts';
import type { Profile } from '../profile.ts';

const GRAVITY: Readonly<Record<Finding['level'], number>> = { error: 0, warning: 1, info: 2 };

/** Each finding once, with how many of the kept requests have it; the gravest first, then the most frequent. */
export function recommendationsOf(profiles: readonly Profile[]): RecommendationList {
  const found = new Map<string, { finding: Finding; requests: number; example: string; at: string }>();
  for (const { id, at, findings } of profiles) {
    for (const [key, finding] of new Map(findings.map((one) => [one.key, one]))) {
      const known = found.get(key);
      if (known === undefined) found.set(key, { finding, requests: 1, example: id, at });
      else {
        known.requests += 1;
        if (at > known.at) Object.assign(known, { finding, example: id, at });
      }
    }
  }
  const all = [...found.values()].map(({ finding, requests, example }) => ({ ...finding, requests, example }));
  return {
    recommendations: all.sort(
      (one, other) => GRAVITY[one.level] - GRAVITY[other.level] || other.requests - one.requests,
    ),
  };
}

/** Rules, each once, the gravest first. */
export function rulesOf(findings: readonly Finding[]): readonly string[] {
  const ordered = [...findings].sort((one, other) => GRAVITY[one.level] - GRAVITY[other.level]);
  return [...new Set(ordered.map(({ rule }) => rule))];
}
