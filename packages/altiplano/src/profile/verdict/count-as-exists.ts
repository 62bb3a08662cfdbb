import { withoutValues } from '../literals.ts';
import { groupsOf } from './group.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short } from './make-finding.ts';
import type { Found, Rules } from './rule.ts';
import { shapeTest } from './shape-test.ts';
import { type Statement, unitedTime } from './statement.ts';
import { isTame } from './tame.ts';

/**
 * A count of which only is asked whether it is zero: proved where the statement itself compares it, likely where it is asked for to decide on a
 * permission. What a program does with a number that it gets cannot be seen from here.
 */
export const countAsExists: Rules = ({ all }) => {
  const counting = all.filter(
    (statement) =>
      statement.kind === 'read' && counts(statement.shape) && (comparesCount(statement) || decides(statement)),
  );
  return groupsOf(counting).map(({ statements, site, label }): Found => {
    const first = statements[0] as Statement;
    const proved = comparesCount(first);
    const time = milliseconds(unitedTime(statements));
    const finding = findingOf({
      rule: 'count-as-exists',
      level: 'warning',
      title: `COUNT where EXISTS would do${placeText(site, label)}`,
      detail: proved
        ? `“${short(first.shape)}” counts all rows to compare their number with 0, ${time} ms.`
        : `“${short(first.shape)}” counts all rows to decide on a permission (${purposeOf(first)}), ${time} ms.`,
      certainty: proved ? 'proved' : 'likely',
      evidence: [evidenceOf(statements, site, { times: statements.length, milliseconds: time })],
      remedy: { text: 'EXISTS stops at the first row; COUNT reads them all.', sql: existsOf(first) },
      about: first.fingerprint,
    });
    return { finding, claims: [] };
  });
};

const counts = shapeTest(/\bcount\s*\(/);
const COUNT = /\bcount\s*\(/gi;
const WHOLE = /^count\s*\(\s*(?:\*|[\w."]+)\s*\)/i;
const COMPARED = /^\s*(?:>\s*0|>=\s*1|<>\s*0|!=\s*0|=\s*0|<\s*1)(?![\w.])/;
/** What needs every row besides: groups, and other aggregates. */
const ALL_ROWS =
  /\b(?:group\s+by|having)\b|\b(?:sum|avg|min|max|\w{1,30}_agg|bool_\w{2,3}|bit_\w{2,3}|every|mode|stddev\w{0,5}|variance|var_\w{3,4}|percentile_\w{4})\s*\(/i;

/** Each count of the statement, and nothing else needs the rows that it counts. */
function comparesCount({ query: { text } }: Statement): boolean {
  if (!isTame(text) || ALL_ROWS.test(text)) return false;
  return [...text.matchAll(COUNT)].every(({ index }) => isCompared(text, index));
}

/** `count(*) > 0`, `(select count(*) from …) = 0`: right behind it, or behind the query that it is the answer of. */
function isCompared(text: string, from: number): boolean {
  const whole = WHOLE.exec(text.slice(from, from + 200))?.[0];
  if (whole === undefined) return false;
  const end = from + whole.length;
  if (COMPARED.test(text.slice(end, end + 20))) return true;
  const close = closing(text, end);
  return (
    close !== null &&
    /\(\s*select\s*$/i.test(text.slice(Math.max(0, from - 200), from)) &&
    COMPARED.test(text.slice(close, close + 20))
  );
}

/** Behind the parenthesis that closes what a place is in. */
function closing(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')' && depth === 0) return at + 1;
    if (text[at] === ')') depth -= 1;
  }
  return null;
}

/** `select count(*) …` alone, within a layer or for a purpose that says it is about permission. */
function decides(statement: Statement): boolean {
  return (
    /^select count\(/.test(statement.shape) && !/\bgroup by\b/.test(statement.shape) && purposeOf(statement) !== null
  );
}

function purposeOf({ query }: Statement): string | null {
  return [query.layer, query.label].find((name) => name !== null && /permi|authori[sz]|\baccess\b/i.test(name)) ?? null;
}

/** Of `select count(*) from …` without more in it than that. */
function existsOf({ query }: Statement): string | null {
  const text = withoutValues(query.text);
  if (!isTame(text)) return null;
  const match =
    /^\s*select\s+count\s*\(\s*\*\s*\)\s*(?:(?:::\s*\w+\s*)?(?:as\s+)?"?\w+"?\s+)?(from\b[^;]*?)\s*;?\s*$/is.exec(text);
  const rest = match?.[1];
  if (rest === undefined || /\b(?:union|intersect|except|group\s+by|limit|offset|having)\b/i.test(rest)) return null;
  return `select exists (select ${rest})`;
}
