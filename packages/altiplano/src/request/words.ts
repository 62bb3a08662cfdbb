const MARKS = /[\u0300-\u036f]/g;
/** Anything but what `altiplano.words` takes for the end of a word. */
const PART_OF_WORD =
  /[^\p{Cc}\u0020-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u3002]/u;

/** Whether anything is left to search for once accents and what separates words are gone. */
export function hasWords(text: string): boolean {
  return PART_OF_WORD.test(text.normalize('NFD').replaceAll(MARKS, '').normalize('NFC'));
}
