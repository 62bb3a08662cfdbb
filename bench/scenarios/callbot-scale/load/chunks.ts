import { connectOwner, type OwnerClient } from 'altiplano';
import type { progress } from 'altiplano/testing';
import { withOwner } from 'altiplano/testing';
import { sqlFile } from './constants.ts';

const SESSIONS = 2;

export interface Chunked {
  /** The statement's file: it takes the first and the last number. */
  readonly name: string;
  readonly rows: number;
  readonly chunk: number;
}

/**
 * Runs the statement over the numbers from 0, chunk by chunk in two sessions. A chunk and the note that it is done are one
 * transaction, so a kill leaves whole chunks and the next load does the others. Foreign keys are not checked here (the
 * migrations validate them) and no trigger fires (the legacy schema has none).
 */
export async function loadChunks(
  url: string,
  { name, rows, chunk }: Chunked,
  tell: ReturnType<typeof progress>,
): Promise<void> {
  const done = await withOwner(url, async (client) => {
    const found = await client.query<{ low: string }>('select low::text from bench.chunk where name = $1', [name]);
    return new Set(found.rows.map(({ low }) => Number(low)));
  });
  const all = Array.from({ length: Math.ceil(rows / chunk) }, (_, index) => index * chunk);
  const left = all.filter((low) => !done.has(low));
  let loaded = done.size * chunk;
  tell({ name, done: Math.min(loaded, rows - 1), total: rows });
  const work = async (client: OwnerClient) => {
    for (let low = left.shift(); low !== undefined; low = left.shift()) {
      await loadChunk(client, name, low, Math.min(low + chunk, rows) - 1);
      loaded += chunk;
      tell({ name, done: Math.min(loaded, rows - 1), total: rows });
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, () => withSession(url, work)));
  tell({ name, done: rows, total: rows });
}

async function withSession(url: string, work: (client: OwnerClient) => Promise<void>): Promise<void> {
  const client = await connectOwner(url);
  try {
    await client.query("set session_replication_role = replica; set jit = off; set work_mem = '128MB'");
    await work(client);
  } finally {
    await client.end();
  }
}

async function loadChunk(client: OwnerClient, name: string, low: number, high: number): Promise<void> {
  await client.query('begin');
  await client.query('insert into bench.chunk (name, low) values ($1, $2)', [name, low]);
  await client.query(sqlFile(name), [low, high]);
  await client.query('commit');
}
