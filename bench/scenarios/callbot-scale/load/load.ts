import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { withOwner } from 'altiplano/testing';
import type { AdversarialWorkspace } from '../../../../apps/callbot/sample/adversarial.ts';
import { makeRow, type Row } from '../../../result/result.ts';
import { createDatabase, databaseExists } from '../../../server/database.ts';
import type { Volume } from '../volume.ts';
import { allCalls, allCustomers } from './constants.ts';
import { type Loading, migrateAll, PHASES } from './phases.ts';

/** The figures of the last 30 days would be thin on older data. */
const DAYS_KEPT = 10;

/** The database of an earlier run if it has this volume, then whatever phases it lacks. */
export async function ensureLoaded(loading: Loading, adminUrl: string, name: string, fresh: boolean): Promise<void> {
  const { url, volume, note } = loading;
  const there = !fresh && (await databaseExists(adminUrl, name)) && (await readKey(url)) === keyOf(volume);
  if (!there) {
    await createDatabase(adminUrl, name);
    await begin(url, volume);
  }
  const done = new Set((await readPhases(url)).map((phase) => phase.name));
  if (PHASES.every((phase) => done.has(phase.name))) note(`${name}: as loaded before`);
  if (done.has('migrations')) await catchUp(loading, done);
  await runPhases(loading);
}

/** An empty database as one to be loaded with this volume. */
export async function begin(url: string, volume: Volume): Promise<void> {
  await withOwner(url, async (client) => {
    await client.query(`create schema bench;
      create table bench.phase (name text primary key, seconds float8, detail text);
      create table bench.volume (key text, begun timestamptz)`);
    await client.query('insert into bench.volume values ($1, now())', [keyOf(volume)]);
  });
}

/** Whatever phases are not done. */
export async function runPhases(loading: Loading): Promise<void> {
  const { url, note } = loading;
  const done = new Set((await readPhases(url)).map((phase) => phase.name));
  for (const { name, run } of PHASES) {
    if (done.has(name)) continue;
    const started = performance.now();
    const detail = await run(loading);
    const seconds = (performance.now() - started) / 1000;
    await withOwner(url, (client) =>
      client.query('insert into bench.phase values ($1, $2, $3)', [name, seconds, detail]),
    );
    note(`load: ${name} in ${seconds.toFixed(1)} s`);
  }
}

/** A volume that is there meets the migrations of today; they may have brought rollups or bitmaps, and rewritten tables. */
async function catchUp(loading: Loading, done: ReadonlySet<string>): Promise<void> {
  const late = await migrateAll(loading);
  if (late === '') return;
  loading.note(`load: migrated ${late}`);
  for (const { name, run } of PHASES)
    if (['rollups', 'bitmaps', 'vacuum'].includes(name) && done.has(name)) await run(loading);
}

export async function readPhases(url: string): Promise<readonly { name: string; seconds: number; detail: string }[]> {
  return withOwner(url, async (client) => (await client.query('select * from bench.phase')).rows);
}

export async function readAdversarial(url: string): Promise<Readonly<Record<string, AdversarialWorkspace>>> {
  const phase = (await readPhases(url)).find(({ name }) => name === 'adversarial workspaces');
  return phase === undefined ? {} : JSON.parse(phase.detail);
}

/** A row for each phase: seconds as milliseconds, and rows a second where rows were written. */
export async function loadRows(url: string, volume: Volume): Promise<readonly Row[]> {
  const written: Record<string, number> = { customer: allCustomers(volume), call: allCalls(volume) };
  return (await readPhases(url)).map(({ name, seconds, detail }) => {
    const count = written[name];
    const rps = count === undefined ? null : Math.round(count / seconds);
    // A resumed phase counts its last run only, so its rate would flatter.
    const note = detail.startsWith('{') ? null : detail;
    return makeRow({
      case: `load: ${name}`,
      variant: 'altiplano',
      size: volume.customers,
      p50_ms: Math.round(seconds * 1000),
      rps,
      note,
    });
  });
}

async function readKey(url: string): Promise<string | null> {
  return withOwner(url, async (client) => {
    const there = await client.query("select to_regclass('bench.volume') as volume");
    if (there.rows[0].volume === null) return null;
    const { rows } = await client.query<{ key: string }>(
      'select key from bench.volume where begun > now() - make_interval(days => $1)',
      [DAYS_KEPT],
    );
    return rows[0]?.key ?? null;
  });
}

/** Changes with the volume and the statements that make the rows; migrations are caught up with instead. */
function keyOf(volume: Volume): string {
  const hash = createHash('sha256').update(JSON.stringify(volume));
  const folder = new URL('./', import.meta.url);
  for (const file of readdirSync(folder).sort())
    if (file.endsWith('.sql')) hash.update(readFileSync(new URL(file, folder)));
  return hash.digest('hex');
}
