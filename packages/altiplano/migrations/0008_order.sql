-- Ordering by figures: which a rollup keeps rows in order of, and the form they are ordered in.
-- Up Migration
alter table altiplano.rollup
  add column orders text[] not null default '{}', -- figures that rows can be ordered by
  add column ranked boolean not null default false; -- every live parent has its row

-- Which changes a page has to add up, it learns from there.
do $do$ begin
  execute format('grant select (schema_name, name, folded) on altiplano.rollup to %I', altiplano.app_role());
end $do$;

-- A figure as it is shown, as a whole number of its last decimal: comparing numerics is not leakproof, so under row security
-- an index over them could not be started in the middle. Beyond eight bytes all are equal.
create function altiplano.order_value(figure numeric, decimals integer) returns bigint
language sql immutable parallel safe as $$
  select least(greatest(figure * 10::numeric ^ decimals, -9223372036854775807), 9223372036854775807)::bigint
$$;

-- Down Migration
do $do$ begin
  execute format('revoke select (schema_name, name, folded) on altiplano.rollup from %I', altiplano.app_role());
end $do$;
drop function altiplano.order_value(numeric, integer);
alter table altiplano.rollup drop column orders, drop column ranked;
