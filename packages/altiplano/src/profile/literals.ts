import { shapeOf } from './fingerprint/fingerprint.ts';

/**
 * Comments, names in quotes and parameters are stepped over; texts in quotes of every kind and numbers are taken. A quote that is not
 * closed goes to the end.
 */
const PARTS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"|\$\d+|\$(?<tag>\w*)\$(?<dollars>[\s\S]*?)\$\k<tag>\$|[eE]'(?<escaped>(?:[^'\\]|\\[\s\S]|'')*)(?:'|$)|'(?<quoted>(?:[^']|'')*)(?:'|$)|(?<![\w.])(?<number>\d+(?:\.\d+)?)(?!\w)/g;
/** Longer texts are documents or bulk inserts, of which no loop is made; a part that never ends is looked for again and again. */
const LONGEST = 4_000;
const MOST = 200;

interface Groups {
  readonly dollars?: string;
  readonly escaped?: string;
  readonly quoted?: string;
  readonly number?: string;
}

/** The values that were written into a text, in their order: what Sequelize and others send instead of parameters. */
export function literalsOf(text: string): readonly string[] {
  if (text.length > LONGEST) return [];
  const found: string[] = [];
  for (const { groups } of text.matchAll(PARTS)) {
    const { dollars, escaped, quoted, number } = (groups ?? {}) as Groups;
    const value = quoted?.replaceAll("''", "'") ?? number ?? escaped ?? dollars;
    if (value !== undefined) found.push(value);
    if (found.length === MOST) break;
  }
  return found;
}

/** How many rows are asked for and passed over is nobody's data, and what a finding may be about. */
const COUNT_BEFORE = /\b(?:limit|offset|first|next)\s{1,4}$/i;

/** A text without the values that were written into it, each of them `?` but a single digit (`> 0`); lists keep their length. */
export function withoutValues(text: string): string {
  if (text.length > LONGEST) return shapeOf(text);
  return text.replace(PARTS, (part: string, ...rest: unknown[]) => {
    const { dollars, escaped, quoted, number } = rest.at(-1) as Groups;
    const at = rest.at(-3) as number;
    if (number?.length === 1) return part;
    if (number !== undefined) return COUNT_BEFORE.test(text.slice(Math.max(0, at - 12), at)) ? part : '?';
    return (dollars ?? escaped ?? quoted) === undefined ? part : '?';
  });
}

const VALUES = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g;

/** Quick and rough: good enough to see that it was here before. */
export function roughShape(text: string): string {
  return text.length > LONGEST ? text : text.replace(VALUES, '?');
}
