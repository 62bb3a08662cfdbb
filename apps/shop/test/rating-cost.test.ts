import { measureAction, useDatabase, withOwner } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { reviewProduct } from '../actions/review-product.ts';
import { shop } from '../app.ts';
import { SIZES, sizedShop } from './sizes.ts';

const TENANT = '00000000-0000-0000-0000-000000000000';
const databases = SIZES.slice(1).map((size) => useDatabase(sizedShop(size)));

/** Somebody who may review a product and has not. */
const BUYER = `
select i.product_id as product, i.shopper_id as shopper from shop.order_item i join shop.product p on p.id = i.product_id
where i.counts and p.is_active and not exists (
  select from shop.review r where r.product_id = i.product_id and r.shopper_id = i.shopper_id
) order by i.product_id limit 1`;

async function costOf(url: string, prepare: string): Promise<number> {
  const { product, shopper } = await withOwner(url, async (owner) => {
    await owner.query(prepare);
    return (await owner.query<{ product: string; shopper: string }>(BUYER)).rows[0] ?? { product: '', shopper: '' };
  });
  const caller = {
    id: shopper,
    kind: 'user',
    user: shopper,
    role: 'shopper',
    attributes: {},
    scopes: null,
  } as const;
  const { buffers, statements } = await measureAction(url, shop, reviewProduct, {
    ...{ tenant: TENANT, caller, session: { tenant: TENANT, caller: shopper } },
    parameters: { id: product },
    body: { rating: 4, comment: '' },
  });
  expect(statements).toBe(2);
  return buffers;
}

/** What `min_rating` costs whoever writes: the product's row, its orders by rating, and the bits of its bin (decision 16). */
test('a review costs the same for 1,500 and 15,000 products, near half of it for what its product says of ratings', async () => {
  const costs: { readonly all: number; readonly without: number }[] = [];
  for (const database of databases) {
    const all = await costOf(database.url(), 'select');
    const without = await costOf(database.url(), 'alter table shop.review disable trigger review_figures_insert');
    costs.push({ all, without });
  }
  // Measured: 87 and 92; 46 and 50 without.
  for (const { all, without } of costs) {
    expect(all).toBeLessThan(200);
    expect(without).toBeLessThan(all);
  }
}, 300_000);
