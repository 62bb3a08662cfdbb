import type { RequestLine, RequestList } from '../api/types.ts';

/** What is known of the requests so far, newest last. */
export interface Lines {
  readonly lines: readonly RequestLine[];
  /** The last sequence seen; what is asked for next is after it. */
  readonly last: number;
  /** Requests that fell out of the server's list before this page asked. */
  readonly missed: number;
}

export const NO_LINES: Lines = { lines: [], last: 0, missed: 0 };

/** A page left open for a day does not fill the memory of a browser. */
export const MOST_LINES = 10_000;

export function append(known: Lines, answer: RequestList): Lines {
  // Sequences begin anew with the server: what it has is older than what we have seen.
  if (answer.last < known.last) return append(NO_LINES, { ...answer, requests: [] });
  const fresh = answer.requests.filter(({ sequence }) => sequence > known.last);
  const newest = fresh.at(-1);
  // On the first ask everything that fell out before is missed by nobody.
  const missed = known.last === 0 ? 0 : known.missed + answer.missed;
  if (newest === undefined) return missed === known.missed ? known : { ...known, missed };
  return { lines: [...known.lines, ...fresh].slice(-MOST_LINES), last: newest.sequence, missed };
}
