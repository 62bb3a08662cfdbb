import { bitmapMigration, useDatabase, withOwner } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { field } from '../app.ts';
import { emptyField } from './field-database.ts';

const database = useDatabase(emptyField);
const bitmaps = field.resources.flatMap(({ bitmap }) => bitmap ?? []);

test('the migration of the bitmaps is what the declaration prints (vitest -u writes it)', async () => {
  const types = await withOwner(database.url(), async (owner) => {
    const { rows } = await owner.query<{ table: string; name: string; type: string }>(
      `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = 'field'::regnamespace and c.relname = any ($1)`,
      [bitmaps.map(({ table }) => table)],
    );
    return rows;
  });
  const byTable = bitmaps.map(({ table }) => [
    table,
    Object.fromEntries(types.filter((one) => one.table === table).map(({ name, type }) => [name, type])),
  ]);
  await expect(bitmapMigration(bitmaps, Object.fromEntries(byTable))).toMatchFileSnapshot(
    '../migrations/0004_bitmaps.sql',
  );
});
