-- Statements that update many products: their old and new rows are put together by key, whatever the plan was made for.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- As it was (0002), but a full join in a subquery of its own is never made row by row against row: the plan is made for the
-- session's first update and kept, and 10,000 products after one took 17 s.
create or replace function product_ancestry_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (
    select from (
      select n.category_id as now, o.category_id as before
      from new_rows n full join old_rows o using (id) offset 0
    ) m
    where m.now <> m.before
  ) then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('shop category_ancestry', 0));
  with moved as materialized (
    select m.id, m.category_id
    from (
      select n.id, n.category_id, o.category_id as before
      from new_rows n full join old_rows o using (id) offset 0
    ) m
    where m.category_id <> m.before
  ), wanted as materialized (
    select m.id as product_id, a.category_id from moved m cross join lateral category_path(m.category_id) a
  ), gone as (
    delete from product_category k using (
      select k.product_id, k.category_id from moved m join product_category k on k.product_id = m.id
      except
      select w.product_id, w.category_id from wanted w
    ) g
    where k.product_id = g.product_id and k.category_id = g.category_id
  )
  insert into product_category (product_id, category_id)
  select w.product_id, w.category_id from wanted w order by 1, 2
  on conflict do nothing;
  return null;
end $$;

-- Down Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
create or replace function product_ancestry_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows n join old_rows o using (id) where n.category_id <> o.category_id) then
    return null;
  end if;
  perform pg_advisory_xact_lock_shared(hashtextextended('shop category_ancestry', 0));
  with moved as materialized (
    select n.id, n.category_id from new_rows n join old_rows o using (id) where n.category_id <> o.category_id
  ), wanted as materialized (
    select m.id as product_id, a.category_id from moved m cross join lateral category_path(m.category_id) a
  ), gone as (
    delete from product_category k using moved m
    where k.product_id = m.id
      and not exists (select from wanted w where w.product_id = k.product_id and w.category_id = k.category_id)
  )
  insert into product_category (product_id, category_id)
  select w.product_id, w.category_id from wanted w order by 1, 2
  on conflict do nothing;
  return null;
end $$;
