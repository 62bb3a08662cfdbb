import { Failure } from '../errors/failure.ts';
import { copyInto } from '../execute/copy.ts';
import type { OwnerClient } from '../execute/owner.ts';
import { suspendKept } from '../keep/suspend.ts';
import { readSchemaObjects, type SchemaObjects } from './schema-objects.ts';
import { suspendTrail } from './suspend-trail.ts';
import type { SampleTable } from './table.ts';

export type Progress = (step: { readonly name: string; readonly done: number; readonly total: number }) => void;

/**
 * Fills empty tables in one transaction. Foreign keys and secondary indexes of the tables are dropped and built again
 * afterwards, which is several times faster than keeping them up row by row and needs no superuser. Triggers stay on,
 * they maintain what is derived, except those of rollups: they are left unbuilt, counting them afterwards is faster. A
 * failure leaves everything as it was.
 */
export async function bulkLoad(
  client: OwnerClient,
  schema: string,
  tables: readonly SampleTable[],
  progress: Progress,
): Promise<Record<string, number>> {
  await client.query('begin');
  try {
    await client.query(`set local search_path = pg_catalog; set local statement_timeout = 0;
                        set local maintenance_work_mem = '256MB'; set local work_mem = '64MB'`);
    const rows = await fill(client, schema, tables, progress);
    await client.query('commit');
    return rows;
  } catch (failure) {
    // On a lost connection it fails too, and hides nothing: the server has rolled back by itself.
    await client.query('rollback').catch(() => {});
    throw failure;
  }
}

async function fill(client: OwnerClient, schema: string, tables: readonly SampleTable[], progress: Progress) {
  const names = tables.map(({ table }) => `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`);
  await client.query(`lock table ${names.join(', ')} in access exclusive mode`);
  await refuseIfFilled(client, schema, names);
  const named = tables.map(({ table }) => table);
  const objects = await readSchemaObjects(client, schema, named);
  for (const { drop } of objects.foreignKeys) await client.query(drop);
  for (const { drop } of objects.indexes) await client.query(drop);
  // COPY refuses a table whose row security binds its owner, and writes frozen rows only after a truncate.
  for (const { lift } of objects.forcedSecurity) await client.query(lift);
  const resumeTrail = await suspendTrail(client, schema, named);
  await client.query(`truncate ${names.join(', ')}`);
  const resumeKept = await suspendKept(client, schema, named);
  const rows: Record<string, number> = {};
  for (const table of tables) rows[table.table] = await fillTable(client, schema, table, objects, progress);
  await runSteps(
    client,
    'foreign keys',
    objects.foreignKeys.map(({ create }) => create),
    progress,
  );
  for (const { restore } of objects.forcedSecurity) await client.query(restore);
  await resumeTrail();
  await resumeKept();
  return rows;
}

async function fillTable(
  client: OwnerClient,
  schema: string,
  { table, columns, total, rows, brought = [] }: SampleTable,
  objects: SchemaObjects,
  progress: Progress,
): Promise<number> {
  const freeze = objects.ordinary.has(table);
  // `total` may be an estimate: only the last call ends the step.
  const sent = (done: number) => {
    if (done < total) progress({ name: table, done, total });
  };
  const name = [schema, table].map((part) => client.escapeIdentifier(part)).join('.');
  const switchEach = async (how: 'disable' | 'enable') => {
    for (const trigger of brought)
      await client.query(`alter table ${name} ${how} trigger ${client.escapeIdentifier(trigger)}`);
  };
  await switchEach('disable');
  const count = await copyInto(client, { schema, table, columns, freeze, sent }, rows());
  await switchEach('enable');
  progress({ name: table, done: count, total: count });
  await advanceIdentities(client, schema, table);
  const indexes = objects.indexes.filter((index) => index.table === table);
  // At once, not at the end: the triggers of the tables that follow may need them.
  await runSteps(
    client,
    `${table} indexes`,
    indexes.map(({ create }) => create),
    progress,
  );
  return count;
}

/** Ids were given, not drawn: the next row's must not be one of them. */
async function advanceIdentities(client: OwnerClient, schema: string, table: string): Promise<void> {
  const name = [schema, table].map((part) => client.escapeIdentifier(part)).join('.');
  const { rows } = await client.query<{ column: string; sequence: string }>(
    `select attname as column, pg_get_serial_sequence($1, attname) as sequence
     from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
    [name],
  );
  for (const { column, sequence } of rows) {
    const last = `coalesce((select max(${client.escapeIdentifier(column)}) from ${name}), 0)`;
    await client.query(`select setval($1, ${last} + 1, false)`, [sequence]);
  }
}

async function runSteps(client: OwnerClient, name: string, statements: readonly string[], progress: Progress) {
  for (const [done, statement] of statements.entries()) {
    progress({ name, done, total: statements.length });
    await client.query(statement);
  }
  if (statements.length > 0) progress({ name, done: statements.length, total: statements.length });
}

async function refuseIfFilled(client: OwnerClient, schema: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { rowCount } = await client.query(`select from ${name} limit 1`);
    if (rowCount === 0) continue;
    throw new Failure('CLI_USAGE', {
      values: {
        problem: `The schema ${schema} is not empty: ${name} has rows.`,
        remedy: `A sample goes into empty tables only. To empty them: truncate ${names.join(', ')}`,
      },
    });
  }
}
