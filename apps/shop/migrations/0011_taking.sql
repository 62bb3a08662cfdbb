-- A shopper's own session with the database could take less than nothing, which is more stock.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- Takes from stock what an order is of, all of it or nothing: the only way in which a shopper takes from it. Products are locked
-- in key order, so orders of the same products wait for each other and never in a circle.
create or replace function take_stock(products uuid[], quantities integer[])
returns table (place integer, name varchar, price numeric, stock integer)
language plpgsql security definer set search_path from current as $$
begin
  if exists (
    select from unnest(products, quantities) w (id, quantity)
    group by w.id having count(*) > 1 or bool_or(coalesce(w.quantity, 0) < 1)
  ) then
    raise exception 'of each product at least one, and each product once'
      using errcode = 'check_violation', constraint = 'take_stock_quantity', table = 'product';
  end if;
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

-- Of the first version of 0002; 0009 keeps what it kept.
drop trigger if exists shop_order_forward on shop_order;
drop function if exists shop_order_forward();

-- Down Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
create or replace function take_stock(products uuid[], quantities integer[])
returns table (place integer, name varchar, price numeric, stock integer)
language plpgsql security definer set search_path from current as $$
begin
  perform from product p where p.id = any (products) order by p.id for no key update;
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
