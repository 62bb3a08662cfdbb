export interface Slice {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const WORD = /[-+.\w]*/y;

/**
 * Where each member's value stands in the text of an object, `__proto__` included; of a name given twice, the last one.
 * Values are handed to PostgreSQL as they were written: a number that passed through JavaScript would be another one.
 * The text must be valid JSON from `start` on. Linear.
 */
export function memberSlices(text: string, start: number): ReadonlyMap<string, Slice> {
  const members = new Map<string, Slice>();
  let at = skipSpace(text, skipSpace(text, start) + 1);
  while (text[at] !== '}') {
    const end = endOfValue(text, at);
    const name = JSON.parse(text.slice(at, end)) as string;
    const value = skipSpace(text, skipSpace(text, end) + 1);
    const valueEnd = endOfValue(text, value);
    members.set(name, { start: value, end: valueEnd });
    at = skipSpace(text, valueEnd);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return members;
}

/** Where each element of an array stands. */
export function elementSlices(text: string, start: number): readonly Slice[] {
  const elements: Slice[] = [];
  let at = skipSpace(text, skipSpace(text, start) + 1);
  while (text[at] !== ']') {
    const end = endOfValue(text, at);
    elements.push({ start: at, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return elements;
}

export function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = text.charCodeAt(at);
    if (character === QUOTE) at = endOfString(text, at);
    else if (isOpening(character)) {
      depth += 1;
      at += 1;
    } else if (isClosing(character)) {
      depth -= 1;
      at += 1;
    } else at = depth === 0 ? endOfWord(text, at) : at + 1;
  } while (depth > 0);
  return at;
}

/** Just after the closing quote. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** Of a number, `true`, `false` or `null`. */
export function endOfWord(text: string, start: number): number {
  WORD.lastIndex = start;
  WORD.test(text);
  return WORD.lastIndex;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

const isOpening = (character: number) => character === 0x7b || character === 0x5b;
const isClosing = (character: number) => character === 0x7d || character === 0x5d;
