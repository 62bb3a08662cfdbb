import type { ProgramReport } from 'altiplano/testing';
import type { Recipe } from './recipe.ts';

/** What was found in a program, beside what reading its source and its statements says. */
export interface Detection {
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  readonly requests: number;
  readonly routes: number;
  readonly statements: number;
  readonly findings: readonly JudgedFinding[];
  readonly missed: Recipe['judged']['missed'];
  /** Shapes sent three times or more in the slowest request of a route, and in no finding but of its length: where something missed would be. */
  readonly uncovered: readonly Uncovered[];
}

export interface JudgedFinding {
  readonly key: string;
  readonly rule: string;
  readonly level: string;
  readonly certainty: string;
  readonly title: string;
  readonly site: string | null;
  readonly routes: readonly string[];
  /** Null where nobody has judged it: the run before knew no such finding. */
  readonly verdict: 'true' | 'false' | null;
  readonly why: string;
}

export interface Uncovered {
  readonly route: string;
  readonly times: number;
  readonly text: string;
}

const OFTEN = 3;
const SHOWN_CHARACTERS = 200;

export function judge({ name, title, kind, judged }: Recipe, report: ProgramReport): Detection {
  return {
    ...{ name, title, kind, requests: report.requests, routes: report.routes.length },
    statements: report.routes.reduce((sum, { statements, requests }) => sum + statements.median * requests, 0),
    findings: report.findings.map(({ key, rule, level, certainty, title: problem, evidence, routes }) => {
      const site = evidence.find((one) => one.site !== null)?.site ?? null;
      const { verdict = null, why = '' } = judged.findings[key] ?? {};
      const place =
        site === null ? null : `${site.file}:${site.line}${site.function === null ? '' : ` ${site.function}`}`;
      return { key, rule, level, certainty, title: problem, site: place, routes, verdict, why };
    }),
    missed: judged.missed,
    uncovered: report.routes.flatMap(uncoveredOf),
  };
}

function uncoveredOf({ method, route, example }: ProgramReport['routes'][number]): readonly Uncovered[] {
  const covered = new Set(
    example.queries
      .filter(({ verdicts }) => verdicts.some((rule) => rule !== 'chatty'))
      .map((query) => query.fingerprint),
  );
  const counted = new Map<string, { times: number; text: string }>();
  for (const { fingerprint, text, kind } of example.queries) {
    if (covered.has(fingerprint) || !['read', 'write'].includes(kind)) continue;
    const times = (counted.get(fingerprint)?.times ?? 0) + 1;
    counted.set(fingerprint, { times, text: text.replace(/\s+/g, ' ').slice(0, SHOWN_CHARACTERS) });
  }
  const often = [...counted.values()].filter(({ times }) => times >= OFTEN);
  return often.map(({ times, text }) => ({ route: `${method} ${route}`, times, text }));
}

export interface Counts {
  readonly true: number;
  readonly false: number;
  readonly unjudged: number;
  readonly missed: number;
}

export function countsOf({ findings, missed }: Pick<Detection, 'findings' | 'missed'>): Counts {
  const of = (verdict: JudgedFinding['verdict']) => findings.filter((finding) => finding.verdict === verdict).length;
  return { true: of('true'), false: of('false'), unjudged: of(null), missed: missed.length };
}
