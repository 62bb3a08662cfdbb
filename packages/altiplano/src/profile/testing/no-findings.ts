import { AssertionError } from 'node:assert';
import type { Finding } from '../finding.ts';
import { type Allowed, allowListOf, withoutAllowed } from '../verdict/allow-list.ts';
import type { VerdictSettings } from '../verdict/settings.ts';
import { findVerdicts } from '../verdict/verdicts.ts';
import { measure, type QueryOptions } from './queries.ts';

export interface FindingOptions extends QueryOptions {
  /** From when on something is told; of loops, three in tests. */
  readonly settings?: Partial<VerdictSettings>;
  /** What is meant to be as it is: entries as in altiplano-profile.json. */
  readonly allow?: readonly Partial<Allowed>[];
}

/**
 * Runs work, in which nothing may be found that is worth a warning: no N+1, no loop of writes, nothing asked three times. Gives what it answers.
 * @throws AssertionError with each finding, what was seen and what would mend it
 */
export async function expectNoFindings<T>(work: () => T | Promise<T>, options: FindingOptions = {}): Promise<T> {
  const list = allowListOf({ allow: options.allow ?? [] }, 'expectNoFindings');
  const { value, recording } = await measure(work, options);
  const today = new Date().toISOString().slice(0, 10);
  const { findings } = withoutAllowed(findVerdicts(recording, options.settings), list, today);
  const told = findings.filter(({ level }) => level !== 'info');
  if (told.length === 0) return value;
  throw new AssertionError({
    message: [`${told.length === 1 ? 'One finding' : `${told.length} findings`}:`, ...told.map(linesOf)].join('\n\n'),
    actual: told.map(({ key }) => key),
    expected: [],
    operator: 'expectNoFindings',
    stackStartFn: expectNoFindings,
  });
}

function linesOf({ title, detail, remedy, key }: Finding): string {
  const sql = remedy.sql === null ? [] : [`    ${remedy.sql}`];
  return [`  ${title}`, `    ${detail}`, `    ${remedy.text}`, ...sql, `    key: ${key}`].join('\n');
}
