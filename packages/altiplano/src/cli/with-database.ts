import { join } from 'node:path';
import { startEmbedded } from '../embedded/start-embedded.ts';
import type { Context } from './command.ts';

export interface Database {
  /** Connection of the owner. */
  readonly url: string;
  readonly embedded: boolean;
}

/** `DATABASE_URL`, or the embedded server for as long as the work takes. */
export async function withDatabase<T>(context: Context, work: (database: Database) => Promise<T>): Promise<T> {
  const given = context.environment.DATABASE_DIRECT_URL ?? context.environment.DATABASE_URL;
  if (given !== undefined && given !== '') return work({ url: given, embedded: false });
  const server = await startEmbedded({
    directory: join(context.directory, '.altiplano'),
    log: (line) => context.note(line),
  });
  try {
    return await work({ url: server.url, embedded: true });
  } finally {
    await server.stop();
  }
}
