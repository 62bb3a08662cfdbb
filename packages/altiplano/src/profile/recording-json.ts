import type { Recording } from './recording.ts';

/** A recording as one line of JSON: from a profiled program to who reads its file. A Map is written as its pairs, a Set as its members. */
export function encodeRecording(recording: Recording): string {
  return JSON.stringify(recording, (_name, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
}

/** Null where the line is none: the last one of a program that was killed while it wrote. */
export function decodeRecording(line: string): Recording | null {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return null;
  }
  return isEncoded(read) ? revive(read) : null;
}

type Pairs<Value> = readonly (readonly [string, Value])[];
type Query = Recording['queries'][number];
type EncodedQuery = Omit<Query, 'columnHashes'> & {
  readonly columnHashes: Readonly<Record<string, readonly string[]>> | null;
};
type Encoded = Omit<Recording, 'texts' | 'queries'> & {
  readonly texts: Pairs<number>;
  readonly queries: readonly EncodedQuery[];
};

function isEncoded(read: unknown): read is Encoded {
  const { queries, texts } = (read ?? {}) as Partial<Record<string, unknown>>;
  return Array.isArray(queries) && Array.isArray(texts);
}

function revive({ texts, queries, ...rest }: Encoded): Recording {
  return { ...rest, texts: new Map(texts), queries: queries.map(reviveQuery) };
}

function reviveQuery({ columnHashes, ...rest }: EncodedQuery): Query {
  if (columnHashes === null) return { ...rest, columnHashes };
  const sets = Object.entries(columnHashes).map(([column, hashes]) => [column, new Set(hashes)] as const);
  return { ...rest, columnHashes: Object.fromEntries(sets) };
}
