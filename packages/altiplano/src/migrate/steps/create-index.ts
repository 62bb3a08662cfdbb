import { type MigrationSession, value } from '../session.ts';
import { estimateKey, estimatePlanned } from '../sizes/estimate.ts';
import type { Step } from './step.ts';
import { watched } from './watch.ts';

export interface IndexDefinition {
  readonly name: string;
  readonly table: string;
  /** What follows the table: `(workspace_id, id) include (name) where not is_deleted`, `using gin (…)`. */
  readonly on: string;
  readonly unique?: boolean;
}

/** Builds without blocking writers. What an interrupted build left invalid is removed first: it looks finished and is not. */
export function createIndex(index: IndexDefinition): Step {
  return {
    name: `index ${index.name}`,
    index,
    isDone: (session) =>
      value(session, 'select exists (select from pg_index where indexrelid = to_regclass($1) and indisvalid)', [
        index.name,
      ]),
    run: (session) => build(session, index),
  };
}

export function dropIndex({ name }: { readonly name: string }): Step {
  return {
    name: `drop index ${name}`,
    isDone: (session) => value(session, 'select to_regclass($1) is null', [name]),
    run: (session) => drop(session, name),
  };
}

async function build(session: MigrationSession, index: IndexDefinition): Promise<void> {
  const { client, log } = session;
  const { name } = index;
  const started = performance.now();
  await drop(session, name);
  const estimate = await estimatePlanned(client, index);
  try {
    await watched(session, `index ${name}`, () => online(session, createStatement(index)));
  } catch (error) {
    await client.query('rollback');
    await drop(session, name).catch(() => {}); // the next run does it
    throw error;
  }
  // Row security hides the statistics from an owner later on.
  if (estimate !== null) await remember(session, name, estimate.bytes);
  const seconds = (performance.now() - started) / 1000;
  if (seconds < 1) return;
  const pretty = (bytes: string) => value<string>(session, `select pg_size_pretty(${bytes}::bigint)`);
  const size = await pretty(`pg_relation_size('${name}')`);
  const expected = estimate === null ? '' : ` (${await pretty(String(estimate.bytes))} estimated)`;
  log(`index ${name}: ${size}${expected} in ${seconds.toFixed(1)} s`);
}

async function remember({ client, schema }: MigrationSession, index: string, bytes: number): Promise<void> {
  await client.query('insert into altiplano.setting values ($1, $2) on conflict (name) do update set value = $2', [
    estimateKey(schema, index),
    String(bytes),
  ]);
}

export const createStatement = ({ name, table, on, unique = false }: IndexDefinition): string =>
  `create ${unique ? 'unique ' : ''}index concurrently ${name} on ${table} ${on}`;

async function drop(session: MigrationSession, name: string): Promise<void> {
  await session.client.query('delete from altiplano.setting where name = $1', [estimateKey(session.schema, name)]);
  await watched(session, `drop index ${name}`, () => online(session, `drop index concurrently if exists ${name}`));
}

/** A statement whose lock readers and writers pass by: it may wait as long as it takes. */
export async function online({ client }: MigrationSession, statement: string): Promise<void> {
  await client.query('set lock_timeout = 0');
  await client.query(statement);
}
