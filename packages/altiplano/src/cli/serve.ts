import { join } from 'node:path';
import { readPepper } from '../auth/pepper.ts';
import { startEngine } from '../engine.ts';
import { serve } from '../http/server.ts';
import { type Background, startBackground } from './background.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command, Context, Flags } from './command.ts';
import { readKeyRing, readSigningKeys } from './key-ring.ts';
import { spareMemory } from './spare-memory.ts';
import { stopSignal } from './stop-signal.ts';
import { tellServing } from './tell.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';
import { type Database, withDatabase } from './with-database.ts';

export const SERVE_OPTIONS = {
  ...APP_OPTIONS,
  'no-worker': { type: 'boolean' },
  dashboard: { type: 'boolean' },
} as const;

export const serveCommand: Command = {
  summary: 'serve the apps',
  usage: `altiplano serve [--app NAME]… [--schema NAME] [--no-worker] [--dashboard]

Folds rollups and bitmaps and runs jobs beside serving, unless --no-worker says that \`altiplano worker\` does.
With --dashboard (or ALTIPLANO_DASHBOARD=1) the time of every request is noted, and shown below /_altiplano to tokens with the scope
profile:read. Profiles show parameters, masked, only with ALTIPLANO_PROFILE_PARAMETERS=1.
Environment: PORT (3000), HOST (127.0.0.1), DATABASE_URL (owner), APP_DATABASE_URL, LOG_LEVEL, ALTIPLANO_SECRET,
ALTIPLANO_ENCRYPTION_KEYS, ALTIPLANO_SIGNING_KEYS, REDIS_URL (sessions; the database keeps them without), TRUSTED_PROXIES (0: how many of
them in front tell in X-Forwarded-For who asks).
Migrations and samples are commands of their own: altiplano migrate, altiplano sample.`,
  options: SERVE_OPTIONS,
  async run(context, flags) {
    await withDatabase(context, (database) => serveUntilStopped(context, flags, database));
    return 0;
  },
};

/** Serves until the process is told to stop; `ready` runs once it answers. */
export async function serveUntilStopped(
  context: Context,
  flags: Flags,
  { url }: Database,
  ready: (origin: string) => Promise<void> = async () => {},
): Promise<void> {
  const { environment, directory } = context;
  spareMemory();
  const stop = stopSignal();
  const apps = chooseApps(context, flags);
  const appUrl = environment.APP_DATABASE_URL;
  const redis = readRedis(environment.REDIS_URL);
  const port = readPort(environment.PORT);
  const proxies = readProxies(environment.TRUSTED_PROXIES);
  const engine = await startEngine({
    url,
    ...(appUrl === undefined ? {} : { appUrl }),
    apps,
    pepper: readPepper(join(directory, '.altiplano'), environment),
    keys: readKeyRing(join(directory, '.altiplano'), environment),
    signing: readSigningKeys(join(directory, '.altiplano'), environment),
    ...(redis === null ? {} : { redis }),
    observe: (observation) => tellServing(context, observation),
  });
  let background: Background | null = null;
  const server = await serve({
    engine,
    folding: () => background?.figures() ?? [],
    host: environment.HOST ?? '127.0.0.1',
    port,
    ...(proxies === 0 ? {} : { trustProxy: proxies }),
    version: VERSION,
    dashboard: flags.dashboard === true || environment.ALTIPLANO_DASHBOARD === '1',
    parameters: environment.ALTIPLANO_PROFILE_PARAMETERS === '1',
    logger: { level: environment.LOG_LEVEL ?? 'error' },
  }).catch(async (cause: unknown) => {
    await engine.close();
    throw cause;
  });
  // Last: it runs until it is stopped, and what comes before may fail.
  if (flags['no-worker'] !== true) background = startBackground(context, url, apps);
  process.stdout.write(`ready ${server.origin}\n`);
  await ready(server.origin);
  await stop();
  context.note('stopping');
  await server.stop();
  await background?.stop();
}

function readPort(text = '3000'): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw usage(`PORT=${text} is not a port.`, 'PORT=3000');
  return Number(text);
}

function readProxies(text = '0'): number {
  if (/^\d$/.test(text)) return Number(text);
  throw usage(
    `TRUSTED_PROXIES=${text} is no number of proxies.`,
    'TRUSTED_PROXIES=1 behind one that sets X-Forwarded-For.',
  );
}

function readRedis(text = ''): string | null {
  if (text === '') return null;
  // The text itself may hold a password.
  if (!/^rediss?:\/\/./.test(text))
    throw usage('REDIS_URL is no URL of a Redis.', 'REDIS_URL=redis://127.0.0.1:6379/0');
  return text;
}
