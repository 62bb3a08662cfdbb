import { KEYWORDS } from './keywords.ts';
import { VALUE } from './scan.ts';

/** An open parenthesis or bracket: where it is in the output, what it holds, and the row of VALUES that was closed last inside. */
interface Group {
  readonly at: number;
  readonly kind: 'list' | 'row' | 'other';
  row: Row | null;
}

interface Row {
  readonly start: number;
  readonly end: number;
}

/** `batch` where several values or rows became one: a statement for many at once. */
export interface Collapsed {
  readonly tokens: string[];
  readonly batch: boolean;
}

/**
 * Tokens without what differs between two runs of one statement: signs of numbers, the length of lists (`in (?, ?)`, `array[?, ?]`) and the
 * number of rows behind VALUES. A group is looked at once, when it closes, so nesting costs nothing extra.
 */
export function collapse(tokens: readonly string[]): Collapsed {
  let batch = false;
  const out: string[] = [];
  const open: Group[] = [{ at: 0, kind: 'other', row: null }];
  for (const token of tokens) {
    const inside = open[open.length - 1] as Group;
    while (token === VALUE && isSign(out)) out.pop();
    if (token === '(' || token === '[') open.push({ at: out.length, kind: kindOf(token, out, inside), row: null });
    out.push(token);
    if ((token === ')' || token === ']') && open.length > 1) {
      open.pop();
      const around = open[open.length - 1] as Group;
      const before = out.length;
      if (inside.kind === 'list') collapseList(out, inside.at);
      if (inside.kind === 'row') around.row = collapseRow(out, inside.at, around.row);
      batch ||= out.length < before;
    }
  }
  return { tokens: out, batch };
}

function kindOf(token: string, out: readonly string[], inside: Group): Group['kind'] {
  const before = out[out.length - 1];
  if (token === '[') return before === 'array' ? 'list' : 'other';
  if (before === 'in') return 'list';
  return before === 'values' || followsRow(out, inside.row) ? 'row' : 'other';
}

function followsRow(out: readonly string[], row: Row | null): row is Row {
  return row !== null && row.end === out.length - 2 && out[out.length - 1] === ',';
}

/** Whether the last token is the sign of the value that comes: nothing stands before it that it could subtract from. */
function isSign(out: readonly string[]): boolean {
  const sign = out[out.length - 1];
  if (sign !== '-' && sign !== '+') return false;
  const before = out[out.length - 2];
  if (before === undefined || KEYWORDS.has(before)) return true;
  return before === '(' || before === '[' || before === ',' || /^[-+*/<>=~!@#%^&|`]+$/.test(before);
}

/** `in (?, ?, ?)` is `in (?)`; `in ((?, ?), (?, ?))` is `in ((?, ?))`; anything else stays. */
function collapseList(out: string[], start: number): void {
  const close = out[out.length - 1] as string;
  const first = endOfElement(out, start + 1);
  if (first === null) return;
  let at = first;
  while (out[at] === ',') {
    const end = endOfElement(out, at + 1);
    if (end === null) return;
    at = end;
  }
  if (at !== out.length - 1) return;
  out.length = first;
  out.push(close);
  if (out[start + 1] !== '(') out[start + 1] = VALUE;
}

/** Behind a value with its casts, or a row of values; null where there is something else. */
function endOfElement(out: readonly string[], from: number): number | null {
  if (out[from] !== '(') return endOfValue(out, from);
  let at = from;
  do {
    const end = endOfValue(out, at + 1);
    if (end === null) return null;
    at = end;
  } while (out[at] === ',');
  return out[at] === ')' ? at + 1 : null;
}

function endOfValue(out: readonly string[], from: number): number | null {
  if (!CONSTANTS.has(out[from] ?? '')) return null;
  let at = from + 1;
  while (out[at] === '::' && out[at + 1] !== undefined) {
    at += 2;
    while (out[at] === '.' && out[at + 1] !== undefined) at += 2;
    while (out[at] === '[' && out[at + 1] === ']') at += 2;
  }
  return at;
}

const CONSTANTS = new Set([VALUE, 'null', 'true', 'false', 'default']);

/** A row of VALUES equal to the one before goes; NULL and DEFAULT among values are values. Gives the row that is last now. */
function collapseRow(out: string[], start: number, before: Row | null): Row {
  if (endOfElement(out, start) === out.length) {
    for (let at = start; at < out.length; at += 1) if (CONSTANTS.has(out[at] as string)) out[at] = VALUE;
  }
  const follows = before !== null && before.end === start - 2 && out[start - 1] === ',';
  if (!follows || !sameTokens(out, before.start, start)) return { start, end: out.length - 1 };
  out.length = start - 1;
  return before;
}

function sameTokens(out: readonly string[], first: number, second: number): boolean {
  const length = out.length - second;
  if (second - 1 - first !== length) return false;
  for (let at = 0; at < length; at += 1) if (out[first + at] !== out[second + at]) return false;
  return true;
}
