import { changedMigration } from '../bitmap/changed-migration.ts';
import { bitmapDefinitionOf, type ColumnTypes } from '../bitmap/definition.ts';
import { type RegisteredBitmap, readBitmaps } from '../bitmap/registry.ts';
import { type OwnerClient, withOwner } from '../execute/owner.ts';
import { sameDefinition } from '../keep/registered.ts';
import type { Bitmap } from '../resource/bitmap.ts';
import { readColumnTypes } from '../rollup/column-types.ts';
import { type Chosen, chooseBitmaps, refuseSeveralApps } from './choose-kept.ts';
import type { Command } from './command.ts';
import { withDatabase } from './with-database.ts';

/** The migration that makes what is declared: all of it, or what is kept otherwise and what is not there. */
export const sqlCommand: Command['run'] = async (context, flags) => {
  const chosen = chooseBitmaps(context, flags);
  refuseSeveralApps('bitmap', chosen);
  const text = await withDatabase(context, ({ url }) => withOwner(url, (client) => printMigration(client, chosen)));
  context.print(text.trimEnd(), { migration: text });
  return 0;
};

async function printMigration(client: OwnerClient, chosen: readonly Chosen<Bitmap>[]): Promise<string> {
  const types: Record<string, ColumnTypes> = {};
  const old: Bitmap[] = [];
  const kept: RegisteredBitmap[] = [];
  for (const schema of new Set(chosen.map((one) => one.schema))) kept.push(...(await readBitmaps(client, schema)));
  for (const { schema, kept: bitmap } of chosen) {
    types[bitmap.table] = await readColumnTypes(client, schema, bitmap.table);
    const there = kept.find((one) => one.schema === schema && one.name === bitmap.name);
    if (there !== undefined && !sameDefinition(there.definition, bitmapDefinitionOf(bitmap)))
      old.push({ name: there.name, ...there.definition });
  }
  const changed = chosen.filter(({ kept: bitmap }) => old.some(({ name }) => name === bitmap.name));
  // Without a change, the migration that the database has.
  const declared = (changed.length > 0 ? changed : chosen).map(({ kept: bitmap }) => bitmap);
  return changedMigration(old, declared, types);
}
