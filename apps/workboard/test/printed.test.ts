import { printedMigrations, useDatabase } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { workboard } from '../app.ts';
import { emptyWorkboard } from './workboard-database.ts';

const database = useDatabase(emptyWorkboard);

test('migrations of what is kept are as the declaration prints them (vitest -u writes them)', async () => {
  const printed = await printedMigrations(database.url(), workboard);
  await expect(printed.identity).toMatchFileSnapshot('../migrations/0005_identity.sql');
  await expect(printed.audit).toMatchFileSnapshot('../migrations/0007_audit.sql');
  await expect(printed.rollups).toMatchFileSnapshot('../migrations/0008_rollups.sql');
  await expect(printed.bitmaps).toMatchFileSnapshot('../migrations/0009_bitmaps.sql');
});
