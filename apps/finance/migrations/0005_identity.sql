-- Who a credential speaks for. Asked before any caller is set, so these run as their owner: row security would show nobody.
-- Printed by the declaration (`altiplano identity sql`).
-- Up Migration
create function caller_identity(of_user uuid, of_kind text, of_id uuid) returns table (role text, is_active boolean)
language sql stable security definer rows 1
begin atomic
  select (
    select m.role::text from tenancy m
    where m.user_id = u.id and m.tenant_type = coalesce(of_kind, 'user') and m.tenant_id = coalesce(of_id, u.id)
  ), u.is_active from app_user u where u.id = of_user;
end;
create function sign_in_user(of_email character varying) returns table (user_id text, digest text, active boolean)
language sql stable security definer rows 1
begin atomic
  select u.id::text, u.password_digest::text, u.is_active from app_user u where u.email = of_email;
end;
create function sign_in_rehash(of_user uuid, was text, becomes text) returns void
language sql security definer
begin atomic
  update app_user u set password_digest = becomes where u.id = of_user and u.password_digest = was;
end;
revoke execute on function caller_identity(uuid, text, uuid) from public;
revoke execute on function sign_in_user(character varying) from public;
revoke execute on function sign_in_rehash(uuid, text, text) from public;
do $$ begin
  execute format('grant execute on function caller_identity(uuid, text, uuid), sign_in_user(character varying), sign_in_rehash(uuid, text, text) to %I',
                 altiplano.app_role());
end $$;

-- Down Migration
drop function caller_identity(uuid, text, uuid);
drop function sign_in_user(character varying);
drop function sign_in_rehash(uuid, text, text);
