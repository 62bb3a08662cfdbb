import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Finding } from '../profile/finding.ts';
import type { ReportedFinding } from '../profile/report/report.ts';
import { readAllowList, withoutAllowed } from '../profile/verdict/allow-list.ts';
import { beyondBaseline, mergeBaseline, printBaseline, readBaseline } from '../profile/verdict/baseline.ts';
import type { RunPlan } from './profile-flags.ts';
import { usage } from './usage.ts';

/** What does not count: findings that were there before, and those somebody allowed until a day. */
export interface Accepted {
  /** Null where it counts. */
  why(finding: Finding): string | null;
  /** Writes the baseline anew; what is returned says so. */
  update(findings: readonly ReportedFinding[]): string;
}

type Files = Pick<RunPlan, 'baseline' | 'allow' | 'updateBaseline'>;

/** @throws CLI_USAGE naming the file that cannot be read as what it should be */
export function openAccepted({ baseline: file, allow, updateBaseline }: Files, today: Date): Accepted {
  const list = allow === null ? null : readAs(allow, readAllowList);
  if (file !== null && !existsSync(file) && !updateBaseline)
    throw usage(`--baseline ${file}: no such file.`, 'Write it with --update-baseline.');
  const baseline = file === null || !existsSync(file) ? null : readAs(file, readBaseline);
  return {
    why(finding) {
      if (list !== null && withoutAllowed([finding], list, today).findings.length === 0) return 'allowed';
      if (updateBaseline || baseline === null) return null;
      return beyondBaseline(baseline, [finding]).length === 0 ? 'known in the baseline' : null;
    },
    update(findings) {
      const kept = findings.filter(({ accepted, level }) => accepted === null && level !== 'info');
      if (file !== null) writeFileSync(file, printBaseline(mergeBaseline(null, kept)));
      return `wrote ${file}: ${kept.length} findings`;
    },
  };
}

function readAs<Value>(file: string, read: (text: string) => Value): Value {
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (error) {
    throw usage(`${file}: ${error instanceof Error ? error.message : String(error)}`, 'See altiplano profile --help.');
  }
}
