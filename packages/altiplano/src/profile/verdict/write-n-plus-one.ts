import { valuesAtOnce } from './batch.ts';
import { distinctValues, type Group, groupsOf, largestTry } from './group.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short, tableNames } from './make-finding.ts';
import { manyRowsAdvice } from './many-rows-advice.ts';
import type { Found, Rules } from './rule.ts';
import { type Statement, unitedTime } from './statement.ts';

/** One write for each of many. It needs no rows before: what is written often comes from outside. Tries that were rolled back do not add up. */
export const writeNPlusOne: Rules = ({ statements, settings }) => {
  const writes = statements.filter(
    ({ kind, query, shape }) => kind === 'write' && query.error === null && !shape.startsWith('copy '),
  );
  return groupsOf(writes)
    .map(largestTry)
    .filter((group) => group.statements.length >= settings.loop && distinctValues(group.statements) >= settings.loop)
    .filter((group) => !writesMany(group.statements))
    .map(foundOf);
};

/** Several rows in one INSERT, or lists that differ. */
function writesMany(statements: readonly Statement[]): boolean {
  const rows = statements.filter(({ batch, shape }) => batch && /\binsert\b/.test(shape)).length;
  return rows * 2 >= statements.length || valuesAtOnce(statements) > 1;
}

function foundOf({ statements, site, label }: Group): Found {
  const first = statements[0] as Statement;
  const time = milliseconds(unitedTime(statements));
  const apart = inTransactionsOfTheirOwn(statements);
  const times = statements.length;
  const finding = findingOf({
    rule: 'write-n-plus-one',
    // One transaction for each may be meant: what is done stays done when a later one fails.
    level: apart ? 'info' : 'warning',
    title: `N+1 writes: ${times} times ${verbOf(first)} ${tableNames([first])}, one row each${placeText(site, label)}`,
    detail: `“${short(first.shape)}” ran ${times} times, ${time} ms${apart ? ', each in a transaction of its own' : ''}.`,
    certainty: 'likely',
    evidence: [evidenceOf(statements, site, { times, distinct: distinctValues(statements), milliseconds: time })],
    remedy: manyRowsAdvice(statements, apart),
    about: first.fingerprint,
  });
  return { finding, claims: statements };
}

function verbOf({ shape }: Statement): string {
  const verb = /\b(insert|update|delete|merge)\b/.exec(shape)?.[1] ?? 'write';
  return (
    { insert: 'INSERT into', update: 'UPDATE of', delete: 'DELETE from', merge: 'MERGE into' }[verb] ?? 'a write of'
  );
}

function inTransactionsOfTheirOwn(statements: readonly Statement[]): boolean {
  const transactions = statements.map(({ query }) => query.transaction);
  return !transactions.includes(null) && new Set(transactions).size === statements.length;
}
