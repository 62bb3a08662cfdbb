import { fileURLToPath } from 'node:url';
import { type EmbeddedServer, startEmbedded, withOwner } from 'altiplano/testing';

/** The server that is measured. */
export interface Postgres {
  /** A superuser's; after a restart it may differ. */
  adminUrl(): string;
  /** Empties the shared buffers, with other settings from then on if given; null where the server is not ours to restart. */
  readonly restart: ((settings?: Settings) => Promise<void>) | null;
  stop(): Promise<void>;
}

export type Settings = Readonly<Record<string, string>>;

export interface Home {
  /** Below the repository. */
  readonly directory: string;
  readonly settings: Settings;
}

// The data can be made again, and what is measured here only reads.
const READING: Home = { directory: '.altiplano/bench', settings: { fsync: 'off', max_wal_size: '8GB' } };

/** `BENCH_DATABASE_URL`, or an embedded server with a directory of its own. */
export async function openPostgres(root: URL, note: (line: string) => void, home = READING): Promise<Postgres> {
  const given = process.env.BENCH_DATABASE_URL;
  if (given) return { adminUrl: () => given, restart: null, stop: async () => {} };
  const directory = fileURLToPath(new URL(home.directory, root));
  let { settings } = home;
  const start = (): Promise<EmbeddedServer> => startEmbedded({ directory, settings, log: note });
  let server = await start();
  if (server.adopted) {
    // A killed run left it behind, with the settings it had then.
    await server.stop();
    server = await start();
  }
  return {
    adminUrl: () => server.url,
    restart: server.adopted
      ? null
      : async (changed = settings) => {
          settings = changed;
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
