import { Database } from 'altiplano/twin';
import type { ClientBase } from 'pg';

/** What orders and products say of their items and reviews, against those, row by row in one snapshot; empty when all is well. */
export async function recount(client: ClientBase, schema: string): Promise<readonly string[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const database = new Database(client, schema);
    return [...(await wrongOrders(database)), ...(await wrongProducts(database))];
  } finally {
    await client.query('COMMIT');
  }
}

async function wrongOrders(database: Database): Promise<readonly string[]> {
  const orders = await database.rows<{ id: string; item_count: string; cents: string }>(
    `SELECT id, item_count::text, (total * 100)::bigint::text AS cents FROM ${database.table('shop_order')}`,
    [],
  );
  const items = await database.rows<{ order_id: string; product_id: string; quantity: string; cents: string }>(
    `SELECT order_id, product_id, quantity::text, (unit_price * 100)::bigint::text AS cents FROM ${database.table('order_item')}`,
    [],
  );
  const sums = new Map<string, { quantity: bigint; cents: bigint; products: Set<string>; lines: number }>();
  for (const { order_id, product_id, quantity, cents } of items) {
    const sum = sums.get(order_id) ?? { quantity: 0n, cents: 0n, products: new Set<string>(), lines: 0 };
    sum.quantity += BigInt(quantity);
    sum.cents += BigInt(quantity) * BigInt(cents);
    sum.products.add(product_id);
    sum.lines += 1;
    sums.set(order_id, sum);
  }
  return orders.flatMap(({ id, item_count, cents }) => {
    const sum = sums.get(id);
    if (sum === undefined) return [`order ${id} has no items`];
    return [
      ...(sum.quantity === BigInt(item_count) ? [] : [`order ${id} says ${item_count} pieces and has ${sum.quantity}`]),
      ...(sum.cents === BigInt(cents) ? [] : [`order ${id} says ${cents} cents and has ${sum.cents}`]),
      ...(sum.products.size === sum.lines ? [] : [`order ${id} has a product twice`]),
    ];
  });
}

async function wrongProducts(database: Database): Promise<readonly string[]> {
  const products = await database.rows<{ id: string; stock: number; rating_count: number; rating_sum: number }>(
    `SELECT id, stock, rating_count, rating_sum FROM ${database.table('product')}`,
    [],
  );
  const reviews = await database.rows<{ product_id: string; rating: number }>(
    `SELECT product_id, rating FROM ${database.table('review')}`,
    [],
  );
  const ratings = new Map<string, number[]>();
  for (const { product_id, rating } of reviews) ratings.set(product_id, [...(ratings.get(product_id) ?? []), rating]);
  return products.flatMap(({ id, stock, rating_count, rating_sum }) => {
    const given = ratings.get(id) ?? [];
    const sum = given.reduce((total, rating) => total + rating, 0);
    return [
      ...(stock < 0 ? [`product ${id} has a stock of ${stock}`] : []),
      ...(given.length === Number(rating_count) && sum === Number(rating_sum)
        ? []
        : [`product ${id} says ${rating_count} reviews of ${rating_sum} and has ${given.length} of ${sum}`]),
    ];
  });
}
