import { isDigit, isIdentifierPart, isIdentifierStart, isOperator, isSpace } from './characters.ts';
import { endOfDollarQuote, endOfLineComment, endOfNestedComment, endOfQuoted } from './quotes.ts';

/** What any literal, number or parameter becomes. Also an operator of jsonb, which stays itself. */
export const VALUE = '?';

export interface Step {
  readonly token: string | null;
  readonly end: number;
}

/**
 * The words, signs and values of a statement, without spaces and comments. Never fails: what PostgreSQL would refuse gives tokens as well,
 * and a quote that is not closed goes to the end. One look ahead at most and no way back, so the time is linear.
 */
export function scan(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    const step = stepAt(text, at);
    if (step.token !== null) tokens.push(step.token);
    at = step.end;
  }
  return tokens;
}

/** What stands at a place: no token where it is a space or a comment. */
export function stepAt(text: string, at: number): Step {
  const code = text.charCodeAt(at);
  if (isSpace(code)) return { token: null, end: at + 1 };
  if (isIdentifierStart(code)) return word(text, at);
  const sign = text[at] as string;
  const following = text.charCodeAt(at + 1);
  if (sign === "'") return { token: VALUE, end: endOfQuoted(text, at + 1, "'", false) };
  if (sign === '"') return quotedName(text, at, at + 1);
  if (sign === '$') return dollar(text, at);
  if (isDigit(code) || (sign === '.' && isDigit(following))) return { token: VALUE, end: endOfNumber(text, at) };
  if (text.startsWith('--', at)) return { token: null, end: endOfLineComment(text, at) };
  if (text.startsWith('/*', at)) return { token: null, end: endOfNestedComment(text, at) };
  if (isOperator(code)) return operator(text, at);
  if (text.startsWith('::', at) || text.startsWith(':=', at)) return { token: text.slice(at, at + 2), end: at + 2 };
  return { token: sign, end: at + 1 };
}

/** A name or keyword, or one of the prefixes of a string: `E''`, `B''`, `X''`, `N''`, `U&''`, `U&""`. */
function word(text: string, at: number): Step {
  let end = at + 1;
  while (end < text.length && isIdentifierPart(text.charCodeAt(end))) end += 1;
  const name = lowered(text.slice(at, end));
  if (text[end] === "'" && (name === 'e' || name === 'b' || name === 'x' || name === 'n')) {
    return { token: VALUE, end: endOfQuoted(text, end + 1, "'", name === 'e') };
  }
  if (name === 'u' && text[end] === '&') {
    if (text[end + 1] === "'") return { token: VALUE, end: endOfQuoted(text, end + 2, "'", false) };
    if (text[end + 1] === '"') return quotedName(text, at, end + 2);
  }
  return { token: name, end };
}

/** As PostgreSQL does: letters of ASCII only. */
function lowered(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}

function quotedName(text: string, from: number, content: number): Step {
  const end = endOfQuoted(text, content, '"', false);
  const name = text.slice(from, end);
  return { token: name.startsWith('U') ? `u${name.slice(1)}` : name, end };
}

/** `$1`, `$tag$…$tag$`, or a sign that means nothing. */
function dollar(text: string, at: number): Step {
  let end = at + 1;
  while (isDigit(text.charCodeAt(end))) end += 1;
  if (end > at + 1) return { token: VALUE, end };
  const quoted = endOfDollarQuote(text, at);
  return quoted === null ? { token: '$', end: at + 1 } : { token: VALUE, end: quoted };
}

/** `1`, `1.5e-3`, `.5`, `0x1F`, `1_000`. */
function endOfNumber(text: string, at: number): number {
  let end = at + 1;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const exponent = (text[end - 1] === 'e' || text[end - 1] === 'E') && (text[end] === '-' || text[end] === '+');
    const part = code < 0x80 && code !== 0x24 && isIdentifierPart(code);
    if (!part && text[end] !== '.' && !exponent) break;
  }
  return end;
}

/** PostgreSQL refuses longer ones; without an end, a long run of signs would be gone through again for each of them. */
const LONGEST_OPERATOR = 63;

/** As long as it gets, but for comments, and for a sign at the end that belongs to what follows: `=-1` is `=` and `-1`. */
function operator(text: string, at: number): Step {
  let end = at + 1;
  let special = isSpecial(text[at] as string);
  const most = Math.min(text.length, at + LONGEST_OPERATOR);
  for (; end < most; end += 1) {
    const code = text.charCodeAt(end);
    if (!isOperator(code) || beginsComment(code, text.charCodeAt(end + 1))) break;
    special ||= isSpecial(text[end] as string);
  }
  while (!special && end > at + 1 && (text[end - 1] === '-' || text[end - 1] === '+')) end -= 1;
  return { token: text.slice(at, end), end };
}

/** `--` and `/*`. */
function beginsComment(code: number, following: number): boolean {
  return (code === 0x2d && following === 0x2d) || (code === 0x2f && following === 0x2a);
}

/** Operators with one of these may end in a sign (PostgreSQL, "Lexical Structure", Operators). */
function isSpecial(sign: string): boolean {
  return '~!@#%^&|`?'.includes(sign);
}
