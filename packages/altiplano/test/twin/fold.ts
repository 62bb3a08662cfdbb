/**
 * Unicode simple (one-to-one) case folding, up to the choice of representative: two code points fold to the same text
 * exactly when a regular expression with the flags `i` and `u` takes them for each other.
 */
export function fold(text: string): string {
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

// Pairs that no one-to-one case mapping leads from, hence by hand: U+0130 has no simple folding, but its one-to-one lower
// case is a plain i; the other three have a simple folding since Unicode 15.1, which not every Node.js knows.
const known = new Map([
  ['\u0130', 'i'],
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
]);

function foldCharacter(character: string): string {
  let folded = known.get(character);
  if (folded === undefined) {
    folded = findFold(character);
    known.set(character, folded);
  }
  return folded;
}

function findFold(character: string): string {
  const upper = character.toUpperCase();
  // Through the upper case first, so that all lower-case forms of one letter (σ, ς) meet.
  for (const candidate of [upper.toLowerCase(), character.toLowerCase()]) {
    if (isOneCodePoint(candidate) && sameButForCase(character, candidate)) return candidate;
  }
  return character;
}

function isOneCodePoint(text: string): boolean {
  return [...text].length === 1;
}

function sameButForCase(one: string, other: string): boolean {
  if (one === other) return true;
  const code = one.codePointAt(0) ?? 0;
  return new RegExp(`^\\u{${code.toString(16)}}$`, 'iu').test(other);
}
