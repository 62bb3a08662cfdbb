import { hashesOf, hashOf } from './hash.ts';
import { readLiterals } from './literals.ts';

/** Longer values are no keys that a loop would run over. */
const LONGEST_KEY = 100;

export interface ParameterHashes {
  readonly whole: string;
  readonly each: readonly (readonly string[])[] | null;
}

export function parameterHashes(values: readonly unknown[] | null): ParameterHashes | null {
  if (values === null || values.length === 0) return null;
  const each = values.map(hashesOf);
  return { whole: hashOf(each.map((hashes) => hashes.join(' ')).join('\u0000')), each };
}

/** Of what was written into a text. Documents and long lists are told apart by their whole text. */
export function literalHashes(text: string): ParameterHashes | null {
  const { values, complete } = readLiterals(text);
  const hashes = parameterHashes(values);
  return complete ? hashes : { whole: hashOf(text), each: hashes?.each ?? null };
}

/** The values of each column that may be a key, hashed as parameters are. */
export function columnHashes(
  data: readonly unknown[] | null,
  columns: readonly string[] | null,
): Readonly<Record<string, ReadonlySet<string>>> | null {
  const first = data?.[0];
  if (data === null || typeof first !== 'object' || first === null) return null;
  const keys = Array.isArray(first) ? first.map((_, index) => index) : Object.keys(first);
  const found: Record<string, ReadonlySet<string>> = {};
  for (const key of keys) {
    const hashes = new Set<string>();
    for (const row of data) {
      const value: unknown = (row as Record<string | number, unknown> | null)?.[key];
      if (mayBeKey(value)) hashes.add(hashOf(value));
    }
    if (hashes.size > 0) found[typeof key === 'number' ? (columns?.[key] ?? String(key)) : key] = hashes;
  }
  return found;
}

export function mayBeKey(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_KEY;
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Date;
}
