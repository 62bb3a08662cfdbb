import { connectOwner, type OwnerClient } from 'altiplano';
import { useDatabase } from 'altiplano/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PRODUCTS, ROWS, SHOPPERS } from './fixture.ts';
import { emptyShop } from './shop-database.ts';

const database = useDatabase(emptyShop);
const { pot, chair } = PRODUCTS;
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(database.url());
  await owner.query(ROWS);
});
afterAll(() => owner.end());
beforeEach(() => owner.query(`update shop.product set stock = 1000`));

const ask = async <T>(text: string, values: readonly unknown[] = []) =>
  (await owner.query(text, [...values])).rows as readonly T[];
const stocks = async () =>
  (await ask<{ stock: number }>('select stock from shop.product where id = any ($1) order by id', [[pot, chair]])).map(
    ({ stock }) => stock,
  );

/** So many orders of one pot and two chairs, and their ids. */
const order = async (many: number, quantity = 2): Promise<readonly string[]> => {
  const orders = await ask<{ id: string }>(
    `with o as (
       insert into shop.shop_order (shopper_id) select $1 from generate_series(1, $2::int)
       returning id, shopper_id, day, counts
     ), i as (
       insert into shop.order_item (order_id, shopper_id, product_id, place, quantity, day, counts)
       select o.id, o.shopper_id, p.id, p.place, p.quantity, o.day, o.counts
       from o cross join (values ($3::uuid, 1, 1), ($4, 2, $5::int)) p (id, place, quantity)
     )
     select id from o`,
    [SHOPPERS.ana, many, pot, chair, quantity],
  );
  return orders.map(({ id }) => id);
};
const cancel = (ids: readonly string[]) =>
  ask(`update shop.shop_order set status = 'cancelled' where id = any ($1)`, [ids]);

/** Versions of products that this session has written and not yet reported. */
const written = async () => {
  const [row] = await ask<{ rows: string }>(
    `select n_tup_upd as rows from pg_stat_xact_user_tables where relid = 'shop.product'::regclass`,
  );
  return Number(row?.rows);
};

test('many orders that are cancelled at once write each product once', async () => {
  const ids = await order(40);
  await owner.query('begin');
  const before = await written();
  await cancel(ids);
  const after = await written();
  await owner.query('commit');
  expect(after - before).toBe(2);
  expect(await stocks()).toEqual([1_040, 1_080]);
});

test('what is cancelled already gives nothing back again, whatever else is written with it', async () => {
  const [first = '', second = ''] = await order(2);
  await cancel([first]);
  expect(await stocks()).toEqual([1_001, 1_002]);
  await ask(`update shop.shop_order set status = 'cancelled', updated_at = now() where id = any ($1)`, [
    [first, second],
  ]);
  expect(await stocks()).toEqual([1_002, 1_004]);
  await ask(`update shop.shop_order set id = gen_random_uuid() where id = any ($1)`, [[first, second]]);
  expect(await stocks()).toEqual([1_002, 1_004]);
});

test('no stock is more than a stock can be: an order is not kept from being cancelled by it', async () => {
  const ids = await order(3, 2_000_000_000);
  await cancel(ids);
  expect(await stocks()).toEqual([1_003, 2_147_483_647]);
});
