-- From where accounts were signed in to: there somebody who fails elsewhere shuts nobody out. Keyed digests, as of attempts.
-- Up Migration
create table altiplano.sign_in_place (
  schema text not null,
  line bytea not null, -- of an account and an address together
  until timestamptz not null,
  primary key (schema, line)
) with (fillfactor = 80);
create index sign_in_place_until on altiplano.sign_in_place (until);

-- Counts an attempt from a place as count_attempt does: by the place's own line if it is known there, else by the account's.
create function altiplano.count_attempt_from(
  of_schema text, address bytea, most_address integer, account bytea, place bytea, most integer, span float8
) returns float8
language sql security definer set search_path = altiplano, pg_temp as $$
  select altiplano.count_attempt(
    of_schema,
    array[address, case when exists (
      select from altiplano.sign_in_place p where p.schema = of_schema and p.line = place and p.until > clock_timestamp()
    ) then place else account end],
    array[most_address, most], span)
$$;

-- A login that went well: the line it was counted in counts from nothing, and the place is known for thirty days. A known place takes nothing
-- away from the account's line: whoever guesses elsewhere would get as many more with each login of the owner.
create function altiplano.forgive_attempt_from(of_schema text, address bytea, account bytea, place bytea) returns void
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  known constant boolean := exists (
    select from altiplano.sign_in_place p where p.schema = of_schema and p.line = place and p.until > clock_timestamp()
  );
begin
  perform altiplano.forgive_attempt(of_schema, array[address], case when known then place else account end);
  -- Not written again each time: a day is near enough.
  insert into altiplano.sign_in_place as p (schema, line, until)
  values (of_schema, place, clock_timestamp() + interval '30 days')
  on conflict (schema, line) do update set until = excluded.until where p.until < excluded.until - interval '1 day';
  delete from altiplano.sign_in_place p
  where p.ctid = any (array(
    select o.ctid from altiplano.sign_in_place o where o.until <= clock_timestamp() order by o.until limit 8 for update skip locked
  ));
end $$;

revoke execute on function
  altiplano.count_attempt_from(text, bytea, integer, bytea, bytea, integer, float8),
  altiplano.forgive_attempt_from(text, bytea, bytea, bytea)
from public;
do $$
begin
  execute format('grant execute on function
    altiplano.count_attempt_from(text, bytea, integer, bytea, bytea, integer, float8),
    altiplano.forgive_attempt_from(text, bytea, bytea, bytea) to %I', altiplano.app_role());
end $$;

-- A trigger for an app's table of users, `after update of` its digest: whoever changes a password ends that user's sessions, in the same transaction.
-- Its argument is the column of the key. A digest that a login makes anew is of the same password, and says so.
create function altiplano.password_changed() returns trigger
language plpgsql security definer set search_path = altiplano, pg_temp as $$
begin
  if coalesce(current_setting('altiplano.rehash', true), '') <> 'on' then
    perform altiplano.end_sessions(tg_table_schema, to_jsonb(new) ->> tg_argv[0]);
  end if;
  return null;
end $$;
revoke execute on function altiplano.password_changed() from public;

-- Down Migration
drop function altiplano.password_changed();
drop function altiplano.forgive_attempt_from(text, bytea, bytea, bytea);
drop function altiplano.count_attempt_from(text, bytea, integer, bytea, bytea, integer, float8);
drop table altiplano.sign_in_place;
