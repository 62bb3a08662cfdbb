import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { OwnerClient } from './owner.ts';

export interface CopyTarget {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Writes rows frozen and visible to all; PostgreSQL allows it only on a table truncated in the same transaction. */
  readonly freeze?: boolean;
  /** Called with the number of rows handed over so far. */
  readonly sent?: (rows: number) => void;
}

/**
 * Streams rows into a table with COPY and returns how many there were. Each row is one line of COPY's text format
 * without its line end: values from `copyText`, tabs between them, `\N` for null.
 */
export async function copyInto(client: OwnerClient, target: CopyTarget, rows: Iterable<string>): Promise<number> {
  const columns = target.columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const table = `${client.escapeIdentifier(target.schema)}.${client.escapeIdentifier(target.table)}`;
  const options = target.freeze ? ' with (freeze)' : '';
  const copy = client.query(copyFrom(`copy ${table} (${columns}) from stdin${options}`));
  await pipeline(Readable.from(chunks(rows, target.sent ?? (() => {})), { objectMode: true, highWaterMark: 2 }), copy);
  return copy.rowCount;
}

const CHUNK_CHARACTERS = 64 * 1024;

function* chunks(rows: Iterable<string>, sent: (rows: number) => void): Generator<Buffer> {
  let chunk = '';
  let count = 0;
  for (const row of rows) {
    chunk += `${row}\n`;
    count += 1;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(chunk);
    chunk = '';
    sent(count);
  }
  if (chunk !== '') yield Buffer.from(chunk);
  sent(count);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text as COPY's text format wants it. */
export function copyText(value: string): string {
  return value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}

/** COPY's text format for null. */
export const COPY_NULL = '\\N';
