import type { App } from 'altiplano';
import {
  buildBitmaps,
  buildRollups,
  buildSummaries,
  migrateApp,
  progress,
  sourceKey,
  TEST_KEYS,
  withOwner,
} from 'altiplano/testing';
import { field } from '../../../apps/field/app.ts';
import { createDatabase, databaseExists, databaseUrl } from '../../server/database.ts';
import type { AppBench } from './app-bench.ts';

/** A database with the app's sample: that of an earlier run if nothing that made it has changed. */
export async function ensureLoaded(
  adminUrl: string,
  { app, volumes }: Pick<AppBench, 'app' | 'volumes'>,
  quick: boolean,
  note: (line: string) => void,
  part = app.name,
): Promise<string> {
  const volume = quick ? volumes.quick : volumes.full;
  const name = `bench_apps_read_${part}${quick ? '_quick' : ''}`;
  const url = databaseUrl(adminUrl, name);
  const kept = app.summaries === undefined ? '' : ' summaries';
  const key = `${sourceKey(app)} ${JSON.stringify(volume)}${kept}`;
  if ((await databaseExists(adminUrl, name)) && (await readMarker(url)) === key) {
    note(`${name}: as loaded before`);
    await rollWindows(url, app);
    return url;
  }
  note(`${name}: loading (once)`);
  await createDatabase(adminUrl, name);
  await fill(url, app, volume, progress());
  await withOwner(url, async (client) => {
    await client.query('create schema bench create table marker (key text)');
    await client.query('insert into bench.marker values ($1)', [key]);
  });
  return url;
}

/** An app's sample in an empty database. */
export async function fill(
  url: string,
  app: App,
  volume: Readonly<Record<string, number>>,
  tell: ReturnType<typeof progress> = () => {},
): Promise<void> {
  await migrateApp(url, app);
  await app.sample.run({ url, schema: app.schema, seed: 1, volume, progress: tell, keys: TEST_KEYS });
  await buildRollups(url, app.schema, { progress: tell });
  await buildBitmaps(url, app.schema, { progress: tell });
  await buildSummaries(url, app.schema);
  await withOwner(url, async (client) => {
    await client.query('vacuum (analyze)');
  });
}

/** As a folder does at midnight: what was loaded yesterday would read a day's groups for the best of the last days. */
async function rollWindows(url: string, { schema, summaries = [] }: App): Promise<void> {
  await withOwner(url, async (client) => {
    for (const { name, best } of summaries) {
      if (best !== null) await client.query(`select ${schema}.${name}_roll()`);
    }
  });
}

/** Field's sample shared by so many tenants: a year of entries up to now. */
export function ensureWellness(adminUrl: string, tenants: number, note: (line: string) => void): Promise<string> {
  const volume = { tenants, people: tenants * 10, tracking: 0, journal: tenants * 100 };
  return ensureLoaded(
    adminUrl,
    { app: field, volumes: { quick: volume, full: volume } },
    false,
    note,
    `wellness_${tenants}`,
  );
}

async function readMarker(url: string): Promise<string | null> {
  return withOwner(url, async (client) => {
    const there = await client.query("select from pg_tables where schemaname = 'bench' and tablename = 'marker'");
    if (there.rowCount === 0) return null;
    return (await client.query<{ key: string }>('select key from bench.marker')).rows[0]?.key ?? null;
  });
}
