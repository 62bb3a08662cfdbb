import { auditMigration } from '../../src/audit/migration.ts';
import { identityMigration } from '../../src/auth/identity-ddl.ts';
import { bitmapMigration } from '../../src/bitmap/definition.ts';
import { type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import type { App } from '../../src/resource/app.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { readColumnTypes } from '../../src/rollup/column-types.ts';
import type { ColumnTypes } from '../../src/rollup/ddl/shape.ts';
import { rollupMigration } from '../../src/rollup/definition.ts';
import { summaryMigration } from '../../src/summary/definition.ts';
import { statesMigration } from '../../src/write/states-migration.ts';

export interface PrintedMigrations {
  readonly identity: string;
  readonly rollups: string;
  readonly bitmaps: string;
  readonly summaries: string;
  readonly states: string;
  /** Empty where no trail is declared. */
  readonly audit: string;
}

/** What `altiplano rollup sql`, `bitmap sql`, `summary sql`, `audit sql` and `identity sql` print for an app whose tables are in this database. */
export async function printedMigrations(
  url: string,
  { schema, resources, audit, identity, summaries = [] }: App,
): Promise<PrintedMigrations> {
  const rollups = resources.flatMap(rollupsOf);
  const bitmaps = resources.flatMap(({ bitmap }) => (bitmap === null ? [] : [bitmap]));
  const tables = [
    identity.table,
    ...rollups.map(({ source }) => source.table),
    ...[...bitmaps, ...summaries].map(({ table }) => table),
  ];
  const types = await withOwner(url, (client) => typesOf(client, schema, tables));
  return {
    identity: identityMigration(identity, types[identity.table] ?? {}),
    rollups: rollupMigration(rollups, types),
    bitmaps: bitmapMigration(bitmaps, types),
    summaries: summaryMigration(summaries, types),
    states: statesMigration(resources),
    audit: audit === undefined ? '' : auditMigration(audit),
  };
}

async function typesOf(client: OwnerClient, schema: string, tables: readonly string[]) {
  const found: Record<string, ColumnTypes> = {};
  for (const table of tables) found[table] = await readColumnTypes(client, schema, table);
  return found;
}
