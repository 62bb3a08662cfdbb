import { mayBeKey } from './hashed-answer.ts';

/** Rows of one answer that are looked at for the parameters of later queries. */
const MOST_ROWS = 200;

/** Characters that are kept of a row, so that no answer holds more than 800,000 until its request is over. */
const WIDEST = 4_000;

/** The first rows of an answer; of those that hold documents, only what may be a key. */
export function keptRows(rows: readonly unknown[]): readonly unknown[] {
  const first = rows.length > MOST_ROWS ? rows.slice(0, MOST_ROWS) : rows;
  return first.some(isWide) ? first.map((row) => (isWide(row) ? keysOf(row) : row)) : first;
}

function isWide(row: unknown): row is object {
  if (typeof row !== 'object' || row === null) return false;
  let length = 0;
  for (const value of Object.values(row)) {
    if (typeof value === 'string') length += value.length;
    else if (typeof value === 'object' && value !== null && !(value instanceof Date)) return true;
  }
  return length > WIDEST;
}

/** The same columns at the same places, as other rows may have keys there. */
function keysOf(row: object): unknown {
  let length = 0;
  const kept = (value: unknown): unknown => {
    if (!mayBeKey(value)) return null;
    if (typeof value === 'string') length += value.length;
    return length > WIDEST ? null : value;
  };
  if (Array.isArray(row)) return row.map(kept);
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, kept(value)]));
}
