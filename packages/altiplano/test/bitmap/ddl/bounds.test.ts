import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { useDatabase } from '../../support/database.ts';
import { wrongTerms } from './reader.ts';
import { onShelf, SHOP, shelf, TAGS } from './shelf.ts';

const database = useDatabase(shelf);
let owner: OwnerClient;
let idle: OwnerClient;
beforeAll(async () => {
  owner = await onShelf(await connectOwner(database.url()));
  idle = await onShelf(await connectOwner(database.url()));
});
beforeEach(async () => {
  await owner.query(`truncate item cascade;
    insert into item (id, shop_id, kind, title, price, made_at)
    select gen_random_uuid(), '${SHOP}', 'a', 'row ' || n, n, '2026-01-01'::timestamptz + n * interval '1 hour'
    from generate_series(1, 40) n`);
  await owner.query(FOLD);
});
afterAll(() => Promise.all([owner.end(), idle.end()]));

const FOLD = `select item_bitmap_fold('${SHOP}')`;
/** Entries a page reads: what its oldest segment's snapshot did not see. */
const READ = `select count(*)::int as read from item_bitmap_unfolded('${SHOP}',
  (select pg_snapshot_xmax(folded) from item_bitmap_segment where shop_id = '${SHOP}' order by 1 limit 1),
  array(select pg_snapshot_xip(folded) from item_bitmap_segment where shop_id = '${SHOP}'))`;
const read = async () => (await owner.query<{ read: number }>(READ)).rows[0]?.read;

test('a transaction that stays open does not have pages read what is consumed', async () => {
  await idle.query('begin; select pg_current_xact_id()');
  try {
    await owner.query(`set altiplano.tenant = '${SHOP}'`);
    for (const kind of ['b', 'c', 'd']) await owner.query('update item set kind = $1', [kind]);
    // 120, or 40 when a writer has folded what came before: one statement in sixty looks.
    expect(await read()).toBeGreaterThanOrEqual(40);
    await owner.query(FOLD);
    expect(await read()).toBe(0);
    await idle.query("update item set kind = 'e' where price = 7");
    expect(await read()).toBe(0);
  } finally {
    await idle.query('commit');
  }
  // It was running when the segments were folded, so it is looked for by its number.
  expect(await read()).toBe(1);
  expect(await wrongTerms(owner)).toEqual([]);
  await owner.query(FOLD);
  expect(await wrongTerms(owner)).toEqual([]);
});

test('a row is moved and linked in statements of their own', async () => {
  const both = `with moved as (update item set made_at = made_at + interval '1 minute' where price = 3 returning id)
    insert into item_tag select '${SHOP}', id, '${TAGS[0]}' from moved`;
  await expect(owner.query(both)).rejects.toMatchObject({
    code: '0A000',
    hint: expect.stringContaining('one after the other'),
  });
  await owner.query('begin');
  await owner.query("update item set made_at = made_at + interval '1 minute' where price = 3");
  await owner.query(`insert into item_tag select '${SHOP}', id, '${TAGS[0]}' from item where price = 3`);
  await owner.query('commit');
  await owner.query(FOLD);
  await owner.query('delete from item_tag');
  await owner.query(FOLD);
  expect(await wrongTerms(owner)).toEqual([]);
});

test('links alone have a writer fold, where nobody else does', async () => {
  await owner.query("set altiplano.fold_check = 'always'");
  try {
    for (let round = 0; round < 4; round++) {
      await owner.query(`insert into item_tag select '${SHOP}', id, '${TAGS[0]}' from item`);
      await owner.query('delete from item_tag');
    }
    expect(await read()).toBeLessThan(160);
  } finally {
    await owner.query('reset altiplano.fold_check');
  }
  expect(await wrongTerms(owner)).toEqual([]);
});
