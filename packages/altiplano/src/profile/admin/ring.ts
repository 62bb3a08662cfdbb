import type { RequestLine, RequestList } from '../admin-api.ts';
import { type Owner, sees, type Viewer } from './viewer.ts';

/** As many as a page scrolls through; about 4 MB. */
const MOST_LINES = 10_000;
/** One answer of the list: more is asked for again. */
const MOST_AT_ONCE = 1_000;

interface Entry {
  readonly line: RequestLine;
  readonly owner: Owner;
}

/** The last requests, oldest overwritten first. */
export class RequestRing {
  readonly #entries: Entry[] = [];
  readonly #most: number;
  #last = 0;

  constructor(most = MOST_LINES) {
    this.#most = most;
  }

  add(line: Omit<RequestLine, 'sequence'>, owner: Owner): void {
    this.#last += 1;
    this.#entries[(this.#last - 1) % this.#most] = { line: { sequence: this.#last, ...line }, owner };
  }

  /** The newest `limit` after a sequence, newest last; what fell out or does not fit is counted as missed. */
  list(viewer: Viewer, after: number, limit: number): RequestList {
    const first = Math.max(1, this.#last - this.#entries.length + 1, after + 1);
    const found: RequestLine[] = [];
    let at = first;
    for (; at <= this.#last && found.length < Math.min(limit, MOST_AT_ONCE); at++) {
      const entry = this.#entries[(at - 1) % this.#most];
      if (entry !== undefined && sees(viewer, entry.owner)) found.push(entry.line);
    }
    // Sequences of others would tell how much they ask.
    const missed = viewer.everything ? Math.max(0, first - 1 - after) : 0;
    return { requests: found, missed, last: viewer.everything ? this.#last : (found.at(-1)?.sequence ?? after) };
  }

  *seenBy(viewer: Viewer): Iterable<RequestLine> {
    for (let at = Math.max(1, this.#last - this.#entries.length + 1); at <= this.#last; at++) {
      const entry = this.#entries[(at - 1) % this.#most];
      if (entry !== undefined && sees(viewer, entry.owner)) yield entry.line;
    }
  }
}
