import { closest } from 'fastest-levenshtein';

/** The name an author probably meant. */
export function nearest(unknown: string, known: readonly string[]): string {
  return known.length === 0
    ? 'The schema is empty: run `altiplano migrate`.'
    : `The nearest name is '${closest(unknown, known)}'.`;
}
