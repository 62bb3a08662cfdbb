/** A comment, a name in quotes or a parameter is stepped over; a text or a number is taken. */
const PARTS = /--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"|\$\d+|'((?:[^']|'')*)'|(?<![\w.])(\d+(?:\.\d+)?)(?!\w)/g;
/** Texts beyond are documents or bulk inserts, of which no loop is made. */
const LONGEST = 4_000;
const MOST = 200;

/** The values that were written into a text, in their order: what Sequelize and others send instead of parameters. */
export function literalsOf(text: string): readonly string[] {
  if (text.length > LONGEST) return [];
  const found: string[] = [];
  for (const [, quoted, number] of text.matchAll(PARTS)) {
    const value = quoted?.replaceAll("''", "'") ?? number;
    if (value !== undefined) found.push(value);
    if (found.length === MOST) break;
  }
  return found;
}

const VALUES = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g;

/** A text without its values, quick and rough: good enough to see that it was here before. */
export function roughShape(text: string): string {
  return text.length > LONGEST ? text : text.replace(VALUES, '?');
}
