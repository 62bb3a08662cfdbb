import { online } from 'altiplano';

const INDEXES: readonly online.IndexDefinition[] = [
  // The default pages, newest first. Those over all rows are what bitmaps are numbered along.
  { name: 'idx_product_page', table: 'product', on: '(created_at desc, id desc) where not is_withdrawn' },
  { name: 'idx_product_order', table: 'product', on: '(created_at desc, id desc)', unique: true },
  { name: 'idx_shop_order_page', table: 'shop_order', on: '(created_at desc, id desc)', unique: true },
  // What `order=` walks.
  { name: 'idx_product_price', table: 'product', on: '(price_cents, id) where not is_withdrawn' },
  { name: 'idx_product_rating', table: 'product', on: '(rating_order, id) where not is_withdrawn' },
  { name: 'idx_product_reviews', table: 'product', on: '(rating_count, id) where not is_withdrawn' },
  // What foreign keys look up when the other side is deleted.
  { name: 'idx_category_parent', table: 'category', on: '(parent_id)' },
  { name: 'idx_product_category', table: 'product', on: '(category_id)' },
  { name: 'idx_product_tag_tag', table: 'product_tag', on: '(tag_id)' },
  { name: 'idx_product_category_category', table: 'product_category', on: '(category_id)' },
  { name: 'idx_review_shopper', table: 'review', on: '(shopper_id)' },
  { name: 'idx_shop_order_shopper', table: 'shop_order', on: '(shopper_id)' },
  // And who bought a product: that is who may review it.
  { name: 'idx_order_item_product', table: 'order_item', on: '(product_id, shopper_id)' },
  // The ten latest reviews of a product.
  { name: 'idx_review_latest', table: 'review', on: '(product_id, created_at desc, id desc)' },
  // The twenty lowest stocks below ten.
  { name: 'idx_product_low_stock', table: 'product', on: '(stock, id) where not is_withdrawn and stock < 10' },
];

export const up = online.steps(...INDEXES.map(online.createIndex));
export const down = online.steps(...INDEXES.map(online.dropIndex));
