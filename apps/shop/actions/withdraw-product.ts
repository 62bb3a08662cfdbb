import { action, refuse, sql } from 'altiplano';
import { heldProductJson } from './product-json.ts';

/** Takes a product off sale. It stays in orders and in figures. */
export const withdrawProduct = action({
  name: 'withdraw_product',
  method: 'DELETE',
  path: '/api/products/:id/',
  summary: 'Take a product off sale',
  permission: 'products:write',
  reply: { status: 204, tagged: false },
  current: ({ query, parameters: { id = '' } }) => heldProductJson(query, id),
  async handle({ query, parameters: { id = '' } }) {
    const gone = await query(
      sql`update shop.product set is_active = false, updated_at = now() where id = ${id} and is_active returning id`,
    );
    if (gone.length === 0) throw refuse('not_found');
    return {};
  },
});
