import { vacuumSchema } from 'altiplano/sample';
import { ENGINE, migrate, type progress, withOwner } from 'altiplano/testing';
import { callbot } from '../../../../apps/callbot/app.ts';
import { loadAdversarial } from '../../../../apps/callbot/sample/adversarial.ts';
import type { Volume } from '../volume.ts';
import { buildBitmaps } from './bitmaps.ts';
import { loadChunks } from './chunks.ts';
import { allCalls, allCustomers, createGenerators, sqlFile } from './constants.ts';
import { rememberSizes } from './relation-sizes.ts';
import { buildRollups } from './rollups.ts';

export interface Loading {
  readonly url: string;
  readonly root: URL;
  readonly volume: Volume;
  readonly tell: ReturnType<typeof progress>;
  readonly note: (line: string) => void;
}

/** One step of the load; what it says is remembered with it. */
export interface Phase {
  readonly name: string;
  readonly run: (loading: Loading) => Promise<string>;
}

const CALLBOT = { app: callbot.name, schema: callbot.schema, folder: callbot.migrations };

export const PHASES: readonly Phase[] = [
  { name: 'legacy schema', run: createLegacy },
  chunked('customer', 50_000, allCustomers),
  chunked('link', 50_000, allCustomers),
  chunked('enrolment', 50_000, allCustomers),
  chunked('call', 500_000, allCalls),
  { name: 'legacy indexes', run: restoreIndexes },
  { name: 'migrations', run: migrateAll },
  { name: 'adversarial workspaces', run: addAdversarial },
  { name: 'rollups', run: buildRollups },
  { name: 'bitmaps', run: buildBitmaps },
  { name: 'vacuum', run: vacuum },
];

function chunked(name: string, chunk: number, rowsOf: (volume: Volume) => number): Phase {
  const run = async ({ url, volume, tell }: Loading) => {
    await loadChunks(url, { name, rows: rowsOf(volume), chunk }, tell);
    return `numbers 0 to ${rowsOf(volume) - 1}, two sessions`;
  };
  return { name, run };
}

/** Migration 0001, without what is faster to build once the rows are there. */
async function createLegacy({ url, volume }: Loading): Promise<string> {
  await migrate(ENGINE, { url, direction: 'up' });
  await migrate(CALLBOT, { url, direction: 'up', count: 1 });
  return withOwner(url, async (client) => {
    await createGenerators(client, volume);
    await client.query(`create table bench.chunk (name text, low bigint, primary key (name, low));
                        create table bench.deferred (place int generated always as identity, name text, statement text)`);
    await client.query(DEFER);
    const { rows } = await client.query<{ drop: string }>(DROPS);
    await client.query('alter table callbot.call drop constraint call_pkey');
    for (const { drop } of rows) await client.query(drop);
    await client.query('set session_replication_role = replica');
    await client.query(sqlFile('places'));
    await client.query('reset session_replication_role');
    return `${rows.length + 1} indexes left for later`;
  });
}

// Parents keep their primary keys: child rows refer to them.
const SECONDARY = `
  pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
  where c.relnamespace = 'callbot'::regnamespace and i.relname like 'idx\\_%'`;
const DEFER = `
  insert into bench.deferred (name, statement)
  select 'call_pkey', 'alter table callbot.call add constraint call_pkey primary key (id)'
  union all
  select i.relname, replace(pg_get_indexdef(i.oid), 'CREATE INDEX', 'CREATE INDEX IF NOT EXISTS') from ${SECONDARY}`;
const DROPS = `select format('drop index callbot.%I', i.relname) as drop from ${SECONDARY}`;

async function restoreIndexes({ url, tell }: Loading): Promise<string> {
  return withOwner(url, async (client) => {
    await client.query("set maintenance_work_mem = '1GB'");
    const { rows } = await client.query('select name, statement from bench.deferred order by place');
    const times: string[] = [];
    for (const [done, { name, statement }] of rows.entries()) {
      tell({ name: `index ${name}`, done, total: rows.length });
      const there = await client.query(
        "select from pg_class where relname = $1 and relnamespace = 'callbot'::regnamespace",
        [name],
      );
      const started = performance.now();
      if (there.rowCount === 0) await client.query(statement);
      times.push(`${name} ${seconds(started)} s`);
    }
    await rememberSizes(client, 'legacy');
    return times.join(', ');
  });
}

/** One by one, for their times; on a volume that was loaded before, those that have come since. */
export async function migrateAll({ url, tell }: Loading): Promise<string> {
  const times: string[] = [];
  await migrate(ENGINE, { url, direction: 'up' });
  for (;;) {
    tell({ name: 'migrations', done: times.length, total: times.length + 1 });
    const started = performance.now();
    const [name] = await migrate(CALLBOT, { url, direction: 'up', count: 1 });
    if (name === undefined) return times.join(', ');
    times.push(`${name} ${seconds(started)} s`);
  }
}

async function addAdversarial({ url, volume: { adversarial: customers } }: Loading): Promise<string> {
  const workspaces = await withOwner(url, (client) => loadAdversarial(client, { schema: callbot.schema, customers }));
  return JSON.stringify(workspaces);
}

async function vacuum({ url }: Loading): Promise<string> {
  return withOwner(url, async (client) => {
    await vacuumSchema(client, callbot.schema);
    await client.query('checkpoint');
    return 'vacuum (analyze), checkpoint';
  });
}

const seconds = (started: number): string => ((performance.now() - started) / 1000).toFixed(1);
