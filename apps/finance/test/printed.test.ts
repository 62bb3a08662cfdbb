import { printedMigrations, useDatabase } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { finance } from '../app.ts';
import { emptyFinance } from './finance-database.ts';

const database = useDatabase(emptyFinance);

test('migrations of what is kept are as the declaration prints them (vitest -u writes them)', async () => {
  const printed = await printedMigrations(database.url(), finance);
  await expect(printed.identity).toMatchFileSnapshot('../migrations/0005_identity.sql');
  await expect(printed.rollups).toMatchFileSnapshot('../migrations/0006_rollups.sql');
  await expect(printed.bitmaps).toMatchFileSnapshot('../migrations/0007_bitmaps.sql');
});
