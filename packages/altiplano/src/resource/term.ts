import { createHash } from 'node:crypto';

/** Bytes of a term that is kept as it is. */
export const LONGEST_TERM = 400;

/** The term of every row that is not deleted. */
export const LIVE = 'live';

/** `altiplano.bounded_term`: a term of more than 400 bytes is kept as its hash. */
export function boundedTerm(term: string): string {
  return Buffer.byteLength(term) <= LONGEST_TERM ? term : `#${createHash('sha256').update(term).digest('hex')}`;
}

/** Rows whose column has this value, as `::text` prints it; null: rows where it has none. */
export function valueTerm(column: string, value: string | null): string {
  return value === null ? column : boundedTerm(`${column}=${value}`);
}

/** Rows linked to this id, in lower case as PostgreSQL prints it. */
export function linkTerm(link: string, id: string): string {
  return boundedTerm(`${link}=${id.toLowerCase()}`);
}

/** Rows whose top-level attribute reads so (`->>`). The length is in characters: `a=b` with `c` is not `a` with `b=c`. */
export function attributeTerm(column: string, key: string, value: string): string {
  return boundedTerm(`${column}.${[...key].length}.${key}=${value}`);
}
