import { LRUCache } from 'lru-cache';
import { isDigit, isSpace } from './fingerprint/characters.ts';
import { shapeOf } from './fingerprint/fingerprint.ts';
import { stepAt, VALUE } from './fingerprint/scan.ts';
import { keyOf } from './held.ts';

/** Longer texts are documents or bulk inserts, of which no loop is made. */
export const LONGEST = 4_000;
/** Values of one text that are told one by one. */
const MOST = 200;

/** What the program itself wrote into a text. */
export interface Literals {
  /** In their order, the first of them; none of a document. */
  readonly values: readonly string[];
  /** Whether that is all there are. */
  readonly complete: boolean;
  /** Whether there are `$1` besides; one within a value is none. */
  readonly parameters: boolean;
  /** The text with `?` for them, and without comments. */
  readonly masked: string;
}

/** A text with parameters comes again and again; one without is asked for twice when its recording is put together. */
const known = new LRUCache<string, Literals>({
  max: 2_000,
  maxSize: 16_000_000,
  maxEntrySize: 500_000,
  sizeCalculation: (found, text) => text.length + found.masked.length + 1,
});

export function readLiterals(text: string): Literals {
  const before = known.get(text);
  if (before !== undefined) return before;
  if (text.length > LONGEST && !/\$\d/.test(text)) return documentOf(text);
  const found = read(text);
  known.set(text, found);
  return found;
}

/** The shape of a document is short; it is not kept, as it hardly comes again. */
function documentOf(text: string): Literals {
  const masked = shapeOf(text);
  return { values: [], complete: !masked.includes(VALUE), parameters: false, masked };
}

/** The values that were written into a text, in their order: what Sequelize and others send instead of parameters. */
export function literalsOf(text: string): readonly string[] {
  return readLiterals(text).values;
}

/** A text without the values that were written into it, each of them `?` but a single digit (`> 0`), a limit and an offset; lists keep their length. */
export function withoutValues(text: string): string {
  return readLiterals(text).masked;
}

/** Whether it has `$1`. */
export function holdsParameters(text: string): boolean {
  return /\$\d/.test(text) && readLiterals(text).parameters;
}

function read(text: string): Literals {
  const isDocument = text.length > LONGEST;
  const values: string[] = [];
  const masked = new Masked();
  let complete = true;
  let parameters = false;
  let copied = 0;
  let before: string | null = null;
  for (let at = 0; at < text.length; ) {
    const step = stepAt(text, at);
    const { token } = step;
    const isComment = token === null && !isSpace(text.charCodeAt(at));
    const end = isComment ? behindSpaces(text, step.end) : step.end;
    const isParameter = token === VALUE && text[at] === '$' && isDigit(text.charCodeAt(at + 1));
    // The operator of jsonb looks like a value.
    const isValue = token === VALUE && !isParameter && text[at] !== VALUE;
    parameters ||= isParameter;
    if (isValue) {
      if (isDocument || values.length === MOST) complete = false;
      else values.push(contentOf(text.slice(at, end)));
    }
    if (isComment || (isValue && !isShown(text.slice(at, end), before))) {
      masked.add(text.slice(copied, at));
      if (isComment) masked.part();
      else masked.addValue();
      copied = end;
    }
    if (token !== null) before = token;
    at = end;
  }
  masked.add(text.slice(copied));
  // A shape has no places of parameters any more.
  return isDocument && !parameters ? documentOf(text) : { values, complete, parameters, masked: masked.text() };
}

function behindSpaces(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

/** How many rows are asked for and passed over is nobody's data, and what a finding may be about, as `count(*) > 0` is. */
const BEFORE_COUNT: ReadonlySet<string | null> = new Set(['limit', 'offset', 'first', 'next']);

function isShown(value: string, before: string | null): boolean {
  return /^\d$/.test(value) || (BEFORE_COUNT.has(before) && /^\d{1,15}$/.test(value));
}

/** Of `'it''s'`, `E'…'`, `$tag$…$tag$` what is between the quotes; of a number the number. One that is not closed goes to the end. */
function contentOf(part: string): string {
  if (part.startsWith('$')) {
    const tag = part.slice(0, part.indexOf('$', 1) + 1);
    return part.slice(tag.length, part.length >= 2 * tag.length && part.endsWith(tag) ? -tag.length : undefined);
  }
  const quote = part.indexOf("'");
  if (quote < 0) return part;
  const isClosed = part.length > quote + 1 && part.endsWith("'");
  return part.slice(quote + 1, isClosed ? -1 : undefined).replaceAll("''", "'");
}

const TIGHT_AFTER = new Set(['(', '[', ',']);
const TIGHT_BEFORE = new Set([')', ']', ',', ';']);

/** A text in the making, with blanks where parts would become one: `id=57` is `id= ?`, as `=?` is another operator. */
class Masked {
  readonly #pieces: string[] = [];
  #last = '';
  #apart = false;

  /** What comes next is not one with what is there. */
  part(): void {
    this.#apart = true;
  }

  addValue(): void {
    this.part();
    this.add(VALUE);
    this.part();
  }

  add(piece: string): void {
    if (piece === '') return;
    if (this.#apart && this.#last !== '' && this.#wouldTouch(piece[0] as string)) this.#pieces.push(' ');
    this.#pieces.push(piece);
    this.#last = piece[piece.length - 1] as string;
    this.#apart = false;
  }

  #wouldTouch(next: string): boolean {
    if (isSpace(this.#last.charCodeAt(0)) || isSpace(next.charCodeAt(0))) return false;
    if (TIGHT_AFTER.has(this.#last) || TIGHT_BEFORE.has(next)) return false;
    return !(this.#last === VALUE && next === ':');
  }

  text(): string {
    return this.#pieces.join('');
  }
}

const VALUES = /'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b/g;

/** Quick and rough: good enough to see that it was here before. */
export function roughShape(text: string): string {
  return text.length > LONGEST ? keyOf(text) : text.replace(VALUES, '?');
}
