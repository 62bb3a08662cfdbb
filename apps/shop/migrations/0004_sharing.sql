-- Row security, forced, on every table. What is on sale is everybody's; orders are whose they are and the staff's; only staff
-- writes products.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
select altiplano.expose_schema(current_schema());

-- Asked once a statement; as its owner, since row security would have to ask again.
create function is_staff() returns boolean language sql stable security definer set search_path from current
begin atomic
  select exists (select from shopper s where s.id = altiplano.caller() and s.role = 'staff');
end;
revoke execute on function is_staff() from public;

select altiplano.share('category');
select altiplano.share('tag');
select altiplano.share('product', writers => 'is_staff()');
select altiplano.share('product_tag', writers => 'is_staff()');
select altiplano.share('product_category');
select altiplano.share('shopper');
select altiplano.share('review', writers => 'shopper_id = altiplano.caller()');
select altiplano.share('shop_order', owner => 'shopper_id', everybody => 'is_staff()');
select altiplano.share('order_item', owner => 'shopper_id', everybody => 'is_staff()');

do $do$
declare
  app_role constant text := altiplano.app_role();
begin
  -- Names are shown beside reviews, to nobody in particular; addresses to no request.
  execute format('revoke select on shopper from %I', app_role);
  execute format('grant select (id, name, role, created_at) on shopper to %I', app_role);
  execute format('create policy shop_order_shipping on shop_order as restrictive for update to %I
    using (true) with check (status <> ''shipped'' or (select is_staff()))', app_role);
  execute format('grant execute on function is_staff(), take_stock(uuid[], integer[]) to %I', app_role);
  execute format('grant insert (id, category_id, name, slug, description, price, stock, specifications),
    update (category_id, name, slug, description, price, stock, specifications, is_active, updated_at) on product to %I', app_role);
  execute format('grant insert, delete on product_tag to %I', app_role);
  execute format('grant insert (product_id, shopper_id, rating, comment) on review to %I', app_role);
  execute format('grant insert (shopper_id), update (status, updated_at) on shop_order to %I', app_role);
  execute format('grant insert (order_id, shopper_id, product_id, place, quantity, unit_price, day, counts) on order_item to %I', app_role);
end $do$;

-- Down Migration
do $do$
declare
  shared regclass;
  policy name;
begin
  foreach shared in array array['category', 'tag', 'product', 'product_tag', 'product_category', 'shopper', 'review', 'shop_order', 'order_item']::regclass[] loop
    execute format('alter table %s no force row level security, disable row level security', shared);
    for policy in select polname from pg_policy where polrelid = shared loop
      execute format('drop policy %I on %s', policy, shared);
    end loop;
    execute format('revoke all on %s from %I', shared, altiplano.app_role());
  end loop;
  execute format('revoke usage on schema %I from %I', current_schema(), altiplano.app_role());
  execute format('revoke all on function take_stock(uuid[], integer[]) from %I', altiplano.app_role());
end $do$;
drop function is_staff();
