-- Replies to requests with an Idempotency-Key, kept for 24 hours in the transaction of the write itself: a crash loses
-- both or neither.
-- Up Migration
create table altiplano.idempotency_key (
  -- Its kind and id: a user and an API key may have the same number.
  caller text not null,
  schema text not null,
  route text not null,
  key text not null,
  -- sha256 of all that the request said: the same key must not mean two things.
  fingerprint text not null,
  location text,
  -- The JSON texts of what was created, joined by commas; null where nothing is shown.
  items text,
  expires_at timestamptz not null,
  primary key (caller, schema, route, key)
);
create index idempotency_key_expires_at on altiplano.idempotency_key (expires_at);

create function altiplano.caller_of_kind() returns text
language sql stable parallel safe as $$ select coalesce(altiplano.caller_kind(), '') || ':' || altiplano.caller_text() $$;

-- What the caller of the session was answered to a key.
create function altiplano.kept_reply(of_schema text, of_route text, of_key text)
returns table (fingerprint text, location text, items text)
language sql stable security definer set search_path = altiplano, pg_temp rows 1 as $$
  select k.fingerprint, k.location, k.items
  from altiplano.idempotency_key k
  where k.caller = altiplano.caller_of_kind() and k.schema = of_schema and k.route = of_route and k.key = of_key
    and k.expires_at > now()
$$;

-- Removes replies that have expired, oldest first. Those another session is removing are left to it, so nobody waits.
create function altiplano.forget_replies(most integer) returns bigint
language sql security definer set search_path = altiplano, pg_temp as $$
  with expired as (
    select k.caller, k.schema, k.route, k.key
    from altiplano.idempotency_key k
    where k.expires_at <= now()
    order by k.expires_at
    limit most
    for update skip locked
  ), removed as (
    delete from altiplano.idempotency_key k
    using expired e
    where k.caller = e.caller and k.schema = e.schema and k.route = e.route and k.key = e.key
    returning 1
  )
  select count(*) from removed
$$;

-- Keeps a reply. Each one kept removes up to two that have expired, so the table does not grow while nobody folds; the
-- folder removes the rest.
create function altiplano.keep_reply(
  of_schema text, of_route text, of_key text, of_fingerprint text, of_location text, of_items text
) returns boolean
language plpgsql security definer set search_path = altiplano, pg_temp as $$
begin
  perform altiplano.forget_replies(2);
  -- Waits for another request that is keeping a reply to the same key, and then finds it.
  insert into altiplano.idempotency_key as k (caller, schema, route, key, fingerprint, location, items, expires_at)
  values (altiplano.caller_of_kind(), of_schema, of_route, of_key, of_fingerprint, of_location, of_items,
    now() + interval '24 hours')
  on conflict (caller, schema, route, key) do update
  set fingerprint = excluded.fingerprint, location = excluded.location, items = excluded.items, expires_at = excluded.expires_at
  where k.expires_at <= now();
  if not found then
    raise exception 'another request has used this idempotency key' using errcode = 'ALT02';
  end if;
  return true;
end $$;

revoke execute on function altiplano.kept_reply(text, text, text), altiplano.forget_replies(integer),
  altiplano.keep_reply(text, text, text, text, text, text) from public;
do $$
begin
  execute format(
    'grant execute on function altiplano.kept_reply(text, text, text), altiplano.keep_reply(text, text, text, text, text, text) to %I',
    altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.keep_reply(text, text, text, text, text, text);
drop function altiplano.forget_replies(integer);
drop function altiplano.kept_reply(text, text, text);
drop function altiplano.caller_of_kind();
drop table altiplano.idempotency_key;
