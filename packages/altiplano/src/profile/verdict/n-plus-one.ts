import { holdsParameters } from '../literals.ts';
import { valuesAtOnce } from './batch.ts';
import { batchAdvice } from './batch-advice.ts';
import { distinctValues, type Group, groupsOf, largestTry } from './group.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short, tableNames } from './make-finding.ts';
import { differInBounds, isWalk } from './paging.ts';
import { type Parent, parentOf } from './parent.ts';
import type { Found, Rules } from './rule.ts';
import type { VerdictSettings } from './settings.ts';
import { shapeTest } from './shape-test.ts';
import { type Statement, unitedTime } from './statement.ts';

/**
 * One read for each of many: one shape at one place with many sets of parameters, in any order, and rows of another statement before, which it
 * runs over. Statements that ask for many at once, or read page by page, are what one does instead. Tries that were rolled back do not add up.
 */
export const nPlusOne: Rules = ({ statements, all, settings }) => {
  const reads = statements.filter(
    (statement) => statement.kind === 'read' && statement.query.error === null && !onlyCalls(statement),
  );
  return groupsOf(reads)
    .map(largestTry)
    .flatMap((group) => {
      const loop = loopOf(group, all, settings);
      return loop === null ? [] : [foundOf(group, loop, settings)];
    });
};

const calls = shapeTest(/\b[a-z_]\w*\(/);

/** Locks, notifications, settings: what a function does without any table is done one by one. */
function onlyCalls({ tables, shape }: Statement): boolean {
  return tables.read.size === 0 && calls(shape);
}

interface Loop {
  readonly parent: Parent | null;
  readonly distinct: number;
}

function loopOf({ statements }: Group, all: readonly Statement[], settings: VerdictSettings): Loop | null {
  if (statements.length < settings.loop) return null;
  const distinct = distinctValues(statements);
  // Slices of one long list are how it is done; a few values for each row are a loop all the same.
  if (distinct < 2 || valuesAtOnce(statements) >= settings.slice) return null;
  if (differInBounds(statements)) return null;
  const parent = parentOf(statements, all);
  if (parent?.proof) return { parent, distinct };
  if (isWalk(statements)) return null;
  const least = parent === null ? settings.loopWithoutParent : settings.loop;
  return distinct >= least ? { parent, distinct } : null;
}

function foundOf({ statements, site, label }: Group, { parent, distinct }: Loop, settings: VerdictSettings): Found {
  const first = statements[0] as Statement;
  const time = milliseconds(unitedTime(statements));
  const times = statements.length;
  const figures = {
    times,
    distinct,
    milliseconds: time,
    parentRows: parent?.rows ?? 0,
    found: parent?.proof?.found ?? 0,
  };
  const proved = parent?.proof ?? null;
  const evidence = [evidenceOf(statements, site, figures)];
  if (parent !== null) evidence.push(evidenceOf(parent.statements, parentSite(parent), { rows: parent.rows }));
  const finding = findingOf({
    rule: 'n-plus-one',
    level: proved !== null && times >= settings.loop ? 'error' : 'warning',
    title: `N+1: ${times} queries of ${tableNames([first])}, one for each ${eachOf(parent)}${placeText(site, label)}`,
    detail: detailOf(statements, parent, distinct, time),
    certainty: proved === null ? 'likely' : 'proved',
    evidence,
    remedy: batchAdvice(statements, proved, label),
    about: first.fingerprint,
  });
  return { finding, claims: statements };
}

function parentSite(parent: Parent) {
  return parent.statements.find(({ query }) => query.site !== null)?.query.site ?? null;
}

function eachOf(parent: Parent | null): string {
  if (parent === null) return 'of a list of values';
  const [first] = parent.statements;
  return `row of ${first === undefined ? 'another' : tableNames([first])}`;
}

function detailOf(statements: readonly Statement[], parent: Parent | null, distinct: number, time: number): string {
  const ran = `“${short((statements[0] as Statement).shape)}” ran ${statements.length} times with ${distinct} sets of parameters, ${time} ms.`;
  if (parent === null)
    return `${ran} No statement before gave the rows it runs over: a list in the request, or in one row, did.`;
  const before = `“${short((parent.statements[0] as Statement).shape)}” (${parent.rows} rows)`;
  if (parent.proof === null) return `${ran} It follows ${before}.`;
  const { column, parameter, found } = parent.proof;
  const values = holdsParameters((statements[0] as Statement).query.text)
    ? `its parameter $${parameter + 1}`
    : 'its text';
  return `${ran} ${found} of the values of ${values} are in the column “${column}” of ${before}.`;
}
