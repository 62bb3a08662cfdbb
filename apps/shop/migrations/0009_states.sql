-- Where rows go from where they are, whoever writes. Printed by the declaration (`altiplano states sql`).
-- Up Migration
create function shop_order_status_moves() returns trigger language plpgsql as $$
begin
  if not coalesce((old.status::text, new.status::text) in (('pending', 'paid'), ('pending', 'cancelled'), ('paid', 'shipped'), ('paid', 'cancelled')), false) then
    raise exception 'shop_order does not go from % to %', old.status, new.status
      using errcode = 'check_violation', constraint = 'shop_order_status_moves', table = 'shop_order';
  end if;
  return new;
end $$;
create trigger shop_order_status_moves before update of status on shop_order
  for each row when (old.status is distinct from new.status) execute function shop_order_status_moves();

-- Down Migration
drop trigger shop_order_status_moves on shop_order;
drop function shop_order_status_moves();
