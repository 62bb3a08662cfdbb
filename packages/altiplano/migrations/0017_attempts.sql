-- How often somebody tried to sign in lately, by account and by address, for all processes. Only keyed digests of these are kept; what is lost
-- in a crash is counted anew.
-- Up Migration
create unlogged table altiplano.sign_in_attempt (
  schema text not null,
  line bytea not null,
  count integer not null,
  until timestamptz not null, -- where its window ends
  primary key (schema, line)
) with (fillfactor = 70);
create index sign_in_attempt_until on altiplano.sign_in_attempt (until);

-- Counts an attempt in each line, in this order, as far as there is room: in how many seconds there is, or 0. A line that has no room is counted
-- no further, and neither are those after it. Each call removes some that are over, more than it adds.
create function altiplano.count_attempt(of_schema text, lines bytea[], most integer[], span float8) returns float8
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  counted altiplano.sign_in_attempt;
begin
  delete from altiplano.sign_in_attempt a
  where a.ctid = any (array(
    select o.ctid from altiplano.sign_in_attempt o where o.until <= clock_timestamp() order by o.until limit 8 for update skip locked
  ));
  for place in 1..cardinality(lines) loop
    insert into altiplano.sign_in_attempt as a (schema, line, count, until)
    values (of_schema, lines[place], 1, clock_timestamp() + make_interval(secs => span))
    on conflict (schema, line) do update
    set count = case when a.until <= clock_timestamp() then 1 else least(a.count, most[place]) + 1 end,
      until = case when a.until <= clock_timestamp() then excluded.until else a.until end
    returning * into counted;
    if counted.count > most[place] then
      return greatest(1, extract(epoch from counted.until - clock_timestamp()));
    end if;
  end loop;
  return 0;
end $$;

-- A login that went well: its own line counts from nothing, the others one less.
create function altiplano.forgive_attempt(of_schema text, others bytea[], own bytea) returns void
language sql security definer set search_path = altiplano, pg_temp as $$
  update altiplano.sign_in_attempt a set count = greatest(0, a.count - 1) where a.schema = of_schema and a.line = any (others);
  delete from altiplano.sign_in_attempt a where a.schema = of_schema and a.line = own;
$$;

revoke execute on function
  altiplano.count_attempt(text, bytea[], integer[], float8), altiplano.forgive_attempt(text, bytea[], bytea)
from public;
do $$
begin
  execute format('grant execute on function
    altiplano.count_attempt(text, bytea[], integer[], float8), altiplano.forgive_attempt(text, bytea[], bytea) to %I', altiplano.app_role());
end $$;

-- Down Migration
drop function altiplano.forgive_attempt(text, bytea[], bytea);
drop function altiplano.count_attempt(text, bytea[], integer[], float8);
drop table altiplano.sign_in_attempt;
