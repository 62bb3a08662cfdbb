import { evidenceOf, findingOf, milliseconds } from './make-finding.ts';
import type { Rules } from './rule.ts';
import { unitedTime } from './statement.ts';

/** Many statements of which none repeats: nothing to batch or to keep, and yet too many journeys. Jobs and scripts may take as many as they like. */
export const chatty: Rules = ({ statements, recording, settings }) => {
  if (recording.kind === 'job' || recording.kind === 'script') return [];
  // Below `timings` there is nothing but how often each text was sent.
  const counted = recording.queries.length === 0;
  const times = counted ? recording.statements : statements.length;
  if (times <= settings.budget) return [];
  const time = milliseconds(unitedTime(statements));
  const route = recording.request === null ? recording.kind : `${recording.request.method} ${recording.request.route}`;
  const finding = findingOf({
    rule: 'chatty',
    level: 'warning',
    title: `${times} statements for ${route}; ${settings.budget} are allowed`,
    detail: counted
      ? `${times} statements of ${recording.texts.size} texts were counted; at the level “timings” it is told what they have in common.`
      : `${times} statements that no other finding explains took ${time} ms, besides a round trip each.`,
    certainty: counted ? 'likely' : 'proved',
    evidence: [
      { ...evidenceOf(statements, null, { times, budget: settings.budget, milliseconds: time }), shape: null },
    ],
    remedy: {
      text: 'Join what belongs together into one statement (joins, `with`, json_agg of what hangs on a row), and read what hardly changes once for the process.',
      sql: null,
    },
    about: route,
  });
  return [{ finding, claims: [] }];
};
