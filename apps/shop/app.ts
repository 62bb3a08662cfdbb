import { app } from 'altiplano';
import { dashboard } from './actions/dashboard.ts';
import { placeOrder } from './actions/place-order.ts';
import { restockProduct } from './actions/restock-product.ts';
import { reviewProduct } from './actions/review-product.ts';
import { withdrawProduct } from './actions/withdraw-product.ts';
import { identity } from './identity.ts';
import { orders, products } from './resources.ts';
import { find, run, volume } from './sample.ts';
import { customersByDay, customerTotal, ordersByDay, orderTotals, productSales, ratings } from './summaries.ts';

/** Shop: products for everybody, orders of shoppers, reviews of what they bought. */
export const shop = app({
  name: 'shop',
  schema: 'shop',
  migrations: new URL('./migrations/', import.meta.url),
  identity,
  resources: [products, orders],
  actions: [dashboard, placeOrder, restockProduct, reviewProduct, withdrawProduct],
  summaries: [orderTotals, ordersByDay, productSales, ratings, customerTotal, customersByDay],
  sample: { volume, run, find },
});
