import { join } from 'node:path';
import { readPepper } from '../auth/pepper.ts';
import { Failure } from '../errors/failure.ts';
import type { App, SampleSummary } from '../resource/app.ts';
import { knownScopes } from '../resource/identity.ts';
import { ENGINE_SCOPES } from '../resource/profile-scopes.ts';
import { buildApps } from './build-kept.ts';
import { chooseApps } from './choose-apps.ts';
import type { Command, Context } from './command.ts';
import { readKeyRing } from './key-ring.ts';
import { migrateApps } from './migrate.ts';
import { progress } from './progress.ts';
import { SERVE_OPTIONS, serveUntilStopped } from './serve.ts';
import { issueToken } from './token.ts';
import { type Database, withDatabase } from './with-database.ts';

export const start: Command = {
  summary: 'migrate, load a small sample once, serve, and print a request to try (npm start)',
  usage: 'altiplano start [--app NAME]… [--no-worker]\n\nEnvironment: as for serve; the dashboard is open.',
  options: SERVE_OPTIONS,
  async run(context, flags) {
    await withDatabase(context, async (database) => {
      const apps = chooseApps(context, flags);
      await migrateApps(database.url, apps, 'up', undefined, context.note);
      const demos: Demo[] = [];
      for (const app of apps) demos.push(...(await prepareDemo(context, app, database)));
      await buildApps(database.url, apps, context.note, { progress: progress() });
      await serveUntilStopped(context, { ...flags, dashboard: true }, database, async (origin) => {
        for (const { print } of demos) process.stdout.write(`${print(origin)}\n`);
        const [first] = demos;
        if (first !== undefined) process.stdout.write(`\nwatch them: ${dashboardOf(origin, first)}\n`);
      });
    });
    return 0;
  },
};

/** A new one is printed at each start. */
const DEMO_DAYS = 7;

interface Demo {
  readonly token: string;
  /** Requests that work. */
  readonly print: (origin: string) => string;
}

/** What is behind the `#` is not sent: the page takes the token from it and out of the address. */
const dashboardOf = (origin: string, { token }: Demo): string => `${origin}/_altiplano/#token=${token}`;

/** Loads the sample if there is none; nothing where the data are the app's own. */
async function prepareDemo(context: Context, app: App, { url }: Database): Promise<readonly Demo[]> {
  const { schema, sample, name, identity } = app;
  const summary = (await sample.find({ url, schema })) ?? (await loadSample(context, app, url));
  if (summary === null) return [];
  const pepper = readPepper(join(context.directory, '.altiplano'), context.environment);
  const token = await issueToken(
    url,
    name,
    summary.demo.user,
    [...knownScopes(identity), ...ENGINE_SCOPES],
    pepper,
    DEMO_DAYS,
  );
  return [{ token, print: (origin) => `\ntry me (${name}):\n${requests(app, summary, token, origin)}` }];
}

function requests({ identity }: App, { demo }: SampleSummary, token: string, origin: string): string {
  const headers = Object.entries({ Authorization: `Bearer ${token}`, ...demo.headers }).map(
    ([header, value]) => `-H '${header}: ${value}'`,
  );
  const shown = `  curl ${headers.join(' ')} '${origin}${demo.path}'\n`;
  if (identity.signIn === undefined || demo.signIn === undefined) return shown;
  const body = JSON.stringify(demo.signIn);
  return `${shown}  curl -H 'content-type: application/json' -d '${body}' '${origin}${identity.signIn.path}/login'\n`;
}

/** Null when the tables hold data of their own: a sample never mixes with it. */
async function loadSample(context: Context, { name, schema, sample }: App, url: string): Promise<SampleSummary | null> {
  try {
    const summary = await sample.run({
      url,
      schema,
      seed: 1,
      volume: sample.volume,
      keys: readKeyRing(join(context.directory, '.altiplano'), context.environment),
      progress: progress(),
    });
    const rows = Object.entries(sample.volume).map(([table, count]) => `${count.toLocaleString('en')} ${table}`);
    context.note(`${name}: sample loaded, ${rows.join(', ')}`);
    return summary;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'CLI_USAGE') throw error;
    context.note(
      `${name}: has data of its own, so no sample was loaded; altiplano token prints a token for one of its users`,
    );
    return null;
  }
}
