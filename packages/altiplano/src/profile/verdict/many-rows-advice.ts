import type { Finding } from '../finding.ts';
import { withoutValues } from '../literals.ts';
import type { Statement } from './statement.ts';
import { isTame } from './tame.ts';

/** How to write all of them at once. */
export function manyRowsAdvice(statements: readonly Statement[], apart: boolean): Finding['remedy'] {
  const first = statements[0] as Statement;
  const meant = apart ? 'Where each has to stay by itself, leave it. ' : '';
  const saves = `${statements.length} round trips become one, and one commit.`;
  const verb = /^(insert|update|delete)\b/.exec(first.shape)?.[1];
  if (verb === 'insert') {
    return {
      text: `${meant}One INSERT with a row for each, or \`select * from unnest($1::…[], $2::…[])\`, which stays one text for any number. ${saves}`,
      sql: twoRows(withoutValues(first.query.text)),
    };
  }
  if (verb === 'update') {
    return {
      text: `${meant}One UPDATE from a list: \`update … set … from unnest($1::bigint[], $2::text[]) as new(id, value) where … = new.id\`. ${saves}`,
      sql: null,
    };
  }
  return { text: `${meant}One statement with \`= any($1)\`. ${saves}`, sql: null };
}

/** `values ($1, $2)` with a second row behind it, where the row is parameters alone and those count up from 1. */
export function twoRows(text: string): string | null {
  if (!isTame(text)) return null;
  const match = /\bvalues\s*(\(\s*\$1(?:\s*,\s*\$\d+)*\s*\))/i.exec(text);
  const row = match?.[1];
  if (match === null || row === undefined) return null;
  const places = [...row.matchAll(/\$(\d+)/g)].map((place) => Number(place[1]));
  const rest = text.slice(match.index + match[0].length);
  if (places.some((place, at) => place !== at + 1) || /\$\d/.test(rest) || /^\s*,/.test(rest)) return null;
  const second = `(${places.map((place) => `$${place + places.length}`).join(', ')})`;
  const end = match.index + match[0].length;
  return `${text.slice(0, end)}, ${second} /* … one for each */${rest}`;
}
