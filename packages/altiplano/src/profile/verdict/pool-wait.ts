import type { QueryRecord } from '../recording.ts';
import { evidenceOf, findingOf, milliseconds } from './make-finding.ts';
import type { Rules } from './rule.ts';

/**
 * Time in which nothing was asked of the database since no connection was free. BEGIN waits as well. What a loop waits for that asks for
 * everything at once is the loop's doing, and told there.
 */
export const poolWait: Rules = ({ recording, statements, all, settings }) => {
  const left = new Set(statements.map(({ query }) => query.ordinal));
  const claimed = new Set(all.map(({ query }) => query.ordinal).filter((ordinal) => !left.has(ordinal)));
  const waits = recording.queries.filter((query) => !claimed.has(query.ordinal) && waitOf(query) >= 1);
  const waited = milliseconds(united(waits));
  if (waited < settings.pool.waited || waited < recording.duration * settings.pool.share) return [];
  const route = recording.request === null ? recording.kind : `${recording.request.method} ${recording.request.route}`;
  const connections = new Set(recording.queries.map(({ connection }) => connection)).size;
  const own = atOnce(recording.queries);
  const finding = findingOf({
    rule: 'pool-wait',
    level: 'warning',
    title: `${waited} ms of ${route} went by waiting for a connection`,
    detail: `${waits.length} queries waited, ${waited} of ${milliseconds(recording.duration)} ms; at most ${own} of its own were under way at once, over ${connections} connections.`,
    certainty: 'proved',
    evidence: [
      {
        ...evidenceOf([], null, { waits: waits.length, milliseconds: waited, atOnce: own, connections }),
        queries: waits.map(({ ordinal }) => ordinal),
      },
    ],
    remedy: {
      text:
        own > connections
          ? 'It takes the connections from itself: ask for less at once, or for all of it in one statement.'
          : 'Others held the connections: hold none while something else is waited for (another service, a slow computation), keep transactions short, and only then make the pool larger.',
      sql: null,
    },
    about: route,
  });
  return [{ finding, claims: [] }];
};

/** Within a transaction it has its connection, and waits for what was asked over it before. */
function waitOf({ asked, acquired, transaction, kind }: QueryRecord): number {
  if (transaction !== null && kind !== 'transaction') return 0;
  return asked === null || acquired === null ? 0 : acquired - asked;
}

/** Waits that overlap are counted once. */
function united(waits: readonly QueryRecord[]): number {
  const sorted = waits.map(({ asked, acquired }) => [asked ?? 0, acquired ?? 0] as const).sort((a, b) => a[0] - b[0]);
  let time = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [from, to] of sorted) {
    time += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return time;
}

function atOnce(queries: readonly QueryRecord[]): number {
  const steps = queries
    .flatMap(({ asked, decoded, answered }) => [
      { at: asked ?? 0, step: 1 },
      { at: decoded ?? answered ?? asked ?? 0, step: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.step - b.step);
  let most = 0;
  let now = 0;
  for (const { step } of steps) {
    now += step;
    most = Math.max(most, now);
  }
  return most;
}
