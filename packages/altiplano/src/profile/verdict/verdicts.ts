import type { Finding } from '../finding.ts';
import type { Recording } from '../recording.ts';
import { chatty } from './chatty.ts';
import { couldRunTogether } from './could-run-together.ts';
import { countAsExists } from './count-as-exists.ts';
import { deepOffset } from './deep-offset.ts';
import { duplicate } from './duplicate.ts';
import { nPlusOne } from './n-plus-one.ts';
import { poolWait } from './pool-wait.ts';
import type { Rules } from './rule.ts';
import { PRODUCTION, TESTS, type VerdictSettings } from './settings.ts';
import { slowQuery } from './slow-query.ts';
import { type Statement, statementsOf } from './statement.ts';
import { writeNPlusOne } from './write-n-plus-one.ts';

/** In this order: what one has explained, those behind say nothing else about. Batching a loop makes its repetitions go as well. */
const RULES: readonly Rules[] = [
  nPlusOne,
  writeNPlusOne,
  duplicate,
  chatty,
  couldRunTogether,
  poolWait,
  slowQuery,
  countAsExists,
  deepOffset,
];
/** What takes two is not sought in one; most requests of our own endpoints are one statement. */
const OF_ONE = RULES.filter((rules) => ![nPlusOne, writeNPlusOne, duplicate, couldRunTogether].includes(rules));

const GRAVITY: readonly Finding['level'][] = ['error', 'warning', 'info'];

/** What is wrong with a request by what it asked of the database, the gravest first. Same recording, same answer. */
export function findVerdicts(recording: Recording, settings: Partial<VerdictSettings> = {}): readonly Finding[] {
  const all = statementsOf(recording);
  const defaults = recording.kind === 'test' ? TESTS : PRODUCTION;
  const findings: Finding[] = [];
  const claimed = new Set<Statement>();
  for (const rules of all.length > 1 ? RULES : OF_ONE) {
    const statements = claimed.size === 0 ? all : all.filter((statement) => !claimed.has(statement));
    for (const { finding, claims } of rules({ recording, statements, all, settings: { ...defaults, ...settings } })) {
      findings.push(finding);
      for (const statement of claims) claimed.add(statement);
    }
  }
  return findings.sort((a, b) => GRAVITY.indexOf(a.level) - GRAVITY.indexOf(b.level));
}
