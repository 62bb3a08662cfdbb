import { printedMigrations, useDatabase } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { shop } from '../app.ts';
import { emptyShop } from './shop-database.ts';

const database = useDatabase(emptyShop);

test('migrations of what is kept are as the declaration prints them (vitest -u writes them)', async () => {
  const printed = await printedMigrations(database.url(), shop);
  await expect(printed.identity).toMatchFileSnapshot('../migrations/0005_identity.sql');
  await expect(printed.rollups).toMatchFileSnapshot('../migrations/0006_rollups.sql');
  await expect(printed.bitmaps).toMatchFileSnapshot('../migrations/0007_bitmaps.sql');
  await expect(printed.summaries).toMatchFileSnapshot('../migrations/0008_summaries.sql');
  await expect(printed.states).toMatchFileSnapshot('../migrations/0009_states.sql');
});
