import { groupsOf } from './group.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short, tableNames } from './make-finding.ts';
import type { Rules } from './rule.ts';
import { type Statement, tookOf } from './statement.ts';

/** One statement that takes long by itself. Plans tell why, where somebody may ask for them. COPY and changes of the schema take as long as they do. */
export const slowQuery: Rules = ({ all, settings, recording }) => {
  const slow = all.filter(
    (statement) =>
      (statement.kind === 'read' || statement.kind === 'write') &&
      // While the loop was busy an answer may have lain there: that time is the program's.
      tookOf(statement) - recording.blocked >= settings.slow &&
      !/^copy |\bpg_sleep|\bpg_advisory/.test(statement.shape),
  );
  return groupsOf(slow).map(({ statements, site, label }) => {
    const first = statements[0] as Statement;
    const times = statements.map(tookOf);
    const longest = milliseconds(Math.max(...times));
    const known = statements.flatMap(({ query }) => query.rows ?? []);
    const rows = Math.max(0, ...known);
    const finding = findingOf({
      rule: 'slow-query',
      level: 'warning',
      title: `Slow: ${longest} ms for a query of ${tableNames([first])}${placeText(site, label)}`,
      detail: `“${short(first.shape)}” took ${longest} ms${statements.length > 1 ? ` at most, ${statements.length} times` : ''} and gave ${known.length === 0 ? 'rows that nobody counted' : `${rows} rows`}.`,
      certainty: 'proved',
      evidence: [
        evidenceOf(statements, site, {
          times: statements.length,
          milliseconds: longest,
          ...(known.length === 0 ? {} : { rows }),
        }),
      ],
      remedy: {
        text: `See its plan: EXPLAIN (ANALYZE, BUFFERS) repeats it, so only where that does no harm.${rows > 1_000 ? ' It also gives more rows than a page shows: bound it.' : ''}`,
        sql: null,
      },
      about: first.fingerprint,
    });
    return { finding, claims: [] };
  });
};
