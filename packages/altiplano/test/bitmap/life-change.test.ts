import { expect, test } from 'vitest';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { changedMigration } from '../../src/bitmap/changed-migration.ts';
import { bitmapDefinitionOf } from '../../src/bitmap/definition.ts';
import { readBitmaps } from '../../src/bitmap/registry.ts';
import { verifyBitmap } from '../../src/bitmap/verify.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { isLocked } from '../../src/migrate/session.ts';
import type { Bitmap } from '../../src/resource/bitmap.ts';
import { useDatabase } from '../support/database.ts';
import { BITMAP, emptyShop, fill, findings, foldAll, one, run, SCHEMA, startWriters, TYPES } from './life-library.ts';

const database = useDatabase(emptyShop);
const kept = () => withOwner(database.url(), (client) => readBitmaps(client, SCHEMA));
const bitsOf = async (table: string, term: string) =>
  (
    await one<{ count: number }>(
      database.url(),
      `select coalesce(sum(bit_count(bits)), 0)::int as count from ${table} where term like '${term}'`,
    )
  ).count;

/** As whoever runs migrations does: beside writers one may be chosen to end a deadlock, and nothing of it is there then. */
async function runAgain(text: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run(database.url(), text);
      return;
    } catch (error) {
      if (!isLocked(error) || attempt === 5) throw error;
    }
  }
}

/** Without the JSON, and with the title as a term. */
const CHANGED: Bitmap = { ...BITMAP, columns: ['kind', 'sold', 'title'], attributes: [] };

test('terms come and go by a migration, and come back with its way back', async () => {
  await fill(database.url(), 500);
  await foldAll(database.url());
  const [up = '', down = ''] = changedMigration([BITMAP], [CHANGED], { article: TYPES }).split('-- Down Migration');
  expect(await bitsOf('article_bitmap', 'extra.%')).toBeGreaterThan(0);

  await run(database.url(), `begin; ${up}; commit`);
  expect(await kept()).toMatchObject([{ state: 'unbuilt', definition: bitmapDefinitionOf(CHANGED) }]);
  await buildBitmaps(database.url(), SCHEMA);
  expect(await bitsOf('article_bitmap', 'extra.%')).toBe(0);
  expect(await bitsOf('article_bitmap', 'title=Title 7')).toBe(10);
  // Made with sizes as they usually are.
  expect((await verifyBitmap(database.url(), SCHEMA, CHANGED)).findings).toEqual([]);

  await run(database.url(), `begin; select set_config('search_path', 'shop, pg_temp', true); ${down}; commit`);
  expect(await kept()).toMatchObject([{ state: 'unbuilt', definition: bitmapDefinitionOf(BITMAP) }]);
  await buildBitmaps(database.url(), SCHEMA);
  expect(await bitsOf('article_bitmap', 'extra.%')).toBeGreaterThan(0);
  expect((await verifyBitmap(database.url(), SCHEMA, BITMAP)).findings).toEqual([]);
});

test('online, the new one is built beside the old one while both follow the table', async () => {
  const beside: Bitmap = { ...CHANGED, name: 'article_bitmap_2' };
  const writers = startWriters(database.url(), 2);
  try {
    await runAgain(
      `begin; ${changedMigration([], [beside], { article: TYPES }).split('-- Down Migration')[0]}; commit`,
    );
    expect((await kept()).map(({ name, state }) => [name, state])).toEqual([
      ['article_bitmap', 'ready'],
      ['article_bitmap_2', 'unbuilt'],
    ]);
    expect(await buildBitmaps(database.url(), SCHEMA)).toMatchObject([{ bitmap: 'shop.article_bitmap_2' }]);
  } finally {
    await writers.stop();
  }
  for (const bitmap of [BITMAP, beside])
    expect((await verifyBitmap(database.url(), SCHEMA, bitmap)).findings).toEqual([]);
  // The declaration names the new one; nothing needs the old one any more.
  const [, drop = ''] = changedMigration([], [BITMAP], { article: TYPES }).split('-- Down Migration');
  await run(database.url(), `begin; ${drop}; commit`);
  await run(database.url(), 'update article set gone = not gone');
  expect((await verifyBitmap(database.url(), SCHEMA, beside)).findings).toEqual([]);
  expect(await findings(database.url()).catch(({ code }) => code)).toBe('BITMAP_CHANGED');
});
