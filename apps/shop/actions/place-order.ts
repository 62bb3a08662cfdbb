import { accept, action, refuse, sql } from 'altiplano';
import { orderJson, orderSchema } from './order-json.ts';

const ITEM = {
  product_id: accept.uuid({ required: true }),
  quantity: accept.integer({ required: true, range: [1, 2_147_483_647] }),
};

/** An order of what there is, at what it costs now: all of it, or none. */
export const placeOrder = action({
  name: 'place_order',
  method: 'POST',
  path: '/api/orders/',
  summary: 'Order products',
  permission: 'orders:write',
  body: { items: accept.list(ITEM, { required: true, least: 1, most: 50 }) },
  refusals: {
    too_little_stock: {
      status: 409,
      message: 'There is too little of {product} ({id}): {left} left, {wanted} wanted.',
      hint: 'Order what is left, or something else; nothing was ordered.',
    },
  },
  reply: { status: 201, schema: orderSchema, tagged: true },
  async handle({ query, body: { items }, caller }) {
    refuseTwice(items);
    const ids = items.map(({ product_id }) => product_id);
    const quantities = items.map(({ quantity }) => quantity);
    const found = await query<{ place: number; name: string; stock: number }>(
      sql`select * from shop.take_stock(${ids}::uuid[], ${quantities}::integer[])`,
    );
    const known = new Map(found.map((product) => [product.place - 1, product]));
    refuseUnknown(items, known);
    for (const [place, { product_id, quantity }] of items.entries()) {
      const { name = '', stock = 0 } = known.get(place) ?? {};
      if (stock < quantity)
        throw refuse('too_little_stock', { product: name, id: product_id, left: stock, wanted: quantity });
    }
    const rows = sql.rows(
      'r',
      items.map((item, place) => ({ ...item, place: place + 1 })),
      { product_id: 'uuid', place: 'smallint', quantity: 'integer' },
    );
    const [order] = await query<{ id: string }>(sql`
      with o as (
        insert into shop.shop_order (shopper_id) values (${caller.id}) returning id, shopper_id, day, counts
      ), i as (
        -- What each costs, the database says.
        insert into shop.order_item (order_id, shopper_id, product_id, place, quantity, day, counts)
        select o.id, o.shopper_id, r.product_id, r.place, r.quantity, o.day, o.counts from o cross join ${rows}
      )
      select o.id from o`);
    if (order === undefined) throw new Error('an order was inserted and not returned');
    return { json: await orderJson(query, order.id), location: `/api/orders/${order.id}/` };
  },
});

type Item = { readonly product_id: string; readonly quantity: number };

function refuseTwice(items: readonly Item[]): void {
  const errors = items.flatMap(({ product_id }, place) => {
    const first = items.findIndex((item) => item.product_id === product_id);
    return first === place
      ? []
      : [[`items.${place}.product_id`, [`Is the product of item ${first} already.`]] as const];
  });
  if (errors.length > 0) throw refuse.invalid(Object.fromEntries(errors));
}

function refuseUnknown(items: readonly Item[], known: ReadonlyMap<number, unknown>): void {
  const wrong = items.flatMap((_, place) => (known.has(place) ? [] : [place]));
  if (wrong.length === 0) return;
  throw refuse.invalid(
    Object.fromEntries(wrong.map((place) => [`items.${place}.product_id`, ['There is no product with this id.']])),
  );
}
