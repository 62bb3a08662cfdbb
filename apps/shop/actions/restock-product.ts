import { accept, action, refuse, sql } from 'altiplano';

/** More or less of a product, whatever is sold meanwhile. */
export const restockProduct = action({
  name: 'restock_product',
  method: 'POST',
  path: '/api/products/:id/stock/',
  summary: 'Add to the stock of a product, or take from it',
  permission: 'products:write',
  body: { by: accept.integer({ required: true, range: [-2_147_483_647, 2_147_483_647] }) },
  refusals: {
    stock_out_of_range: {
      status: 409,
      message: 'There are {stock}: {by} more would be {becomes}.',
      hint: 'A stock is a whole number from 0 to 2147483647.',
    },
  },
  reply: { status: 200, schema: { type: 'object', properties: { stock: { type: 'integer' } } } },
  async handle({ query, parameters: { id = '' }, body: { by } }) {
    const [product] = await query<{ stock: number }>(
      sql`select stock from shop.product where id = ${id} and is_active for no key update`,
    );
    if (product === undefined) throw refuse('not_found');
    const becomes = product.stock + by;
    if (becomes < 0 || becomes > 2_147_483_647)
      throw refuse('stock_out_of_range', { stock: product.stock, by, becomes });
    await query(sql`update shop.product set stock = ${becomes}, updated_at = now() where id = ${id}`);
    return { body: { stock: becomes } };
  },
});
