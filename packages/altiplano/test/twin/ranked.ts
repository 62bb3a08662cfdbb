import { MalformedValue } from './refusal.ts';
import { refuseNul } from './values.ts';
import { trigramsOf, wordsOf } from './words.ts';

/** Names that a search looks at. */
const LOOKED_AT = 200;
/** Trigrams of the text by which it chooses them. */
const CHOSEN_BY = 15;

export interface Search {
  readonly words: readonly string[];
  readonly isPrefix: boolean;
}

/** Undefined for the empty value, which is no search. */
export function readSearchText(value: string): Search | undefined {
  if (value === '') return undefined;
  if ([...refuseNul(value)].length > 200) throw new MalformedValue('longer than a name');
  const words = wordsOf(value);
  if (words.length === 0) throw new MalformedValue('neither letter nor digit');
  return { words, isPrefix: words.length === 1 && [...(words[0] ?? '')].length < 3 };
}

export interface Ranked<Row> {
  readonly row: Row;
  /** Whole: 10,000 for the text itself, and of 10,000 what is alike. */
  readonly rank: number;
}

/**
 * Of rows in the usual order those whose name fits. At most 200 names are looked at: those that have all the text's trigrams
 * first, then by how many of them they have.
 */
export function searchRows<Row>(rows: readonly Row[], nameOf: (row: Row) => string, search: Search): Ranked<Row>[] {
  const { words, isPrefix } = search;
  const wanted = trigramsOf(words);
  const text = words.join('  ');
  const sought = isPrefix ? [[...`  ${text}`].slice(-3).join('')] : spread([...wanted], CHOSEN_BY);
  const inner = sought.filter((trigram) => text.includes(trigram));
  const least = Math.ceil((3 * sought.length) / 10);

  const candidates = rows
    .map((row) => {
      const own = wordsOf(nameOf(row));
      const padded = `  ${own.join('  ')} `;
      const shared = sought.filter((trigram) => padded.includes(trigram)).length;
      const whole = inner.length > 0 && inner.every((trigram) => padded.includes(trigram));
      return { row, own, padded, level: (whole ? 16 : 0) + shared, isCandidate: whole || shared >= least };
    })
    .filter(({ isCandidate }) => isCandidate)
    // Stable: among equals the usual order stays.
    .sort((one, other) => other.level - one.level)
    .slice(0, LOOKED_AT);

  return candidates.flatMap(({ row, own, padded }) => {
    const trigrams = trigramsOf(own);
    const common = [...wanted].filter((trigram) => trigrams.has(trigram)).length;
    const all = trigrams.size + wanted.size - common;
    const contains = padded.includes(isPrefix ? (sought[0] ?? '') : text);
    if (!contains && (isPrefix || 10 * common < 3 * all)) return [];
    return [{ row, rank: (contains ? 10_000 : 0) + Math.floor((10_000 * common) / all) }];
  });
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, index) => all[Math.floor((index * all.length) / most)] as T);
}
