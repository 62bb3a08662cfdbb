import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Finding } from '../profile/finding.ts';
import type { ReportedFinding } from '../profile/report/report.ts';
import { type AllowList, readAllowList, withoutAllowed } from '../profile/verdict/allow-list.ts';
import {
  type Baseline,
  goneFromBaseline,
  mergeBaseline,
  printBaseline,
  readBaseline,
} from '../profile/verdict/baseline.ts';
import type { RunPlan } from './profile-flags.ts';
import { usage } from './usage.ts';

/** What does not count: findings that were there before, and those somebody allowed until a day. */
export interface Accepted {
  /** Why, by the keys of those that do not count. */
  of(findings: readonly Finding[]): ReadonlyMap<string, string>;
  /** Entries of both files that are of no use any more. */
  notes(findings: readonly Finding[]): readonly string[];
  /** Writes the baseline anew; what is returned says so. */
  update(findings: readonly ReportedFinding[]): string;
}

type Files = Pick<RunPlan, 'baseline' | 'allow' | 'updateBaseline'>;

/** @throws CLI_USAGE naming all that is wrong in a file */
export function openAccepted({ baseline: file, allow, updateBaseline }: Files, now: Date): Accepted {
  const today = now.toISOString().slice(0, 10);
  const list: AllowList = allow === null ? { allow: [] } : readAs(allow, readAllowList);
  const baseline: Baseline = file === null || updateBaseline ? { findings: [] } : readAs(existing(file), readBaseline);
  return {
    of(findings) {
      const allowed = withoutAllowed(findings, list, today).allowed.map(({ key }) => [key, 'allowed'] as const);
      return new Map([...baseline.findings.map(({ key }) => [key, 'in the baseline'] as const), ...allowed]);
    },
    notes(findings) {
      const gone = goneFromBaseline(baseline, findings).map(
        ({ title }) => `no longer found, still in the baseline: ${title}`,
      );
      return [...withoutAllowed(findings, list, today).told, ...gone];
    },
    update(findings) {
      const kept = findings.filter(({ accepted, level }) => accepted === null && level !== 'info');
      if (file !== null) writeFileSync(file, printBaseline(mergeBaseline(null, kept)));
      return `wrote ${file}: ${kept.length} findings`;
    },
  };
}

function existing(file: string): string {
  if (!existsSync(file)) throw usage(`--baseline ${file}: no such file.`, 'Write it with --update-baseline.');
  return file;
}

function readAs<Value>(file: string, read: (text: string, name: string) => Value): Value {
  try {
    return read(readFileSync(file, 'utf8'), file);
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error), 'See altiplano profile --help.');
  }
}
