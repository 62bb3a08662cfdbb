/** Python's `int()` of a text: white space around, a sign, underscores between digits, decimal digits of any script. */
export function readInteger(text: string): bigint | null {
  const [, sign = '', digits] = /^\s*([+-]?)(\p{Nd}+(?:_\p{Nd}+)*)\s*$/u.exec(text) ?? [];
  if (digits === undefined) return null;
  const decimal = [...digits.replaceAll('_', '')].map(decimalOf).join('');
  // More digits than Python's limit are an error there, so junk.
  return decimal.length > 4300 ? null : BigInt(`${sign === '-' ? '-' : ''}${decimal}`);
}

/** Decimal digits of a script stand in a row of ten, zero first; where rows touch, they are whole. */
function decimalOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let start = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
  return (code - start) % 10;
}

/** Django's `Paginator.get_page`: junk is the first page, anything below 1 or past the end the last. */
export function pageNumber(text: string | undefined, pages: number): number {
  const wanted = readInteger(text ?? '1');
  if (wanted === null) return 1;
  return wanted < 1n || wanted > BigInt(pages) ? pages : Number(wanted);
}

/** As DRF's pagination reads it: junk, zero and less are the default, more than a hundred are a hundred. */
export function pageSize(text: string | undefined): number {
  const wanted = readInteger(text ?? '25');
  if (wanted === null || wanted < 1n) return 25;
  return wanted > 100n ? 100 : Number(wanted);
}
