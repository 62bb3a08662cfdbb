import { groupsOf } from './group.ts';
import { evidenceOf, findingOf, milliseconds, placeText, short } from './make-finding.ts';
import { differInBounds } from './paging.ts';
import type { Rules } from './rule.ts';
import { shapeTest } from './shape-test.ts';
import { type Statement, unitedTime } from './statement.ts';

const hasOffset = shapeTest(/\boffset \?/);

/**
 * Rows that are read to be passed over: an OFFSET whose value can be seen, or pages one after the other that together had as many rows. A
 * parameter's value is seen only where its owner asked for parameters.
 */
export const deepOffset: Rules = ({ all, settings }) => {
  const paged = all.filter(({ kind, shape }) => kind === 'read' && hasOffset(shape));
  return groupsOf(paged).flatMap(({ statements, site, label }) => {
    const first = statements[0] as Statement;
    const seen = Math.max(...statements.map(offsetOf));
    const rows = passedOver(statements);
    const offset = Math.max(seen, rows);
    if (offset < settings.offset) return [];
    const finding = findingOf({
      rule: 'deep-offset',
      level: 'warning',
      title: `OFFSET ${seen >= rows ? '' : 'about '}${offset}: rows read to be passed over${placeText(site, label)}`,
      detail: `“${short(first.shape)}” ran ${statements.length} times; PostgreSQL reads ${offset} rows before the first that it answers with, and more with each page.`,
      certainty: seen >= rows ? 'proved' : 'likely',
      evidence: [
        evidenceOf(statements, site, {
          times: statements.length,
          offset,
          milliseconds: milliseconds(unitedTime(statements)),
        }),
      ],
      remedy: {
        text: 'Page by key: order by columns that are unique together, remember their values of the last row, and ask for what lies behind: `where (created_at, id) < ($1, $2) order by created_at desc, id desc limit 100`.',
        sql: null,
      },
      about: first.fingerprint,
    });
    return [{ finding, claims: [] }];
  });
};

function offsetOf({ query: { text, parameters } }: Statement): number {
  const match = /\boffset\s+(\$?)(\d{1,15})\b/i.exec(text);
  if (match === null) return 0;
  if (match[1] === '') return Number(match[2]);
  return Number(parameters?.[Number(match[2]) - 1] ?? 0) || 0;
}

/** What all but the last page had, where they are pages of one list: nothing differs but bounds. */
function passedOver(statements: readonly Statement[]): number {
  if (!differInBounds(statements)) return 0;
  return statements.slice(0, -1).reduce((sum, { query }) => sum + (query.rows ?? 0), 0);
}
