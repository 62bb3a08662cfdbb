-- What no constraint of a single row can say: categories are a tree, and products are in what lies above their category. That an
-- order only goes forward is 0009.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- A category and all above it, in at most 50 steps: a loop ends there.
create function category_path(of_category uuid) returns table (category_id uuid, step integer)
language sql stable as $$
  with recursive path (category_id, parent_id, step) as (
    select c.id, c.parent_id, 1 from category c where c.id = of_category
    union all
    select c.id, c.parent_id, p.step + 1 from path p join category c on c.id = p.parent_id where p.step < 50
  )
  select p.category_id, p.step from path p
$$;

-- Moves take turns: two at once could make a loop that neither of them sees.
create function category_ancestry() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'UPDATE' and new.parent_id is not distinct from old.parent_id then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('shop category_ancestry', 0));
  if (select max(p.step) from category_path(new.id) p) + (
    with recursive below (id, step) as (
      select new.id, 0 union all select c.id, b.step + 1 from below b join category c on c.parent_id = b.id where b.step < 50
    )
    select max(b.step) from below b
  ) >= 50 then
    raise exception 'category % would lie above itself, or 50 deep', new.slug
      using errcode = 'check_violation', constraint = 'category_ancestry', table = 'category';
  end if;
  if tg_op = 'UPDATE' then
    with recursive below (id) as (
      select new.id union select c.id from below b join category c on c.parent_id = b.id
    ), of_products as materialized (
      select p.id, p.category_id from product p where p.category_id in (select b.id from below b) order by p.id
    ), wanted as materialized (
      select o.id as product_id, a.category_id from of_products o cross join lateral category_path(o.category_id) a
    ), gone as (
      delete from product_category k using of_products o
      where k.product_id = o.id
        and not exists (select from wanted w where w.product_id = k.product_id and w.category_id = k.category_id)
    )
    insert into product_category (product_id, category_id)
    select w.product_id, w.category_id from wanted w order by 1, 2
    on conflict do nothing;
  end if;
  return null;
end $$;
revoke execute on function category_ancestry() from public;
create trigger category_ancestry after insert or update of parent_id on category
  for each row execute function category_ancestry();

create function product_ancestry_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  -- No category moves meanwhile: its mover would not see these products, nor they where it went.
  perform pg_advisory_xact_lock_shared(hashtextextended('shop category_ancestry', 0));
  insert into product_category (product_id, category_id)
  select n.id, a.category_id from new_rows n cross join lateral category_path(n.category_id) a order by 1, 2;
  return null;
end $$;
create function product_ancestry_update() returns trigger
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
revoke execute on function product_ancestry_insert(), product_ancestry_update() from public;
create trigger product_ancestry_insert after insert on product referencing new table as new_rows
  for each statement execute function product_ancestry_insert();
create trigger product_ancestry_update after update on product referencing old table as old_rows new table as new_rows
  for each statement execute function product_ancestry_update();

-- What was cancelled goes back, products in key order, as they are taken.
create function shop_order_cancelled() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if new.status <> 'cancelled' or old.status = 'cancelled' then
    return null;
  end if;
  perform from product p join order_item i on i.product_id = p.id where i.order_id = new.id order by p.id for no key update of p;
  -- As much as a stock can be: an order is not kept from being cancelled by it.
  update product p set stock = least(p.stock::bigint + i.quantity, 2147483647) from order_item i where i.order_id = new.id and i.product_id = p.id;
  return null;
end $$;
revoke execute on function shop_order_cancelled() from public;
create trigger shop_order_cancelled after update of status on shop_order
  for each row execute function shop_order_cancelled();

-- Takes from stock what an order is of, all of it or nothing: the only way in which a shopper changes a product. Products are
-- locked in key order, so orders of the same products wait for each other and never in a circle.
create function take_stock(products uuid[], quantities integer[])
returns table (place integer, name varchar, price numeric, stock integer)
language plpgsql security definer set search_path from current as $$
begin
  perform from product p where p.id = any (products) order by p.id for no key update;
  -- A statement of its own: its snapshot sees what those before it in the turn have left.
  return query
    select w.place::integer, p.name, p.price, p.stock
    from unnest(products) with ordinality w (id, place) join product p on p.id = w.id and p.is_active
    order by w.place;
  update product p set stock = p.stock - w.quantity
  from unnest(products, quantities) w (id, quantity)
  where p.id = w.id and not exists (
    select from unnest(products, quantities) o (id, quantity) left join product s on s.id = o.id and s.is_active
    where s.id is null or s.stock < o.quantity);
