-- Who a credential speaks for. Asked before any caller is set, so these run as their owner: row security would show nobody.
-- Printed by the declaration (`altiplano identity sql`).
-- Up Migration
create function caller_identity(of_user uuid) returns table (role text, organization_id uuid)
language sql stable security definer rows 1
begin atomic
  select u.role, u.organization_id from member u where u.id = of_user;
end;
create function key_identity(of_prefix text)
returns table (key text, tenant text, user_id text, scopes text[], digest bytea, remaining float8)
language sql stable security definer rows 1
begin atomic
  select k.id::text, k.organization_id::text, k.created_by::text, k.scopes, k.digest, extract(epoch from k.expires_at - now())::float8
  from api_key k
  where k.prefix = of_prefix and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end;
create function key_used(of_prefix text) returns void
language sql security definer
begin atomic
  update api_key k set last_used_at = now()
  where k.prefix = (
    select l.prefix from api_key l
    where l.prefix = of_prefix and (l.last_used_at is null or l.last_used_at < now() - interval '1 minute')
    for no key update skip locked
  );
end;
revoke execute on function caller_identity(uuid) from public;
revoke execute on function key_identity(text) from public;
revoke execute on function key_used(text) from public;
do $$ begin
  execute format('grant execute on function caller_identity(uuid), key_identity(text), key_used(text) to %I',
                 altiplano.app_role());
end $$;

-- Down Migration
drop function caller_identity(uuid);
drop function key_identity(text);
drop function key_used(text);
