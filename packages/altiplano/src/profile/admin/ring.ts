import type { RequestLine, RequestList } from '../admin-api.ts';
import { type Owner, sees, type Viewer } from './viewer.ts';

/** As many as a page scrolls through; about 4 MB. */
const MOST_LINES = 10_000;
/** One answer of the list: more is asked for again. */
const MOST_AT_ONCE = 1_000;

interface Entry {
  readonly line: RequestLine;
  readonly owner: Owner;
  /** What others than operators know it by: from the clock, so that a gap says nothing of how much is asked between. */
  readonly told: number;
}

/** Requests a millisecond that are told apart by it, in their order. */
const PER_MILLISECOND = 16;

/** The last requests, oldest overwritten first. */
export class RequestRing {
  readonly #entries: Entry[] = [];
  readonly #most: number;
  readonly #now: () => number;
  readonly #began: number;
  #last = 0;
  #told: number;

  constructor(most = MOST_LINES, now: () => number = Date.now) {
    this.#most = most;
    this.#now = now;
    this.#began = now() * PER_MILLISECOND;
    this.#told = this.#began;
  }

  add(line: Omit<RequestLine, 'sequence'>, owner: Owner): void {
    this.#last += 1;
    this.#told = Math.max(this.#told + 1, this.#now() * PER_MILLISECOND);
    const entry = { line: { sequence: this.#last, ...line }, owner, told: this.#told };
    this.#entries[(this.#last - 1) % this.#most] = entry;
  }

  /** The first `limit` after a sequence, newest last; operators are told how many fell out before. */
  list(viewer: Viewer, after: number, limit: number): RequestList {
    const most = Math.min(limit, MOST_AT_ONCE);
    return viewer.everything ? this.#listAll(after, most) : this.#listOwn(viewer, after, most);
  }

  #listAll(after: number, most: number): RequestList {
    const first = Math.max(1, this.#last - this.#entries.length + 1, after + 1);
    const requests: RequestLine[] = [];
    for (let at = first; at <= this.#last && requests.length < most; at++) {
      const entry = this.#entries[(at - 1) % this.#most];
      if (entry !== undefined) requests.push(entry.line);
    }
    return { requests, missed: Math.max(0, first - 1 - after), last: this.#last };
  }

  #listOwn(viewer: Viewer, after: number, most: number): RequestList {
    const requests: RequestLine[] = [];
    for (const { line, told } of this.#of(viewer)) {
      if (told > after && requests.length < most) requests.push({ ...line, sequence: told });
    }
    // What somebody has seen before this server began is no longer here.
    return { requests, missed: 0, last: requests.at(-1)?.sequence ?? (after < this.#began ? 0 : after) };
  }

  *seenBy(viewer: Viewer): Iterable<RequestLine> {
    for (const { line } of this.#of(viewer)) yield line;
  }

  *#of(viewer: Viewer): Iterable<Entry> {
    for (let at = Math.max(1, this.#last - this.#entries.length + 1); at <= this.#last; at++) {
      const entry = this.#entries[(at - 1) % this.#most];
      if (entry !== undefined && sees(viewer, entry.owner)) yield entry;
    }
  }
}
