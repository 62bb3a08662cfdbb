export interface Scrolled {
  readonly count: number;
  readonly rowHeight: number;
  readonly top: number;
  readonly height: number;
}

/** Rows from `first` up to, not including, `end`. */
export interface Window {
  readonly first: number;
  readonly end: number;
}

/** Rows drawn above and below what is seen: a fast scroll shows them before the next frame is made. */
const SPARE = 8;

/** Which rows of a long list are to be drawn. */
export function windowOf({ count, rowHeight, top, height }: Scrolled): Window {
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that a row is seen whole; the same place when it is. */
export function reveal(row: number, { rowHeight, top, height }: Omit<Scrolled, 'count'>): number {
  const from = row * rowHeight;
  if (from < top) return from;
  return from + rowHeight > top + height ? from + rowHeight - height : top;
}
