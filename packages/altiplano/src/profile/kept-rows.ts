import { mayBeKey } from './hashed-answer.ts';

/** Rows of one answer that are looked at for the parameters of later queries. */
const MOST_ROWS = 200;

/** Characters that are kept of a row, so that no answer holds more than 800,000 until its request is over. */
const WIDEST = 4_000;

export interface KeptRows {
  /** Values by column. */
  readonly rows: readonly (readonly unknown[])[];
  /** Names of them; null where rows are arrays already. */
  readonly columns: readonly string[] | null;
  /** Characters, about. */
  readonly length: number;
}

/** The first rows of an answer, as they are now; of those that hold documents, only what may be a key. */
export function keptRows(rows: readonly unknown[]): KeptRows {
  const [first] = rows;
  if (typeof first !== 'object' || first === null) return { rows: [], columns: null, length: 0 };
  const columns = Array.isArray(first) ? null : Object.keys(first);
  let length = 0;
  const kept = rows.slice(0, MOST_ROWS).map((row) => {
    const values = valuesOf(row, columns);
    const own = lengthOf(values);
    length += Math.min(own, WIDEST);
    return own > WIDEST ? keysOf(values) : values;
  });
  return { rows: kept, columns, length };
}

/** A new array: programs put into rows what belongs to them. Rows of one answer have the same columns. */
function valuesOf(row: unknown, columns: readonly string[] | null): readonly unknown[] {
  if (typeof row !== 'object' || row === null) return [];
  if (columns === null) return Array.isArray(row) ? row.slice() : [];
  const values: readonly unknown[] = Object.values(row);
  if (values.length === columns.length) return values;
  return columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]);
}

/** Of one that holds documents, more than any has. */
function lengthOf(values: readonly unknown[]): number {
  let length = 0;
  for (const value of values) {
    if (typeof value === 'string') length += value.length;
    else if (typeof value !== 'object' || value === null || value instanceof Date) length += 8;
    else return Number.POSITIVE_INFINITY;
  }
  return length;
}

/** The same columns at the same places, as other rows may have keys there. */
function keysOf(values: readonly unknown[]): readonly unknown[] {
  let length = 0;
  return values.map((value) => {
    if (!mayBeKey(value)) return null;
    if (typeof value === 'string') length += value.length;
    return length > WIDEST ? null : value;
  });
}
