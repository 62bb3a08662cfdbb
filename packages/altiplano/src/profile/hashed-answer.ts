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

/** The values of each column that may be a key, hashed as parameters are; columns without a name by their number. */
export function columnHashes(
  data: readonly (readonly unknown[])[] | null,
  columns: readonly string[] | null,
): Readonly<Record<string, ReadonlySet<string>>> | null {
  const first = data?.[0];
  if (data === null || first === undefined) return null;
  const found: Record<string, ReadonlySet<string>> = {};
  for (let at = 0; at < first.length; at += 1) {
    const hashes = new Set<string>();
    for (const row of data) {
      const value = row[at];
      if (mayBeKey(value)) hashes.add(hashOf(value));
    }
    if (hashes.size > 0) found[columns?.[at] ?? String(at)] = hashes;
  }
  return found;
}

export function mayBeKey(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_KEY;
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Date;
}