end $$;
revoke execute on function take_stock(uuid[], integer[]) from public;

-- An order says what its items come to. Only orders that do not yet are written: a sample brings them along.
create function order_item_total() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  wrong uuid[];
begin
  wrong := array(
    select i.order_id
    from (select distinct t.order_id from touched t) k
    join order_item i using (order_id) join shop_order o on o.id = i.order_id
    group by i.order_id, o.item_count, o.total
    having (o.item_count, o.total) is distinct from (sum(i.quantity), sum(i.quantity * i.unit_price))
    union
    select o.id from touched t join shop_order o on o.id = t.order_id
    where o.item_count > 0 and not exists (select from order_item i where i.order_id = o.id)
    order by 1);
  if wrong = '{}' then
    return null;
  end if;
  perform from shop_order o where o.id = any (wrong) order by o.id for no key update;
  -- A statement of its own: its snapshot sees what those before it in the turn have written.
  update shop_order o set item_count = s.item_count, total = s.total
  from (
    select w.id, coalesce(sum(i.quantity), 0) as item_count, coalesce(sum(i.quantity * i.unit_price), 0) as total
    from unnest(wrong) w (id) left join order_item i on i.order_id = w.id group by w.id
  ) s
  where o.id = s.id;
  return null;
end $$;
revoke execute on function order_item_total() from public;
create trigger order_item_total_insert after insert on order_item referencing new table as touched
  for each statement execute function order_item_total();
create trigger order_item_total_update after update on order_item referencing new table as touched
  for each statement execute function order_item_total();
create trigger order_item_total_delete after delete on order_item referencing old table as touched
  for each statement execute function order_item_total();

-- A product says what its reviews come to; products in key order, as whoever takes from stock does.
create function review_figures() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  changed uuid[];
begin
  if tg_op = 'INSERT' then
    changed := array(select distinct n.product_id from new_rows n);
  else
    changed := array(select distinct o.product_id from old_rows o);
  end if;
  perform from product p where p.id = any (changed) order by p.id for no key update;
  if tg_op = 'INSERT' then
    update product p set rating_count = p.rating_count + s.count, rating_sum = p.rating_sum + s.sum
    from (select n.product_id, count(*) as count, sum(n.rating) as sum from new_rows n group by 1) s where p.id = s.product_id;
  else
    update product p set rating_count = p.rating_count - s.count, rating_sum = p.rating_sum - s.sum
    from (select o.product_id, count(*) as count, sum(o.rating) as sum from old_rows o group by 1) s where p.id = s.product_id;
  end if;
  return null;
end $$;
revoke execute on function review_figures() from public;
create trigger review_figures_insert after insert on review referencing new table as new_rows
  for each statement execute function review_figures();
create trigger review_figures_delete after delete on review referencing old table as old_rows
  for each statement execute function review_figures();
-- What was said stays said.
create function review_unchanged() returns trigger language plpgsql as $$
begin
  if (new.product_id, new.shopper_id, new.rating) is distinct from (old.product_id, old.shopper_id, old.rating) then
    raise exception 'a review keeps its product, shopper and rating'
      using errcode = 'check_violation', constraint = 'review_unchanged', table = 'review';
  end if;
  return new;
end $$;
create trigger review_unchanged before update on review for each row execute function review_unchanged();

-- Down Migration
drop trigger review_unchanged on review;
drop function take_stock(uuid[], integer[]);
drop trigger shop_order_cancelled on shop_order;
drop function shop_order_cancelled();
drop function review_unchanged();
drop trigger review_figures_delete on review;
drop trigger review_figures_insert on review;
drop function review_figures();
drop trigger order_item_total_delete on order_item;
drop trigger order_item_total_update on order_item;
drop trigger order_item_total_insert on order_item;
drop function order_item_total();
drop trigger product_ancestry_update on product;
drop trigger product_ancestry_insert on product;
drop function product_ancestry_update();
drop function product_ancestry_insert();
drop trigger category_ancestry on category;
drop function category_ancestry();
drop function category_path(uuid);
