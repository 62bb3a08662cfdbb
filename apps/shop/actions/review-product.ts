import { accept, action, refuse, sql } from 'altiplano';

/** What who bought a product thinks of it, once. */
export const reviewProduct = action({
  name: 'review_product',
  method: 'POST',
  path: '/api/products/:id/reviews/',
  summary: 'Review a product',
  permission: 'reviews:write',
  body: {
    rating: accept.integer({ required: true, range: [1, 5] }),
    comment: accept.text({ most: 10_000, otherwise: '' }),
  },
  refusals: {
    not_bought: {
      status: 403,
      message: 'Who has not bought a product does not review it.',
      hint: 'Order it; once the order is paid or shipped, say what you think of it.',
    },
    reviewed: {
      status: 409,
      message: 'You have reviewed this product already.',
      hint: 'There is one review of each product by each shopper.',
    },
  },
  reply: {
    status: 201,
    schema: {
      type: 'object',
      required: ['id', 'rating', 'comment', 'shopper', 'created_at'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        rating: { type: 'integer' },
        comment: { type: 'string' },
        shopper: { type: 'object', properties: { id: { type: 'string', format: 'uuid' }, name: { type: 'string' } } },
        created_at: { type: 'string', format: 'date-time' },
      },
    },
  },
  async handle({ query, body: { rating, comment }, parameters: { id = '' }, caller }) {
    const [known] = await query<{ bought: boolean; reviewed: boolean }>(sql`
      select exists (
          select from shop.order_item i where i.product_id = p.id and i.shopper_id = ${caller.id} and i.counts
        ) as bought, exists (
          select from shop.review r where r.product_id = p.id and r.shopper_id = ${caller.id}
        ) as reviewed
      from shop.product p where p.id = ${id} and p.is_active`);
    if (known === undefined) throw refuse('not_found');
    if (known.reviewed) throw refuse('reviewed');
    if (!known.bought) throw refuse('not_bought');
    const [review] = await query<{ json: string }>(sql`
      with r as (
        insert into shop.review (product_id, shopper_id, rating, comment) values (${id}, ${caller.id}, ${rating}, ${comment})
        on conflict do nothing
        returning id, rating, comment, shopper_id, created_at
      )
      select row_to_json(shown)::text as json
      from (
        select r.id, r.rating, r.comment,
          (select s from (select s.id, s.name from shop.shopper s where s.id = r.shopper_id) s) as shopper,
          to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
        from r
      ) shown`);
    // Somebody was quicker: the same shopper.
    if (review === undefined) throw refuse('reviewed');
    return { json: review.json, location: `/api/products/${id}/` };
  },
});
