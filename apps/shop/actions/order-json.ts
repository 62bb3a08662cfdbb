import { type RunQuery, sql } from 'altiplano';

/** An order as its address shows it. */
export async function orderJson(query: RunQuery, id: string): Promise<string> {
  const [row] = await query<{ json: string }>(sql`
    select row_to_json(shown)::text as json
    from (
      select o.id, o.status, o.item_count, o.total,
        to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at, (
          select coalesce(array_to_json(array_agg(row_to_json(item))), '[]')
          from (
            select (select p from (select p.id, p.name from shop.product p where p.id = i.product_id) p) as product,
              i.quantity, i.unit_price, i.line_total
            from shop.order_item i where i.order_id = o.id order by i.place
          ) item
        ) as items
      from shop.shop_order o where o.id = ${id}
    ) shown`);
  if (row === undefined) throw new Error(`no order ${id}`);
  return row.json;
}

const money = { type: 'number' };

export const orderSchema = {
  type: 'object',
  required: ['id', 'status', 'item_count', 'total', 'created_at', 'items'],
  properties: {
    id: { type: 'string', format: 'uuid' },
    status: { enum: ['pending', 'paid', 'shipped', 'cancelled'] },
    item_count: { type: 'integer' },
    total: money,
    created_at: { type: 'string', format: 'date-time' },
    items: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          product: { type: 'object', properties: { id: { type: 'string', format: 'uuid' }, name: { type: 'string' } } },
          quantity: { type: 'integer' },
          unit_price: money,
          line_total: money,
        },
      },
    },
  },
} as const;
