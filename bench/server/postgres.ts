import { fileURLToPath } from 'node:url';
import { type EmbeddedServer, startEmbedded, withOwner } from 'altiplano/testing';

/** The server that is measured. */
export interface Postgres {
  /** A superuser's; after a restart it may differ. */
  adminUrl(): string;
  /** Empties the shared buffers; null where the server is not ours to restart. */
  readonly restart: (() => Promise<void>) | null;
  stop(): Promise<void>;
}

// The data can be made again, and what is measured here only reads.
const SETTINGS = { fsync: 'off', max_wal_size: '8GB' };

/** `BENCH_DATABASE_URL`, or an embedded server with a directory of its own. */
export async function openPostgres(root: URL, note: (line: string) => void): Promise<Postgres> {
  const given = process.env.BENCH_DATABASE_URL;
  if (given) return { adminUrl: () => given, restart: null, stop: async () => {} };
  const directory = fileURLToPath(new URL('.altiplano/bench', root));
  const start = (): Promise<EmbeddedServer> => startEmbedded({ directory, settings: SETTINGS, log: note });
  let server = await start();
  return {
    adminUrl: () => server.url,
    restart: server.adopted
      ? null
      : async () => {
          await server.stop();
          server = await start();
        },
    stop: () => server.stop(),
  };
}

/** Version and the settings a figure depends on. */
export async function describePostgres(url: string): Promise<string> {
  return withOwner(url, async (client) => {
    const { rows } = await client.query(`
      select current_setting('server_version') as version, current_setting('fsync') as fsync,
             current_setting('shared_buffers') as buffers`);
    const { version, fsync, buffers } = rows[0];
    return `PostgreSQL ${String(version).split(' ')[0]}, shared_buffers ${buffers}, fsync ${fsync}`;
  });
}
