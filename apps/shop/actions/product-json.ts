import { type RunQuery, sql } from 'altiplano';

/** A product that is on sale as its address shows it, its row held; null when there is none. */
export async function heldProductJson(query: RunQuery, id: string): Promise<string | null> {
  const held = await query(sql`select from shop.product where id = ${id} and is_active for no key update`);
  if (held.length === 0) return null;
  // A statement of its own: its snapshot sees what whoever held the row before has written. Whoever reviews the product writes its row,
  // so reviews stay what they are; they are counted, as the figures kept of them are the engine's to read.
  const [row] = await query<{ json: string }>(sql`
    select row_to_json(shown)::text as json
    from (
      select p.id, p.name, p.slug, p.price, p.stock,
        (select c from (select c.id, c.name from shop.category c where c.id = p.category_id) c) as category, (
          select coalesce(array_to_json(array_agg(t.name order by t.name collate "C")), '[]')
          from shop.product_tag l join shop.tag t on t.id = l.tag_id where l.product_id = p.id
        ) as tags,
        p.rating_count as review_count, p.average_rating,
        to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at, p.description, p.specifications, (
          select coalesce(array_to_json(array_agg(row_to_json(latest))), '[]')
          from (
            select r.id, r.rating, r.comment,
              (select s from (select s.id, s.name from shop.shopper s where s.id = r.shopper_id) s) as shopper,
              to_char(r.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
            from shop.review r where r.product_id = p.id order by r.created_at desc, r.id desc limit 10
          ) latest
        ) as latest_reviews, (
          select counted from (
            select count(*) filter (where r.rating = 1) as "1", count(*) filter (where r.rating = 2) as "2",
              count(*) filter (where r.rating = 3) as "3", count(*) filter (where r.rating = 4) as "4",
              count(*) filter (where r.rating = 5) as "5"
            from shop.review r where r.product_id = p.id
          ) counted
        ) as rating_histogram
      from shop.product p where p.id = ${id}
    ) shown`);
  return row?.json ?? null;
}
