import { tables } from 'altiplano';
import type { ShopTables } from './database.ts';

const { summary } = tables<ShopTables>();

const orders = {
  orders: 'count',
  revenue: { sum: 'total', where: { status: ['paid', 'shipped'] } },
} as const;

/** What the dashboard shows of all days: not one figure a day, but one a status. */
export const orderTotals = summary('shop_order', {
  name: 'order_totals',
  tenant: 'none',
  groups: { status: 'status' },
  figures: orders,
});

export const ordersByDay = summary('shop_order', {
  name: 'orders_by_day',
  tenant: 'none',
  groups: { day: 'day' },
  figures: orders,
});

/** Lines of orders that count. */
export const productSales = summary('order_item', {
  name: 'product_sales',
  tenant: 'none',
  where: { counts: 'true' },
  groups: { day: 'day', product_id: 'product_id' },
  figures: { revenue: { sum: ['quantity', 'unit_price'] } },
  best: { of: 'product_id', since: 'day', by: 'revenue', days: 30 },
});

export const ratings = summary('review', {
  name: 'review_ratings',
  tenant: 'none',
  groups: { rating: 'rating' },
  figures: { reviews: 'count' },
});

const customers = { tenant: 'none', where: { role: 'shopper' }, figures: { customers: 'count' } } as const;

export const customerTotal = summary('shopper', { ...customers, name: 'customer_total', groups: {} });

export const customersByDay = summary('shopper', {
  ...customers,
  name: 'customers_by_day',
  groups: { day: { day: 'created_at' } },
});
