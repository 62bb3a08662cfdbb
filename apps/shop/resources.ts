import { cursors, tables } from 'altiplano';
import type { ShopTables } from './database.ts';

const { resource, column, columns, one, names, children, filters, members } = tables<ShopTables>();
const by = { product: filters('product'), order: filters('shop_order') };
const reviews = children('review', 'product_id', { rollup: 'product_review_rollup' });
const reviewRows = children('review', 'product_id');
const items = children('order_item', 'order_id');

const newest = { order: ['-created_at', '-id'], tenant: 'none', envelope: cursors() } as const;

/** What is on sale; for everybody. */
export const products = resource('product', {
  ...newest,
  name: 'products',
  path: '/api/products/',
  public: true,
  deleted: 'is_withdrawn',
  permissions: { write: 'products:write' },
  orders: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    price: { column: 'price_cents', type: 'bigint' },
    average_rating: { column: 'rating_order', type: 'bigint' },
    review_count: { column: 'rating_count', type: 'bigint' },
  },
  fields: {
    ...columns('product', 'id', 'name', 'slug', 'price', 'stock'),
    category: one('category', 'category_id', ['id', 'name']),
    tags: names('tag', 'name', 'product_tag'),
    review_count: column('product', 'rating_count'),
    ...columns('product', 'average_rating', 'created_at'),
  },
  detail: {
    ...columns('product', 'description', 'specifications'),
    latest_reviews: reviewRows.list(
      ['-created_at', '-id'],
      {
        ...columns('review', 'id', 'rating', 'comment'),
        shopper: one('shopper', 'shopper_id', ['id', 'name']),
        ...columns('review', 'created_at'),
      },
      10,
    ),
    rating_histogram: reviews.byKey('rating', ['1', '2', '3', '4', '5'], reviews.count),
  },
  filters: {
    ...by.product.linkedBy('product_category', 'category', 'slug', 'category'),
    ...by.product.linkedBy('product_tag', 'tag', 'name', 'tag'),
    ...by.product.decimal('price', [12, 2], ['gte', 'lte']),
    ...by.product.decimal('average_rating', [3, 2], ['gte'], { as: { gte: 'min_rating' } }),
    ...by.product.exact('in_stock', 'boolean'),
    ...by.product.ranked('name'),
  },
  bitmaps: 'product_bitmap',
  writes: {
    actions: ['create', 'change'],
    members: {
      name: members.required({ least: 1 }),
      slug: members.required(),
      category_id: members.reference('category', { required: true }),
      price: members.required({ range: [0, 9_999_999_999.99] }),
      // Sold meanwhile: who sets it says what it was. More or less of it is an action.
      stock: members.optional({ otherwise: 0, range: [0, 2_147_483_647], conditional: true }),
      description: members.optional({ otherwise: '', most: 20_000 }),
      specifications: members.optional({ otherwise: {} }),
    },
    links: { tag_ids: { link: 'product_tag', target: 'tag', path: 'tags' } },
    touched: 'updated_at',
  },
});

const product = one('product', 'product_id', ['id', 'name']);

/** One's own; for staff everybody's. */
export const orders = resource('shop_order', {
  ...newest,
  name: 'orders',
  path: '/api/orders/',
  orders: { created_at: { column: 'created_at', type: 'timestamptz' } },
  scopes: { shopper: { column: 'shopper_id', attribute: 'id' }, staff: 'all' },
  fields: {
    ...columns('shop_order', 'id', 'status', 'item_count', 'total', 'created_at'),
    items: items.list(['place'], { product, ...columns('order_item', 'quantity', 'unit_price') }, 3),
  },
  detail: {
    items: items.list(['place'], { product, ...columns('order_item', 'quantity', 'unit_price', 'line_total') }, 50),
  },
  filters: {
    ...by.order.values('status'),
    ...by.order.range('created_at', 'timestamptz', ['gte', 'lt']),
  },
  domains: {
    status: { type: 'text', values: ['pending', 'paid', 'shipped', 'cancelled'], nullable: false },
  },
  bitmaps: 'shop_order_bitmap',
  // Who ordered pays and cancels; staff does that too, and ships. What was cancelled goes back to stock by a trigger.
  permissions: { write: 'orders:write' },
  writes: {
    actions: ['change'],
    members: { status: members.required() },
    states: {
      status: {
        moves: { pending: ['paid', 'cancelled'], paid: ['shipped', 'cancelled'] },
        needs: { shipped: 'orders:ship' },
      },
    },
    touched: 'updated_at',
  },
});
