import { action, sql } from 'altiplano';
import { customersByDay, customerTotal, ordersByDay, orderTotals, productSales, ratings } from '../summaries.ts';

/** How the shop does: every figure is kept, so it costs the same for a thousand orders and for ten million. */
export const dashboard = action({
  name: 'dashboard',
  method: 'GET',
  path: '/api/admin/dashboard/',
  summary: 'How the shop does',
  permission: 'dashboard:read',
  summaries: [orderTotals, ordersByDay, productSales, ratings, customerTotal, customersByDay],
  reply: { status: 200, schema: { type: 'object' } },
  async handle({ query, instant }) {
    const [row] = await query<{ json: string }>(sql`
      with today as materialized (
        select (coalesce(${instant}::timestamptz, now()) at time zone 'UTC')::date as day
      ), total as materialized (
        select f.status, f.orders, f.revenue from shop.order_totals_figures() f
      ), days as materialized (
        select d.day::date as day, coalesce(f.orders, 0) as orders, coalesce(f.revenue, 0.00) as revenue
        from today t
        cross join generate_series(t.day - 29, t.day, interval '1 day') d (day)
        left join shop.orders_by_day_figures((select t.day - 29 from today t), (select t.day from today t)) f
          on f.day = d.day::date
      )
      select row_to_json(shown)::text as json
      from (
        select (
          select o from (
            select coalesce(sum(t.orders), 0) as total, (
              select s from (
                select coalesce(sum(t.orders) filter (where t.status = 'pending'), 0) as pending,
                  coalesce(sum(t.orders) filter (where t.status = 'paid'), 0) as paid,
                  coalesce(sum(t.orders) filter (where t.status = 'shipped'), 0) as shipped,
                  coalesce(sum(t.orders) filter (where t.status = 'cancelled'), 0) as cancelled
                from total t
              ) s
            ) as by_status
            from total t
          ) o
        ) as orders, (
          select r from (
            select (select coalesce(sum(t.revenue), 0.00) from total t) as total,
              (select sum(d.revenue) from days d) as last_30_days,
              (select array_to_json(array_agg(row_to_json(d) order by d.day)) from days d) as by_day
          ) r
        ) as revenue,
        (select round(sum(t.revenue) / nullif(sum(t.orders) filter (where t.status in ('paid', 'shipped')), 0), 2) from total t)
          as average_order_value, (
          select coalesce(array_to_json(array_agg(row_to_json(b) order by b.revenue desc, b.id)), '[]') from (
            select b.product_id as id, p.name, b.revenue
            from shop.product_sales_best((select t.day - 29 from today t), 10) b join shop.product p on p.id = b.product_id
            where b.revenue > 0
          ) b
        ) as top_products, (
          select coalesce(array_to_json(array_agg(row_to_json(l))), '[]') from (
            select p.id, p.name, p.stock from shop.product p where not p.is_withdrawn and p.stock < 10
            order by p.stock, p.id limit 20
          ) l
        ) as low_stock, (
          select h from (
            select coalesce(sum(f.reviews) filter (where f.rating = 1), 0) as "1",
              coalesce(sum(f.reviews) filter (where f.rating = 2), 0) as "2",
              coalesce(sum(f.reviews) filter (where f.rating = 3), 0) as "3",
              coalesce(sum(f.reviews) filter (where f.rating = 4), 0) as "4",
              coalesce(sum(f.reviews) filter (where f.rating = 5), 0) as "5"
            from shop.review_ratings_figures(null, null) f
          ) h
        ) as rating_histogram, (
          select coalesce(array_to_json(array_agg(row_to_json(l))), '[]') from (
            select o.id, (select s from (select s.id, s.name from shop.shopper s where s.id = o.shopper_id) s) as shopper,
              o.status, o.total, to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
            from shop.shop_order o order by o.created_at desc, o.id desc limit 10
          ) l
        ) as latest_orders, (
          select c from (
            select (select coalesce(sum(f.customers), 0) from shop.customer_total_figures() f) as total, (
              select coalesce(sum(f.customers), 0)
              from shop.customers_by_day_figures((select t.day - 29 from today t), (select t.day from today t)) f
            ) as new_last_30_days
          ) c
        ) as customers
      ) shown`);
    if (row === undefined) throw new Error('a dashboard is always something');
    return { json: row.json };
  },
});
