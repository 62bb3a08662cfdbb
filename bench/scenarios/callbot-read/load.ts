import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { bulkLoad, instantOf, vacuumSchema } from 'altiplano/sample';
import { buildBitmaps, buildRollups, ENGINE, migrate, progress, SAMPLING, withOwner } from 'altiplano/testing';
import { callbot } from '../../../apps/callbot/app.ts';
import { type AdversarialWorkspace, loadAdversarial } from '../../../apps/callbot/sample/adversarial.ts';
import { sampleTables } from '../../../apps/callbot/sample.ts';
import { createDatabase, databaseExists, databaseUrl } from '../../server/database.ts';
import type { Volume } from './volume.ts';
import { createBenchWorld } from './world.ts';

export type Adversarial = Readonly<Record<string, AdversarialWorkspace>>;

/** The figures of the last 30 days would be empty on older data. */
const DAYS_KEPT = 10;

/** The database with that volume: the one of an earlier run if nothing that made it has changed since. */
export async function ensureLoaded(
  adminUrl: string,
  name: string,
  volume: Volume,
  note: (line: string) => void,
): Promise<string> {
  const url = databaseUrl(adminUrl, name);
  const key = keyOf(volume);
  if ((await databaseExists(adminUrl, name)) && (await readMarker(url))?.key === key) {
    note(`${name}: as loaded before`);
    return url;
  }
  note(`${name}: loading (once)`);
  await createDatabase(adminUrl, name);
  await loadVolume(url, volume, progress());
  return url;
}

/** Migrates an empty database, fills it, and leaves a marker of what is in it. */
export async function loadVolume(
  url: string,
  volume: Volume,
  tell: ReturnType<typeof progress> = () => {},
): Promise<void> {
  const { name, schema, migrations } = callbot;
  await migrate(ENGINE, { url, direction: 'up' });
  await migrate({ app: name, schema, folder: migrations }, { url, direction: 'up' });
  await withOwner(url, async (client) => {
    const { rows } = await client.query("select date_trunc('day', now(), 'UTC') as anchor");
    const world = createBenchWorld(volume, instantOf(rows[0].anchor));
    await bulkLoad(client, schema, sampleTables(world), tell);
    const adversarial = await loadAdversarial(client, { schema, customers: volume.adversarial });
    await buildRollups(url, schema, { progress: tell });
    await buildBitmaps(url, schema, { progress: tell });
    await vacuumSchema(client, schema);
    await client.query('checkpoint');
    await client.query('create schema bench create table marker (key text, loaded timestamptz, adversarial jsonb)');
    await client.query('insert into bench.marker values ($1, now(), $2)', [keyOf(volume), JSON.stringify(adversarial)]);
  });
}

/** Null where there is none, or one too old. */
export async function readMarker(url: string): Promise<{ key: string; adversarial: Adversarial } | null> {
  return withOwner(url, async (client) => {
    const there = await client.query("select from pg_tables where schemaname = 'bench' and tablename = 'marker'");
    if (there.rowCount === 0) return null;
    const { rows } = await client.query<{ key: string; adversarial: Adversarial }>(
      'select key, adversarial from bench.marker where loaded > now() - make_interval(days => $1)',
      [DAYS_KEPT],
    );
    return rows[0] ?? null;
  });
}

/** Changes with the volume, the migrations and the sample. */
export function keyOf(volume: Volume): string {
  const hash = createHash('sha256').update(JSON.stringify(volume));
  const folders = [
    ENGINE.folder,
    callbot.migrations,
    new URL('../../../apps/callbot/sample/', import.meta.url),
    SAMPLING,
  ];
  const own = ['./world.ts', './load.ts'].map((file) => new URL(file, import.meta.url));
  const files = folders.flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder)));
  for (const file of [...files, ...own].sort()) hash.update(readFileSync(file));
  return hash.digest('hex');
}
