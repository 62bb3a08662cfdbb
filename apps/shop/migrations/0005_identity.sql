-- Who a credential speaks for. Asked before any caller is set, so these run as their owner: row security would show nobody.
-- Printed by the declaration (`altiplano identity sql`).
-- Up Migration
create function caller_identity(of_user uuid) returns table (role character varying(20))
language sql stable security definer rows 1
begin atomic
  select u.role from shopper u where u.id = of_user;
end;
revoke execute on function caller_identity(uuid) from public;
do $$ begin
  execute format('grant execute on function caller_identity(uuid) to %I',
                 altiplano.app_role());
end $$;

-- Down Migration
drop function caller_identity(uuid);
