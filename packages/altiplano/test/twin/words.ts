import { fold } from './fold.ts';

/** All that is neither letter nor digit, as decision 17 lists it. */
const SEPARATORS =
  /[\p{Cc}\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u3002]+/gu;
const MARKS = /[\u0300-\u036f]/g;

// Folding is slow, and the same names are read for every search.
const known = new Map<string, readonly string[]>();

/** Words of a text, without case and accents. */
export function wordsOf(text: string): readonly string[] {
  const words = known.get(text) ?? split(text);
  known.set(text, words);
  return words;
}

function split(text: string): readonly string[] {
  const plain = fold(text.normalize('NFD').replaceAll(MARKS, '').normalize('NFC'));
  return plain.split(SEPARATORS).filter((word) => word !== '');
}

/** pg_trgm's trigrams: of each word with two blanks before it and one after it, each once. */
export function trigramsOf(words: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const word of words) {
    const letters = [...`  ${word} `];
    for (let index = 0; index + 2 < letters.length; index++) found.add(letters.slice(index, index + 3).join(''));
  }
  return found;
}
