import type { NumberedEnvelope } from '../resource/envelope.ts';
import type { Resource } from '../resource/resource.ts';
import type { Note, Paging } from './paging.ts';
import type { Reading } from './values.ts';

/** Which page of a numbered list is asked for. What is bad is noted, or in a lenient list means what it means to Django. */
export function readNumbered(
  resource: Resource,
  { parameters, lenient }: NumberedEnvelope,
  given: ReadonlyMap<string, string>,
  note: Note,
): Omit<Paging, 'order'> {
  const read = (parameter: string, reader: (text: string) => Reading<number>, usual: number): number => {
    const text = given.get(parameter);
    return text === undefined ? usual : (note(parameter, reader(text)) ?? usual);
  };
  const { size: usual, most } = resource.page;
  const size = read(
    parameters.size,
    (text) => (lenient ? sizeNearest(text, usual, most) : readSize(text, most)),
    usual,
  );
  const page = read(parameters.page, lenient ? pageNearest : readPage, 1);
  // More than any table holds is still a number that PostgreSQL can compare.
  const offset = Math.min((page - 1) * size, Number.MAX_SAFE_INTEGER);
  return { position: null, size, offset, number: { page, lenient }, count: 'exact' };
}

function readPage(text: string): Reading<number> {
  const page = /^\d+$/.test(text) ? Number(text) : 0;
  if (Number.isSafeInteger(page) && page > 0) return { value: page };
  return { message: `Must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}.` };
}

function readSize(text: string, most: number): Reading<number> {
  const size = /^\d+$/.test(text) ? Number(text) : 0;
  return size < 1 || size > most ? { message: `Must be a whole number from 1 to ${most}.` } : { value: size };
}

/** `Paginator.get_page`: what is no number is the first page, and one that is not there (0 and less as well) the last. */
function pageNearest(text: string): Reading<number> {
  const page = wholeNumber(text);
  if (page === null) return { value: 1 };
  return { value: page < 1 ? Number.MAX_SAFE_INTEGER : page };
}

function sizeNearest(text: string, usual: number, most: number): Reading<number> {
  const size = wholeNumber(text);
  return { value: size === null || size < 1 ? usual : Math.min(size, most) };
}

/** What Python's `int()` reads: blanks around, a sign, single underscores between digits, which may be of any script. */
function wholeNumber(text: string): number | null {
  const [, sign, digits] = /^\s*([+-]?)(\p{Nd}+(?:_\p{Nd}+)*)\s*$/u.exec(text) ?? [];
  if (digits === undefined) return null;
  const plain = digits.replaceAll('_', '').replace(/\P{ASCII}/gu, decimalOf);
  return plain.length > MOST_DIGITS ? null : Number(`${sign}${plain}`);
}

/** More are refused by Python. */
const MOST_DIGITS = 4_300;

/** The digits of a script stand in a row, from zero to nine. */
function decimalOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
