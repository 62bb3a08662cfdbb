import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { useDatabase } from '../../support/database.ts';
import { growthOf } from '../../support/work.ts';
import { onShelf, SHOP, shelf, TAGS } from './shelf.ts';

const database = useDatabase(shelf);
let owner: OwnerClient;
beforeAll(async () => {
  owner = await onShelf(await connectOwner(database.url()));
  // One statement in sixty would fold here, and be measured with it.
  await owner.query("create or replace function item_bitmap_bound(of_tenant uuid) returns void language sql as ''");
});
afterAll(() => owner.end());

const some = (rows: number) => `(select id from item order by random() limit ${rows})`;
const insert = (rows: number) => `insert into item (shop_id, kind, title, price, extra, made_at)
  select '${SHOP}', 'a', 'row ' || n, n, '{"a": 1}', '2026-01-01'::timestamptz + random() * interval '100 days' from generate_series(1, ${rows}) n`;
const STATEMENTS: Readonly<Record<string, (rows: number) => string>> = {
  insert,
  link: (rows) => `insert into item_tag select '${SHOP}', id, '${TAGS[0]}' from ${some(rows)} i on conflict do nothing`,
  change: (rows) =>
    `update item set kind = 'b', price = price + 1, title = title || 'x', extra = '{"a": 2}' where id in ${some(rows)}`,
  'change of nothing kept': (rows) => `update item set title = title where id in ${some(rows)}`,
  move: (rows) => `update item set made_at = made_at + interval '1 minute' where id in ${some(rows)}`,
  unlink: (rows) => `delete from item_tag where item_id in (select item_id from item_tag limit ${rows})`,
  delete: (rows) => `delete from item where id in ${some(rows)}`,
};

test.each(Object.entries(STATEMENTS))('%s: work grows with the rows of a statement', async (_, statement) => {
  await owner.query(`truncate item cascade; ${insert(3000)}; insert into item_tag select '${SHOP}', id, '${TAGS[1]}' from item;
    select item_bitmap_fold('${SHOP}'); truncate item_bitmap_tail_0, item_bitmap_tail_1; -- consumed, and found empty:
    analyze item, item_tag, item_bitmap_tail_0, item_bitmap_tail_1`);
  expect(await growthOf(owner, statement)).toBeLessThan(6);
});
