import { online } from 'altiplano';

const INDEXES: readonly online.IndexDefinition[] = [
  // One's own orders, newest first, at the price of everybody's; and what the foreign key looks up.
  { name: 'idx_shop_order_own', table: 'shop_order', on: '(shopper_id, created_at, id)' },
  // Rows that are looked up one by one, by what was ordered or by what was searched: a bucket is one buffer where a tree is three,
  // if it has room for what falls into it. Filled as usual, every fourth has a second page.
  { name: 'idx_product_row', table: 'product', on: 'using hash (id) with (fillfactor = 50)' },
];
const FORMER: online.IndexDefinition = { name: 'idx_shop_order_shopper', table: 'shop_order', on: '(shopper_id)' };

export const up = online.steps(...INDEXES.map(online.createIndex), online.dropIndex(FORMER));
export const down = online.steps(online.createIndex(FORMER), ...INDEXES.map(online.dropIndex));
