import { readdirSync } from 'node:fs';
import { connectOwner, type OwnerClient } from 'altiplano';
import { ENGINE, migrate, useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shop } from '../app.ts';
import { CATEGORIES, ORDERS, PRODUCTS, ROWS, SHOPPERS } from './fixture.ts';

const database = useDatabase({ name: 'engine_only', key: '1', build: async () => {} });
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await migrate(ENGINE, { url: database.url(), direction: 'up' });
});
afterAll(() => owner.end());

const folder = { app: shop.name, schema: shop.schema, folder: shop.migrations };
const COUNT = readdirSync(shop.migrations).length;
const up = () => migrate(folder, { url: database.url(), direction: 'up' });
const down = () => migrate(folder, { url: database.url(), direction: 'down', count: COUNT });
const rows = async (text: string) => (await owner.query(text)).rows;

const CATALOG = `
  select object from (
    select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid
    where relnamespace = 'shop'::regnamespace
    union all
    select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid), convalidated)
    from pg_constraint where connamespace = 'shop'::regnamespace
    union all
    select concat(relname, relkind, relrowsecurity, relforcerowsecurity) from pg_class
    where relnamespace = 'shop'::regnamespace
    union all
    select concat(pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
    union all
    select pg_get_functiondef(oid) from pg_proc where pronamespace = 'shop'::regnamespace
  ) as catalog (object) where object not like '%altiplano_migration%' order by object`;

test('up, down and up again leave what the first up left', async () => {
  expect(await up()).toHaveLength(COUNT);
  const first = await rows(CATALOG);
  expect(await down()).toHaveLength(COUNT);
  expect(
    await rows("select relname from pg_class where relnamespace = 'shop'::regnamespace and relkind = 'r'"),
  ).toEqual([{ relname: 'altiplano_migration' }]);
  expect(await up()).toHaveLength(COUNT);
  expect(await rows(CATALOG)).toEqual(first);
});

test('every foreign key finds its rows by an index', async () => {
  const unindexed = await rows(`
    select conrelid::regclass::text as child, conname as name from pg_constraint k
    where contype = 'f' and connamespace = 'shop'::regnamespace and not exists (
      select from pg_index i
      where i.indrelid = k.conrelid and i.indpred is null and i.indisvalid
        and (i.indkey::int2[])[0] = any (k.conkey))`);
  expect(unindexed).toEqual([]);
});

test('the database keeps what no row alone can say, whoever writes', async () => {
  await owner.query(ROWS);
  const { pot, kettle } = PRODUCTS;
  const refused: readonly (readonly [text: string, constraint: string])[] = [
    [`update shop.category set parent_id = '${CATEGORIES.cafe}' where slug = 'home'`, 'category_ancestry'],
    [`update shop.category set parent_id = id where slug = 'home'`, 'category_parent'],
    [`update shop.product set price = -0.01 where id = '${pot}'`, 'product_price'],
    [`update shop.product set stock = stock - 4 where id = '${pot}'`, 'product_stock'],
    [`update shop.order_item set quantity = 0`, 'order_item_quantity'],
    [`update shop.order_item set counts = not counts`, 'order_item_order'],
    [
      `update shop.order_item set shopper_id = '${SHOPPERS.bo}' where order_id = '${ORDERS.shipped}'`,
      'order_item_order',
    ],
    [`update shop.shop_order set status = 'pending' where id = '${ORDERS.shipped}'`, 'shop_order_forward'],
    [`update shop.shop_order set status = 'shipped' where id = '${ORDERS.pending}'`, 'shop_order_forward'],
    [`update shop.review set rating = 5`, 'review_unchanged'],
    [
      `insert into shop.review (product_id, shopper_id, rating) values ('${kettle}', '${SHOPPERS.ana}', 1)`,
      'review_once',
    ],
    [
      `insert into shop.review (product_id, shopper_id, rating) values ('${pot}', '${SHOPPERS.ana}', 6)`,
      'review_rating',
    ],
    [`delete from shop.product where id = '${kettle}'`, 'order_item_product_id_fkey'],
  ];
  for (const [text, constraint] of refused) await expect(owner.query(text), text).rejects.toMatchObject({ constraint });
});

test('products are in all that lies above their category, wherever that is moved', async () => {
  const above = async (id: string) =>
    (
      await rows(`select c.slug from shop.product_category l join shop.category c on c.id = l.category_id
                  where l.product_id = '${id}' order by 1`)
    ).map(({ slug }) => slug);
  expect(await above(PRODUCTS.pot)).toEqual(['cafe', 'home', 'kitchen']);
  await owner.query(`update shop.category set parent_id = '${CATEGORIES.garden}' where slug = 'kitchen'`);
  expect(await above(PRODUCTS.pot)).toEqual(['cafe', 'garden', 'kitchen']);
  expect(await above(PRODUCTS.kettle)).toEqual(['garden', 'kitchen']);
  await owner.query(`update shop.product set category_id = '${CATEGORIES.home}' where id = '${PRODUCTS.pot}'`);
  expect(await above(PRODUCTS.pot)).toEqual(['home']);
});

test('what is paid or cancelled reaches its items, and what was cancelled goes back', async () => {
  const items = () => rows(`select counts from shop.order_item where order_id = '${ORDERS.pending}'`);
  await owner.query(`update shop.shop_order set status = 'paid' where id = '${ORDERS.pending}'`);
  expect(await items()).toEqual([{ counts: true }]);
  await owner.query(`update shop.shop_order set status = 'cancelled' where id = '${ORDERS.pending}'`);
  expect(await items()).toEqual([{ counts: false }]);
  expect(await rows(`select stock from shop.product where id = '${PRODUCTS.chair}'`)).toEqual([{ stock: 104 }]);
});

test('reverting the first migration refuses to drop rows', async () => {
  await expect(down()).rejects.toMatchObject({ code: 'MIGR_FAILED', message: expect.stringContaining('hold rows') });
  expect(await rows('select count(*)::int as count from shop.shopper')).toEqual([{ count: 3 }]);
});
