import { byKey } from './group.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short, siteOf, tableNames } from './make-finding.ts';
import { mayWrite } from './may-write.ts';
import type { Found, Rules } from './rule.ts';
import { shapeTest } from './shape-test.ts';
import { askedAt, endedAt, type Statement, unitedTime } from './statement.ts';

/** The same question twice with nothing between that could change the answer. From anywhere: the places need not know of each other. */
export const duplicate: Rules = ({ statements, all, settings, recording }) => {
  const writes = all.filter(({ kind, counts }) => kind !== 'read' && counts);
  const perhaps = all.filter((statement) => statement.counts && mayWrite(statement));
  const reads = statements.filter(mayBeAskedOnce);
  return [...byKey(reads, ({ fingerprint }) => fingerprint).values()].flatMap((sameShape) => {
    const runs = [...byKey(sameShape, ({ values, context }) => `${values}\u0000${context}`).values()]
      .flatMap((same) => runsWithoutWrites(same, writes))
      .filter((run) => run.length >= settings.duplicate && !isPolling(run, recording.queries.length, all));
    return runs.length === 0
      ? []
      : [
          foundOf(
            runs,
            runs.every((run) => runsWithoutWrites(run, perhaps).length > 1),
          ),
        ];
  });
};

/** Not a lock, no value that is new each time, and of a table: constants, versions and pings cost a round trip and mean none of this. */
function mayBeAskedOnce({ kind, counts, shape, tables }: Statement): boolean {
  return kind === 'read' && counts && tables.read.size > 0 && !isNewEachTime(shape);
}

const isNewEachTime = shapeTest(
  /\bfor (?:update|share|no key|key share)\b|\b(?:nextval|random|gen_random_uuid|uuidv[47]|clock_timestamp|pg_advisory\w*|pg_try_advisory\w*|pg_notify|pg_sleep\w*)\(/,
);

/** Cut where a write of the same tables may have happened since the one before was asked for; a CALL or DO may write anything. */
function runsWithoutWrites(same: readonly Statement[], writes: readonly Statement[]): Statement[][] {
  const runs: Statement[][] = [];
  let run: Statement[] = [];
  for (const statement of same) {
    const before = run[run.length - 1];
    if (before !== undefined && writes.some((write) => mayChange(write, before, statement))) {
      runs.push(run);
      run = [];
    }
    run.push(statement);
  }
  return [...runs, run];
}

function mayChange(write: Statement, before: Statement, after: Statement): boolean {
  if (endedAt(write) < askedAt(before) || askedAt(write) > endedAt(after)) return false;
  const { written, unknown } = write.tables;
  return unknown || written.size === 0 || [...written].some((table) => before.tables.read.has(table));
}

/** A timer's pace: nobody is asked for anything else meanwhile, and at least so long passes between an answer and the next question. */
const PAUSE = 50;

function isPolling(run: readonly Statement[], queries: number, all: readonly Statement[]): boolean {
  if (run.length < 3 || queries === 0) return false;
  return run.slice(1).every((statement, at) => {
    const from = endedAt(run[at] as Statement);
    const to = askedAt(statement);
    return to - from >= PAUSE && !all.some((other) => askedAt(other) > from && askedAt(other) < to);
  });
}

/** @param isDoubtful where a function that nobody knows was called between, which may have written */
function foundOf(runs: readonly (readonly Statement[])[], isDoubtful: boolean): Found {
  const statements = runs.flat().sort((a, b) => a.query.ordinal - b.query.ordinal);
  const first = statements[0] as Statement;
  const extra = statements.length - runs.length;
  const wasted = milliseconds(unitedTime(runs.flatMap((run) => run.slice(1))));
  const site = siteOf(statements);
  const sets = runs.length === 1 ? 'the same parameters' : `${runs.length} sets of parameters`;
  const finding = findingOf({
    rule: 'duplicate',
    level: extra >= 2 && !isDoubtful ? 'warning' : 'info',
    title: `Asked again: ${statements.length} times the same query of ${tableNames([first])}${placeText(site)}`,
    detail: `“${short(first.shape)}” ran ${statements.length} times with ${sets} and no write of its tables between; ${extra} of them, ${wasted} ms, answered what was known${isDoubtful ? ', unless a function that was called between writes them' : ''}.`,
    certainty: 'likely',
    evidence: placesOf(statements, { times: statements.length, extra, milliseconds: wasted }),
    remedy: { text: adviceOf(statements), sql: null },
    about: first.fingerprint,
  });
  return { finding, claims: statements };
}

/** One line of evidence for each place that asks. */
function placesOf(statements: readonly Statement[], figures: Readonly<Record<string, number>>) {
  const places = byKey(statements, ({ query: { site } }) => (site === null ? '' : `${site.file}:${site.line}`));
  return [...places.values()].map((members) =>
    evidenceOf(members, siteOf(members), { ...figures, here: members.length }),
  );
}

function adviceOf(statements: readonly Statement[]): string {
  const places = new Set(
    statements.flatMap(({ query: { site } }) => (site === null ? [] : `${site.file}:${site.line}`)),
  );
  if (places.size <= 1)
    return 'Ask once before the loop, or keep the answer for the rest of the request, and hand it on.';
  return `Ask once and hand the answer on, or keep it for the request (a Map of promises made with it); it is asked for at ${[...places].join(', ')}.`;
}
