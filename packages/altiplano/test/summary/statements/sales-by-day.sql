-- Summaries: figures kept for each group of a table's rows, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/summary); docs/decisions/0016-summaries.md says how they work.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- sales_by_day: figures over the rows of sale, by day, status.

create type sales_by_day_key as (day date, status character varying(20));
create table sales_by_day (
  day date not null,
  status character varying(20) not null,
  rows bigint not null default 0,
  sales bigint not null default 0,
  large bigint not null default 0,
  revenue numeric not null default 0,
  folded pg_snapshot not null,
  primary key (day, status)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table sales_by_day_delta (
  generation smallint not null,
  day date not null,
  status character varying(20) not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  sales bigint not null,
  large bigint not null,
  revenue numeric not null
) partition by list (generation);
create index on sales_by_day_delta (day, status, writer);
create index on sales_by_day_delta (writer);
create table sales_by_day_delta_0 partition of sales_by_day_delta for values in (0);
create table sales_by_day_delta_1 partition of sales_by_day_delta for values in (1);

alter table sales_by_day enable row level security, force row level security;
create policy altiplano_owner on sales_by_day to current_user using (true) with check (true);
alter table sales_by_day_delta enable row level security, force row level security;
create policy altiplano_owner on sales_by_day_delta to current_user using (true) with check (true);
alter table sales_by_day_delta_0 enable row level security, force row level security;
create policy altiplano_owner on sales_by_day_delta_0 to current_user using (true) with check (true);
alter table sales_by_day_delta_1 enable row level security, force row level security;
create policy altiplano_owner on sales_by_day_delta_1 to current_user using (true) with check (true);

create function sales_by_day_fold(places sales_by_day_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into sales_by_day (day, status, folded)
  select k.day, k.status, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from sales_by_day b where b.day = k.day and b.status = k.status)
  order by k.day, k.status
  on conflict do nothing;

  select array_agg(row(b.day, b.status)::sales_by_day_key) into places
  from (
    select b.day, b.status
    from unnest(places) k join sales_by_day b on b.day = k.day and b.status = k.status
    order by b.day, b.status
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join sales_by_day b on b.day = k.day and b.status = k.status
    cross join lateral (
      select d.* from sales_by_day_delta_0 d
      where d.day = b.day and d.status = b.status and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from sales_by_day_delta_1 d
      where d.day = b.day and d.status = b.status and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.day, d.status, count(*) as deltas, sum(d.rows) as rows, sum(d.sales) as sales, sum(d.large) as large, sum(d.revenue) as revenue
    from due d group by d.day, d.status
  ), folded as (
    update sales_by_day b
    set rows = b.rows + s.rows, sales = b.sales + s.sales, large = b.large + s.large, revenue = b.revenue + s.revenue,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.day = s.day and b.status = s.status
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function sales_by_day_fold(sales_by_day_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function sales_by_day_pending(most integer) returns table (place sales_by_day_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'sales_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'sales_by_day'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.day, d.status)::sales_by_day_key, min(d.at)
  from (
    select d.day, d.status, d.writer, d.at from sales_by_day_delta_0 d where d.writer >= ceiling
    union all
    select d.day, d.status, d.writer, d.at from sales_by_day_delta_0 d where d.writer = any (running)
    union all
    select d.day, d.status, d.writer, d.at from sales_by_day_delta_1 d where d.writer >= ceiling
    union all
    select d.day, d.status, d.writer, d.at from sales_by_day_delta_1 d where d.writer = any (running)
  ) d
  left join sales_by_day b on b.day = d.day and b.status = d.status
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.day, d.status
  order by 2
  limit most;
end $$;
revoke execute on function sales_by_day_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function sales_by_day_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from sales_by_day_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into sales_by_day_delta (generation, day, status, rows, sales, large, revenue)
  select max(d.generation), d.day, d.status, sum(d.rows), sum(d.sales), sum(d.large), sum(d.revenue)
  from own d group by d.day, d.status;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function sales_by_day_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places sales_by_day_key[];
begin
  if (select count(*) from (
        select from sales_by_day_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform sales_by_day_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'sales_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'sales_by_day'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from sales_by_day_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('sales_by_day'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from sales_by_day_pending(1000) p;
    exit when places is null or sales_by_day_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'sales_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'sales_by_day'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from sales_by_day_delta_0 d left join sales_by_day b on b.day = d.day and b.status = d.status
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from sales_by_day_delta_1 d left join sales_by_day b on b.day = d.day and b.status = d.status
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function sales_by_day_gather(), sales_by_day_bound() from public;

create function sales_by_day_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'sales_by_day'), 0);
begin
  insert into sales_by_day_delta (generation, day, status, rows, sales, large, revenue)
  select current, c.day, c.status, sum(c.rows), sum(c.sales), sum(c.large), sum(c.revenue)
  from (
    select (n.sold_at at time zone 'UTC')::date as day, n.status as status, 1 as rows, 1 as sales, case when n.quantity in ('3', '4') then 1 else 0 end as large, case when n.status in ('paid', 'shipped') then coalesce(n.quantity::numeric, 0) * coalesce(nullif(n.price, 'NaN'), 0) else 0 end as revenue
    from new_rows n
    where not n.gone and (n.sold_at at time zone 'UTC')::date is not null and n.status is not null
  ) c
  group by c.day, c.status
  having sum(c.rows) <> 0 or sum(c.sales) <> 0 or sum(c.large) <> 0 or sum(c.revenue) <> 0
  order by c.day, c.status;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform sales_by_day_bound();
  end if;
  return null;
end $$;

create function sales_by_day_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'sales_by_day'), 0);
begin
  insert into sales_by_day_delta (generation, day, status, rows, sales, large, revenue)
  select current, c.day, c.status, sum(c.rows), sum(c.sales), sum(c.large), sum(c.revenue)
  from (
    select (o.sold_at at time zone 'UTC')::date as day, o.status as status, -1 as rows, -(1) as sales, -(case when o.quantity in ('3', '4') then 1 else 0 end) as large, -(case when o.status in ('paid', 'shipped') then coalesce(o.quantity::numeric, 0) * coalesce(nullif(o.price, 'NaN'), 0) else 0 end) as revenue
    from old_rows o
    where not o.gone and (o.sold_at at time zone 'UTC')::date is not null and o.status is not null
    union all
    select (n.sold_at at time zone 'UTC')::date as day, n.status as status, 1 as rows, 1 as sales, case when n.quantity in ('3', '4') then 1 else 0 end as large, case when n.status in ('paid', 'shipped') then coalesce(n.quantity::numeric, 0) * coalesce(nullif(n.price, 'NaN'), 0) else 0 end as revenue
    from new_rows n
    where not n.gone and (n.sold_at at time zone 'UTC')::date is not null and n.status is not null
  ) c
  group by c.day, c.status
  having sum(c.rows) <> 0 or sum(c.sales) <> 0 or sum(c.large) <> 0 or sum(c.revenue) <> 0
  order by c.day, c.status;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform sales_by_day_bound();
  end if;
  return null;
end $$;

create function sales_by_day_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'sales_by_day'), 0);
begin
  insert into sales_by_day_delta (generation, day, status, rows, sales, large, revenue)
  select current, c.day, c.status, sum(c.rows), sum(c.sales), sum(c.large), sum(c.revenue)
  from (
    select (o.sold_at at time zone 'UTC')::date as day, o.status as status, -1 as rows, -(1) as sales, -(case when o.quantity in ('3', '4') then 1 else 0 end) as large, -(case when o.status in ('paid', 'shipped') then coalesce(o.quantity::numeric, 0) * coalesce(nullif(o.price, 'NaN'), 0) else 0 end) as revenue
    from old_rows o
    where not o.gone and (o.sold_at at time zone 'UTC')::date is not null and o.status is not null
  ) c
  group by c.day, c.status
  having sum(c.rows) <> 0 or sum(c.sales) <> 0 or sum(c.large) <> 0 or sum(c.revenue) <> 0
  order by c.day, c.status;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform sales_by_day_bound();
  end if;
  return null;
end $$;

create function sales_by_day_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate sales_by_day, sales_by_day_delta;
  return null;
end $$;

revoke execute on function sales_by_day_insert(), sales_by_day_update(), sales_by_day_delete(), sales_by_day_truncate() from public;

create trigger altiplano_sales_by_day_insert after insert on sale
  referencing new table as new_rows for each statement execute function sales_by_day_insert();
create trigger altiplano_sales_by_day_update after update on sale
  referencing old table as old_rows new table as new_rows for each statement execute function sales_by_day_update();
create trigger altiplano_sales_by_day_delete after delete on sale
  referencing old table as old_rows for each statement execute function sales_by_day_delete();
create trigger altiplano_sales_by_day_truncate after truncate on sale
  for each statement execute function sales_by_day_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks; day from and up to a value, null for no bound.
create function sales_by_day_figures(from_day date default null, upto_day date default null) returns table (day date, status character varying(20), rows bigint, sales bigint, large bigint, revenue numeric)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_nestloop = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  state text;
  ceiling xid8;
  running xid8[];
begin
  select r.state, coalesce(pg_snapshot_xmax(r.folded), '0'), array(select pg_snapshot_xip(r.folded)) into state, ceiling, running
  from altiplano.summary r
  where r.name = 'sales_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'sales_by_day'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'sales_by_day' using errcode = 'ALT05';
  end if;
  return query
  select f.day, f.status, f.rows, f.sales, f.large, f.revenue
  from (
    with base as materialized (
      select b.day, b.status, b.rows, b.sales, b.large, b.revenue, b.folded from sales_by_day b
      where b.day >= coalesce(from_day, '-infinity')
        and b.day <= coalesce(upto_day, 'infinity')
    ), delta as (
      select d.day, d.status, d.rows, d.sales, d.large, d.revenue, d.writer from sales_by_day_delta_0 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.status, d.rows, d.sales, d.large, d.revenue, d.writer from sales_by_day_delta_0 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.status, d.rows, d.sales, d.large, d.revenue, d.writer from sales_by_day_delta_1 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.status, d.rows, d.sales, d.large, d.revenue, d.writer from sales_by_day_delta_1 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
    )
    select u.day, u.status, sum(u.rows)::bigint as rows, sum(u.sales)::bigint as sales, sum(u.large)::bigint as large, round(sum(u.revenue), 2) as revenue
    from (
      select b.day, b.status, b.rows, b.sales, b.large, b.revenue from base b
      union all
      select d.day, d.status, d.rows, d.sales, d.large, d.revenue from delta d left join base b on b.day = d.day and b.status = d.status
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.day, u.status
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function sales_by_day_figures(date, date) from public;
do $$ begin execute format('grant execute on function sales_by_day_figures(date, date) to %I', altiplano.app_role()); end $$;

create function sales_by_day_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from sales_by_day_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from sales_by_day_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into sales_by_day as b (day, status, rows, sales, large, revenue, folded)
  select c.day, c.status, c.rows, c.sales, c.large, c.revenue, snapshot
  from (
    select (c.sold_at at time zone 'UTC')::date as day, c.status as status, count(*) as rows, sum(1) as sales, sum(case when c.quantity in ('3', '4') then 1 else 0 end) as large, sum(case when c.status in ('paid', 'shipped') then coalesce(c.quantity::numeric, 0) * coalesce(nullif(c.price, 'NaN'), 0) else 0 end) as revenue
    from sale c
    where not c.gone and (c.sold_at at time zone 'UTC')::date is not null and c.status is not null
    group by 1, 2
  ) c
  order by c.day, c.status -- neighbours are read together
  on conflict (day, status) do update
  set rows = excluded.rows, sales = excluded.sales, large = excluded.large, revenue = excluded.revenue, folded = excluded.folded;
  get diagnostics result = row_count;
  update sales_by_day b set rows = 0, sales = 0, large = 0, revenue = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into sales_by_day (day, status, folded)
  select d.day, d.status, snapshot
  from (
    select day, status from sales_by_day_delta_0 union select day, status from sales_by_day_delta_1
  ) d
  where not exists (select from sales_by_day b where b.day = d.day and b.status = d.status);
  return result;
end $$;
revoke execute on function sales_by_day_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'sales_by_day', '{"table":"sale","tenants":[],"deleted":"gone","where":[],"groups":[{"name":"day","column":"sold_at","of":"day"},{"name":"status","column":"status","of":"value"}],"figures":[{"name":"sales","factors":null,"where":[]},{"name":"large","factors":null,"where":[{"kind":"in","column":"quantity","values":["3","4"]}]},{"name":"revenue","factors":["quantity","price"],"where":[{"kind":"in","column":"status","values":["paid","shipped"]}]}]}');

-- Down Migration
drop trigger altiplano_sales_by_day_insert on sale;
drop function sales_by_day_insert();
drop trigger altiplano_sales_by_day_update on sale;
drop function sales_by_day_update();
drop trigger altiplano_sales_by_day_delete on sale;
drop function sales_by_day_delete();
drop trigger altiplano_sales_by_day_truncate on sale;
drop function sales_by_day_truncate();
drop function sales_by_day_build();
drop function sales_by_day_figures(date, date);
drop function sales_by_day_bound();
drop function sales_by_day_gather();
drop function sales_by_day_pending(integer);
drop function sales_by_day_fold(sales_by_day_key[]);
drop table sales_by_day_delta;
drop table sales_by_day;
drop type sales_by_day_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'sales_by_day';
