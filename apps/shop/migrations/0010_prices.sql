-- A shopper's own session with the database could say what an item costs.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- What an item costs is what its product does now: nobody but the owner, who may bring old ones, says a price. Whoever has taken from
-- stock holds the product, so it is the price that was told.
create function order_item_price() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  select p.price into new.unit_price from product p where p.id = new.product_id;
  return new;
end $$;
revoke execute on function order_item_price() from public;
create trigger order_item_price before insert on order_item
  for each row when (new.unit_price is null) execute function order_item_price();
do $$ begin
  execute format('revoke insert (unit_price) on order_item from %I', altiplano.app_role());
end $$;

-- Down Migration
drop trigger order_item_price on order_item;
drop function order_item_price();
do $$ begin
  execute format('grant insert (unit_price) on order_item to %I', altiplano.app_role());
end $$;
