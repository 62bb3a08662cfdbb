import { copyInto, Failure, type OwnerClient, suspendRollups } from 'altiplano';
import { readSchemaObjects, type SchemaObjects } from './schema-objects.ts';
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
  const objects = await readSchemaObjects(
    client,
    schema,
    tables.map(({ table }) => table),
  );
  for (const { drop } of objects.foreignKeys) await client.query(drop);
  for (const { drop } of objects.indexes) await client.query(drop);
  // COPY refuses a table whose row security binds its owner, and writes frozen rows only after a truncate.
  for (const { lift } of objects.forcedSecurity) await client.query(lift);
  await client.query(`truncate ${names.join(', ')}`);
  const resumeRollups = await suspendRollups(
    client,
    schema,
    tables.map(({ table }) => table),
  );
  const rows: Record<string, number> = {};
  for (const table of tables) rows[table.table] = await fillTable(client, schema, table, objects, progress);
  await runSteps(
    client,
    'foreign keys',
    objects.foreignKeys.map(({ create }) => create),
    progress,
  );
  for (const { restore } of objects.forcedSecurity) await client.query(restore);
  await resumeRollups();
  return rows;
}

async function fillTable(
  client: OwnerClient,
  schema: string,
  { table, columns, total, rows }: SampleTable,
  objects: SchemaObjects,
  progress: Progress,
): Promise<number> {
  const freeze = objects.ordinary.has(table);
  // `total` may be an estimate: only the last call ends the step.
  const sent = (done: number) => {
    if (done < total) progress({ name: table, done, total });
  };
  const count = await copyInto(client, { schema, table, columns, freeze, sent }, rows());
  progress({ name: table, done: count, total: count });
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
