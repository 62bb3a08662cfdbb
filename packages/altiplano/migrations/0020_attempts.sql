-- Two that counted could wait for each other: whoever removed what is over held those lines while waiting for its own.
-- Up Migration

-- As it was (0017), but what is over is removed last: nothing is waited for after that.
create or replace function altiplano.count_attempt(of_schema text, lines bytea[], most integer[], span float8) returns float8
language plpgsql security definer set search_path = altiplano, pg_temp as $$
declare
  counted altiplano.sign_in_attempt;
  wait float8 := 0;
begin
  for place in 1..cardinality(lines) loop
    insert into altiplano.sign_in_attempt as a (schema, line, count, until)
    values (of_schema, lines[place], 1, clock_timestamp() + make_interval(secs => span))
    on conflict (schema, line) do update
    set count = case when a.until <= clock_timestamp() then 1 else least(a.count, most[place]) + 1 end,
      until = case when a.until <= clock_timestamp() then excluded.until else a.until end
    returning * into counted;
    if counted.count > most[place] then
      wait := greatest(1, extract(epoch from counted.until - clock_timestamp()));
      exit;
    end if;
  end loop;
  delete from altiplano.sign_in_attempt a
  where a.ctid = any (array(
    select o.ctid from altiplano.sign_in_attempt o where o.until <= clock_timestamp() order by o.until limit 8 for update skip locked
  ));
  return wait;
end $$;

-- Down Migration
create or replace function altiplano.count_attempt(of_schema text, lines bytea[], most integer[], span float8) returns float8
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
