import { accept, action, refuse, sql } from 'altiplano';
import { orderJson, orderSchema } from './order-json.ts';

/** Where an order goes from where it is; the database holds the same table against whoever else writes. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending: ['paid', 'cancelled'],
  paid: ['shipped', 'cancelled'],
  shipped: [],
  cancelled: [],
};

/** An order goes forward. Who ordered pays and cancels; staff does that too, and ships. */
export const moveOrder = action({
  name: 'move_order',
  method: 'PATCH',
  path: '/api/orders/:id/',
  summary: 'Pay, ship or cancel an order',
  permission: 'orders:write',
  body: { status: accept.choice(['pending', 'paid', 'shipped', 'cancelled'], { required: true }) },
  refusals: {
    wrong_way: {
      status: 409,
      message: 'An order that is {from} does not become {to}.',
      hint: 'From pending to paid to shipped, or to cancelled before it is shipped.',
    },
    not_yours_to_ship: {
      status: 403,
      message: 'Orders are shipped by staff.',
      hint: 'Wait for it, or cancel it.',
    },
  },
  reply: { status: 200, schema: orderSchema },
  async current({ query, parameters: { id = '' } }) {
    const [order] = await query(sql`select from shop.shop_order where id = ${id} for update`);
    return order === undefined ? null : orderJson(query, id);
  },
  async handle({ query, body: { status }, parameters: { id = '' }, caller }) {
    // Row security shows a shopper nobody else's.
    const [order] = await query<{ status: string }>(
      sql`select status from shop.shop_order where id = ${id} for update`,
    );
    if (order === undefined) throw refuse('not_found');
    if (status === 'shipped' && !caller.scopes?.includes('orders:ship')) throw refuse('not_yours_to_ship');
    if (!NEXT[order.status]?.includes(status)) throw refuse('wrong_way', { from: order.status, to: status });
    // What was cancelled goes back to stock by a trigger.
    await query(sql`update shop.shop_order set status = ${status}, updated_at = now() where id = ${id}`);
    return { json: await orderJson(query, id) };
  },
});
