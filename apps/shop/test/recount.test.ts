import { useDatabase, withOwner } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { recount } from '../naive/recount.ts';
import { ORDERS, PRODUCTS, ROWS } from './fixture.ts';
import { emptyShop } from './shop-database.ts';

const database = useDatabase(emptyShop);

/** By hand, past every trigger and constraint. */
const PLANTED = [
  [`update shop.shop_order set total = total + 0.01 where id = '${ORDERS.shipped}'`, /cents and has/],
  [`update shop.shop_order set item_count = item_count - 1 where id = '${ORDERS.pending}'`, /pieces and has/],
  [`delete from shop.order_item where order_id = '${ORDERS.foreign}'`, /has no items/],
  [`delete from shop.review where product_id = '${PRODUCTS.kettle}' and rating = 5`, /reviews of 7 and has 1 of 2/],
] as const;

test('a recount finds nothing in the fixture, and each of four faults that are planted there', async () => {
  await withOwner(database.url(), async (owner) => {
    await owner.query(ROWS);
    expect(await recount(owner, 'shop')).toEqual([]);
    await owner.query('set session_replication_role = replica');
    for (const [fault] of PLANTED) await owner.query(fault);
    const wrong = await recount(owner, 'shop');
    expect(wrong).toHaveLength(PLANTED.length);
    for (const [, said] of PLANTED) expect(wrong.join('\n')).toMatch(said);
  });
});
