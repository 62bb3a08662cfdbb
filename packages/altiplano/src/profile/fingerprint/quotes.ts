import { isIdentifierPart, isIdentifierStart } from './characters.ts';

/** Behind the closing quote, where two quotes are one in the text; the end where it is not closed. */
export function endOfQuoted(text: string, from: number, quote: string, backslashes: boolean): number {
  let at = from;
  while (at < text.length) {
    const sign = text[at];
    if (sign === '\\' && backslashes) at += 2;
    else if (sign !== quote) at += 1;
    else if (text[at + 1] === quote) at += 2;
    else return at + 1;
  }
  return text.length;
}

/** Null where this dollar begins no quote: `$` and `$tag` without another dollar. A tag holds no dollar itself. */
export function endOfDollarQuote(text: string, at: number): number | null {
  let end = at + 1;
  if (isIdentifierStart(text.charCodeAt(end))) {
    while (isIdentifierPart(text.charCodeAt(end)) && text[end] !== '$') end += 1;
  }
  if (text[end] !== '$') return null;
  const tag = text.slice(at, end + 1);
  const close = text.indexOf(tag, end + 1);
  return close < 0 ? text.length : close + tag.length;
}

export function endOfLineComment(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** Comments of PostgreSQL nest. */
export function endOfNestedComment(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    if (text.startsWith('/*', at)) depth += 1;
    else if (text.startsWith('*/', at)) depth -= 1;
    else {
      at += 1;
      continue;
    }
    at += 2;
    if (depth === 0) return at;
  }
  return text.length;
}
