import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Sent } from 'altiplano/testing';
import { expect, test } from 'vitest';
import { PRODUCTS } from './fixture.ts';
import { useShop } from './server.ts';

const api = useShop();
const BUYERS = 200;
/** What 200 buyers would take of each, in turns: more than there is of two of them. */
const STOCK = { pot: 120, kettle: 500, chair: 150 } as const;
const products = Object.keys(STOCK) as (keyof typeof STOCK)[];

interface Counted {
  readonly stock: number;
  readonly sold: string;
  readonly orders: string;
}

/** Sent again as long as the server has no connection to spare: it says so before it does anything. */
async function persist(sent: Sent): Promise<Answer> {
  for (;;) {
    const answer = await api.send(sent);
    if (answer.status !== 503) return answer;
    await sleep(50 + 100 * Math.random());
  }
}

/** What is left of a product, and what the orders that hold it are of. */
async function recount(product: keyof typeof STOCK): Promise<Counted> {
  const { rows } = await api.owner().query<Counted>(
    `select p.stock, coalesce(sum(i.quantity) filter (where o.status <> 'cancelled'), 0)::text as sold, count(i.*)::text as orders
     from shop.product p left join shop.order_item i on i.product_id = p.id left join shop.shop_order o on o.id = i.order_id
     where p.id = $1 group by p.id`,
    [PRODUCTS[product]],
  );
  if (rows[0] === undefined) throw new Error('no product');
  return rows[0];
}

const sent = new Map<string, { readonly status: number; readonly id: string }>();

/** Products in an order that differs from buyer to buyer: whoever locked as they come would meet in a circle. */
function order(buyer: number): {
  readonly items: readonly { readonly product_id: string; readonly quantity: number }[];
} {
  const turned = buyer % 2 === 0 ? products : [...products].reverse();
  return { items: turned.map((product) => ({ product_id: PRODUCTS[product], quantity: 1 + (buyer % 2) })) };
}

test('200 buyers at once: stock is never negative, and every order is one', async () => {
  const owner = api.owner();
  await owner.query(`truncate shop.shop_order cascade`);
  for (const product of products)
    await owner.query('update shop.product set stock = $2 where id = $1', [PRODUCTS[product], STOCK[product]]);

  const buy = async (buyer: number) => {
    const key = `buyer-${buyer}`;
    const headers = { 'idempotency-key': key };
    const place = () =>
      persist({
        as: buyer % 3 === 0 ? 'bo' : 'ana',
        method: 'POST',
        path: '/api/orders/',
        body: order(buyer),
        headers,
      });
    // A third sends the same order twice at once, as who pressed the button again.
    const answers = await Promise.all(buyer % 3 === 1 ? [place(), place()] : [place()]);
    for (const { status, json } of answers) {
      expect([201, 409], JSON.stringify(json)).toContain(status);
      if (status === 201) {
        expect(sent.get(key)?.id ?? json.id).toBe(json.id);
        sent.set(key, { status, id: json.id });
      }
    }
  };
  await Promise.all(Array.from({ length: BUYERS }, (_, buyer) => buy(buyer)));

  const orders = new Set([...sent.values()].map(({ id }) => id));
  expect(orders.size).toBe(sent.size);
  for (const product of products) {
    const { stock, sold, orders: count } = await recount(product);
    expect(stock).toBeGreaterThanOrEqual(0);
    expect(stock + Number(sold)).toBe(STOCK[product]);
    expect(Number(count)).toBe(orders.size);
  }
  // The scarcest decides; less than two are left of it.
  expect((await recount('pot')).stock).toBeLessThan(2);
}, 300_000);

test('cancelled all at once, everything is back, once', async () => {
  const cancel = ({ id }: { readonly id: string }) =>
    persist({ as: 'stella', method: 'PATCH', path: `/api/orders/${id}/`, body: { status: 'cancelled' } });
  const answers = await Promise.all([...sent.values()].flatMap((order) => [cancel(order), cancel(order)]));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(sent.size);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(sent.size);
  for (const product of products) expect(await recount(product)).toMatchObject({ stock: STOCK[product], sold: '0' });
}, 300_000);

test('what an order says of its items and a product of its reviews is what a recount says', async () => {
  const { rows } = await api.owner().query(`
    select 'order' as what, o.id
    from shop.shop_order o left join shop.order_item i on i.order_id = o.id
    group by o.id having (o.item_count, o.total) is distinct from (coalesce(sum(i.quantity), 0), coalesce(sum(i.quantity * i.unit_price), 0))
    union all
    select 'product', p.id
    from shop.product p left join shop.review r on r.product_id = p.id
    group by p.id having (p.rating_count, p.rating_sum) is distinct from (count(r.id), coalesce(sum(r.rating), 0))`);
  expect(rows).toEqual([]);
});
