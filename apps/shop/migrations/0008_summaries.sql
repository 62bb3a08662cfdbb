-- Summaries: figures kept for each group of a table's rows, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/summary); docs/decisions/0016-summaries.md says how they work.
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- order_totals: figures over the rows of shop_order, by status.

create type order_totals_key as (status character varying(20));
create table order_totals (
  status character varying(20) not null,
  rows bigint not null default 0,
  orders bigint not null default 0,
  revenue numeric not null default 0,
  folded pg_snapshot not null,
  primary key (status)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table order_totals_delta (
  generation smallint not null,
  status character varying(20) not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  orders bigint not null,
  revenue numeric not null
) partition by list (generation);
create index on order_totals_delta (status, writer);
create index on order_totals_delta (writer);
create table order_totals_delta_0 partition of order_totals_delta for values in (0);
create table order_totals_delta_1 partition of order_totals_delta for values in (1);

alter table order_totals enable row level security, force row level security;
create policy altiplano_owner on order_totals to current_user using (true) with check (true);
alter table order_totals_delta enable row level security, force row level security;
create policy altiplano_owner on order_totals_delta to current_user using (true) with check (true);
alter table order_totals_delta_0 enable row level security, force row level security;
create policy altiplano_owner on order_totals_delta_0 to current_user using (true) with check (true);
alter table order_totals_delta_1 enable row level security, force row level security;
create policy altiplano_owner on order_totals_delta_1 to current_user using (true) with check (true);

create function order_totals_fold(places order_totals_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into order_totals (status, folded)
  select k.status, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from order_totals b where b.status = k.status)
  order by k.status
  on conflict do nothing;

  select array_agg(row(b.status)::order_totals_key) into places
  from (
    select b.status
    from unnest(places) k join order_totals b on b.status = k.status
    order by b.status
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join order_totals b on b.status = k.status
    cross join lateral (
      select d.* from order_totals_delta_0 d
      where d.status = b.status and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from order_totals_delta_1 d
      where d.status = b.status and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.status, count(*) as deltas, sum(d.rows) as rows, sum(d.orders) as orders, sum(d.revenue) as revenue
    from due d group by d.status
  ), folded as (
    update order_totals b
    set rows = b.rows + s.rows, orders = b.orders + s.orders, revenue = b.revenue + s.revenue,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.status = s.status
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function order_totals_fold(order_totals_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function order_totals_pending(most integer) returns table (place order_totals_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'order_totals' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'order_totals'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.status)::order_totals_key, min(d.at)
  from (
    select d.status, d.writer, d.at from order_totals_delta_0 d where d.writer >= ceiling
    union all
    select d.status, d.writer, d.at from order_totals_delta_0 d where d.writer = any (running)
    union all
    select d.status, d.writer, d.at from order_totals_delta_1 d where d.writer >= ceiling
    union all
    select d.status, d.writer, d.at from order_totals_delta_1 d where d.writer = any (running)
  ) d
  left join order_totals b on b.status = d.status
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.status
  order by 2
  limit most;
end $$;
revoke execute on function order_totals_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function order_totals_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from order_totals_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into order_totals_delta (generation, status, rows, orders, revenue)
  select max(d.generation), d.status, sum(d.rows), sum(d.orders), sum(d.revenue)
  from own d group by d.status;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function order_totals_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places order_totals_key[];
begin
  if (select count(*) from (
        select from order_totals_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform order_totals_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'order_totals' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'order_totals'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from order_totals_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('order_totals'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from order_totals_pending(1000) p;
    exit when places is null or order_totals_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'order_totals' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'order_totals'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from order_totals_delta_0 d left join order_totals b on b.status = d.status
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from order_totals_delta_1 d left join order_totals b on b.status = d.status
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function order_totals_gather(), order_totals_bound() from public;

create function order_totals_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'order_totals'), 0);
begin
  insert into order_totals_delta (generation, status, rows, orders, revenue)
  select current, c.status, sum(c.rows), sum(c.orders), sum(c.revenue)
  from (
    select n.status as status, 1 as rows, 1 as orders, case when n.status in ('paid', 'shipped') then coalesce(nullif(n.total, 'NaN'), 0) else 0 end as revenue
    from new_rows n
    where n.status is not null
  ) c
  group by c.status
  having sum(c.rows) <> 0 or sum(c.orders) <> 0 or sum(c.revenue) <> 0
  order by c.status;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform order_totals_bound();
  end if;
  return null;
end $$;

create function order_totals_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'order_totals'), 0);
begin
  insert into order_totals_delta (generation, status, rows, orders, revenue)
  select current, c.status, sum(c.rows), sum(c.orders), sum(c.revenue)
  from (
    select o.status as status, -1 as rows, -(1) as orders, -(case when o.status in ('paid', 'shipped') then coalesce(nullif(o.total, 'NaN'), 0) else 0 end) as revenue
    from old_rows o
    where o.status is not null
    union all
    select n.status as status, 1 as rows, 1 as orders, case when n.status in ('paid', 'shipped') then coalesce(nullif(n.total, 'NaN'), 0) else 0 end as revenue
    from new_rows n
    where n.status is not null
  ) c
  group by c.status
  having sum(c.rows) <> 0 or sum(c.orders) <> 0 or sum(c.revenue) <> 0
  order by c.status;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform order_totals_bound();
  end if;
  return null;
end $$;

create function order_totals_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'order_totals'), 0);
begin
  insert into order_totals_delta (generation, status, rows, orders, revenue)
  select current, c.status, sum(c.rows), sum(c.orders), sum(c.revenue)
  from (
    select o.status as status, -1 as rows, -(1) as orders, -(case when o.status in ('paid', 'shipped') then coalesce(nullif(o.total, 'NaN'), 0) else 0 end) as revenue
    from old_rows o
    where o.status is not null
  ) c
  group by c.status
  having sum(c.rows) <> 0 or sum(c.orders) <> 0 or sum(c.revenue) <> 0
  order by c.status;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform order_totals_bound();
  end if;
  return null;
end $$;

create function order_totals_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate order_totals, order_totals_delta;
  return null;
end $$;

revoke execute on function order_totals_insert(), order_totals_update(), order_totals_delete(), order_totals_truncate() from public;

create trigger altiplano_order_totals_insert after insert on shop_order
  referencing new table as new_rows for each statement execute function order_totals_insert();
create trigger altiplano_order_totals_update after update on shop_order
  referencing old table as old_rows new table as new_rows for each statement execute function order_totals_update();
create trigger altiplano_order_totals_delete after delete on shop_order
  referencing old table as old_rows for each statement execute function order_totals_delete();
create trigger altiplano_order_totals_truncate after truncate on shop_order
  for each statement execute function order_totals_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks.
create function order_totals_figures() returns table (status character varying(20), rows bigint, orders bigint, revenue numeric)
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
  where r.name = 'order_totals' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'order_totals'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'order_totals' using errcode = 'ALT05';
  end if;
  return query
  select f.status, f.rows, f.orders, f.revenue
  from (
    with base as materialized (
      select b.status, b.rows, b.orders, b.revenue, b.folded from order_totals b
    ), delta as (
      select d.status, d.rows, d.orders, d.revenue, d.writer from order_totals_delta_0 d
      where d.writer >= ceiling
      union all
      select d.status, d.rows, d.orders, d.revenue, d.writer from order_totals_delta_0 d
      where d.writer = any (running)
      union all
      select d.status, d.rows, d.orders, d.revenue, d.writer from order_totals_delta_1 d
      where d.writer >= ceiling
      union all
      select d.status, d.rows, d.orders, d.revenue, d.writer from order_totals_delta_1 d
      where d.writer = any (running)
    )
    select u.status, sum(u.rows)::bigint as rows, sum(u.orders)::bigint as orders, round(sum(u.revenue), 2) as revenue
    from (
      select b.status, b.rows, b.orders, b.revenue from base b
      union all
      select d.status, d.rows, d.orders, d.revenue from delta d left join base b on b.status = d.status
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.status
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function order_totals_figures() from public;
do $$ begin execute format('grant execute on function order_totals_figures() to %I', altiplano.app_role()); end $$;

create function order_totals_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from order_totals_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from order_totals_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into order_totals as b (status, rows, orders, revenue, folded)
  select c.status, c.rows, c.orders, c.revenue, snapshot
  from (
    select c.status as status, count(*) as rows, sum(1) as orders, sum(case when c.status in ('paid', 'shipped') then coalesce(nullif(c.total, 'NaN'), 0) else 0 end) as revenue
    from shop_order c
    where c.status is not null
    group by 1
  ) c
  order by c.status -- neighbours are read together
  on conflict (status) do update
  set rows = excluded.rows, orders = excluded.orders, revenue = excluded.revenue, folded = excluded.folded;
  get diagnostics result = row_count;
  update order_totals b set rows = 0, orders = 0, revenue = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into order_totals (status, folded)
  select d.status, snapshot
  from (
    select status from order_totals_delta_0 union select status from order_totals_delta_1
  ) d
  where not exists (select from order_totals b where b.status = d.status);
  return result;
end $$;
revoke execute on function order_totals_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'order_totals', '{"table":"shop_order","tenants":[],"deleted":null,"where":[],"groups":[{"name":"status","column":"status","of":"value"}],"figures":[{"name":"orders","factors":null,"where":[]},{"name":"revenue","factors":["total"],"where":[{"kind":"in","column":"status","values":["paid","shipped"]}]}]}');

-- orders_by_day: figures over the rows of shop_order, by day.

create type orders_by_day_key as (day date);
create table orders_by_day (
  day date not null,
  rows bigint not null default 0,
  orders bigint not null default 0,
  revenue numeric not null default 0,
  folded pg_snapshot not null,
  primary key (day)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table orders_by_day_delta (
  generation smallint not null,
  day date not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  orders bigint not null,
  revenue numeric not null
) partition by list (generation);
create index on orders_by_day_delta (day, writer);
create index on orders_by_day_delta (writer);
create table orders_by_day_delta_0 partition of orders_by_day_delta for values in (0);
create table orders_by_day_delta_1 partition of orders_by_day_delta for values in (1);

alter table orders_by_day enable row level security, force row level security;
create policy altiplano_owner on orders_by_day to current_user using (true) with check (true);
alter table orders_by_day_delta enable row level security, force row level security;
create policy altiplano_owner on orders_by_day_delta to current_user using (true) with check (true);
alter table orders_by_day_delta_0 enable row level security, force row level security;
create policy altiplano_owner on orders_by_day_delta_0 to current_user using (true) with check (true);
alter table orders_by_day_delta_1 enable row level security, force row level security;
create policy altiplano_owner on orders_by_day_delta_1 to current_user using (true) with check (true);

create function orders_by_day_fold(places orders_by_day_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into orders_by_day (day, folded)
  select k.day, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from orders_by_day b where b.day = k.day)
  order by k.day
  on conflict do nothing;

  select array_agg(row(b.day)::orders_by_day_key) into places
  from (
    select b.day
    from unnest(places) k join orders_by_day b on b.day = k.day
    order by b.day
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join orders_by_day b on b.day = k.day
    cross join lateral (
      select d.* from orders_by_day_delta_0 d
      where d.day = b.day and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from orders_by_day_delta_1 d
      where d.day = b.day and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.day, count(*) as deltas, sum(d.rows) as rows, sum(d.orders) as orders, sum(d.revenue) as revenue
    from due d group by d.day
  ), folded as (
    update orders_by_day b
    set rows = b.rows + s.rows, orders = b.orders + s.orders, revenue = b.revenue + s.revenue,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.day = s.day
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function orders_by_day_fold(orders_by_day_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function orders_by_day_pending(most integer) returns table (place orders_by_day_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'orders_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'orders_by_day'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.day)::orders_by_day_key, min(d.at)
  from (
    select d.day, d.writer, d.at from orders_by_day_delta_0 d where d.writer >= ceiling
    union all
    select d.day, d.writer, d.at from orders_by_day_delta_0 d where d.writer = any (running)
    union all
    select d.day, d.writer, d.at from orders_by_day_delta_1 d where d.writer >= ceiling
    union all
    select d.day, d.writer, d.at from orders_by_day_delta_1 d where d.writer = any (running)
  ) d
  left join orders_by_day b on b.day = d.day
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.day
  order by 2
  limit most;
end $$;
revoke execute on function orders_by_day_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function orders_by_day_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from orders_by_day_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into orders_by_day_delta (generation, day, rows, orders, revenue)
  select max(d.generation), d.day, sum(d.rows), sum(d.orders), sum(d.revenue)
  from own d group by d.day;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function orders_by_day_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places orders_by_day_key[];
begin
  if (select count(*) from (
        select from orders_by_day_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform orders_by_day_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'orders_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'orders_by_day'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from orders_by_day_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('orders_by_day'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from orders_by_day_pending(1000) p;
    exit when places is null or orders_by_day_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'orders_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'orders_by_day'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from orders_by_day_delta_0 d left join orders_by_day b on b.day = d.day
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from orders_by_day_delta_1 d left join orders_by_day b on b.day = d.day
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function orders_by_day_gather(), orders_by_day_bound() from public;

create function orders_by_day_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'orders_by_day'), 0);
begin
  insert into orders_by_day_delta (generation, day, rows, orders, revenue)
  select current, c.day, sum(c.rows), sum(c.orders), sum(c.revenue)
  from (
    select n.day as day, 1 as rows, 1 as orders, case when n.status in ('paid', 'shipped') then coalesce(nullif(n.total, 'NaN'), 0) else 0 end as revenue
    from new_rows n
    where n.day is not null
  ) c
  group by c.day
  having sum(c.rows) <> 0 or sum(c.orders) <> 0 or sum(c.revenue) <> 0
  order by c.day;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform orders_by_day_bound();
  end if;
  return null;
end $$;

create function orders_by_day_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'orders_by_day'), 0);
begin
  insert into orders_by_day_delta (generation, day, rows, orders, revenue)
  select current, c.day, sum(c.rows), sum(c.orders), sum(c.revenue)
  from (
    select o.day as day, -1 as rows, -(1) as orders, -(case when o.status in ('paid', 'shipped') then coalesce(nullif(o.total, 'NaN'), 0) else 0 end) as revenue
    from old_rows o
    where o.day is not null
    union all
    select n.day as day, 1 as rows, 1 as orders, case when n.status in ('paid', 'shipped') then coalesce(nullif(n.total, 'NaN'), 0) else 0 end as revenue
    from new_rows n
    where n.day is not null
  ) c
  group by c.day
  having sum(c.rows) <> 0 or sum(c.orders) <> 0 or sum(c.revenue) <> 0
  order by c.day;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform orders_by_day_bound();
  end if;
  return null;
end $$;

create function orders_by_day_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'orders_by_day'), 0);
begin
  insert into orders_by_day_delta (generation, day, rows, orders, revenue)
  select current, c.day, sum(c.rows), sum(c.orders), sum(c.revenue)
  from (
    select o.day as day, -1 as rows, -(1) as orders, -(case when o.status in ('paid', 'shipped') then coalesce(nullif(o.total, 'NaN'), 0) else 0 end) as revenue
    from old_rows o
    where o.day is not null
  ) c
  group by c.day
  having sum(c.rows) <> 0 or sum(c.orders) <> 0 or sum(c.revenue) <> 0
  order by c.day;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform orders_by_day_bound();
  end if;
  return null;
end $$;

create function orders_by_day_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate orders_by_day, orders_by_day_delta;
  return null;
end $$;

revoke execute on function orders_by_day_insert(), orders_by_day_update(), orders_by_day_delete(), orders_by_day_truncate() from public;

create trigger altiplano_orders_by_day_insert after insert on shop_order
  referencing new table as new_rows for each statement execute function orders_by_day_insert();
create trigger altiplano_orders_by_day_update after update on shop_order
  referencing old table as old_rows new table as new_rows for each statement execute function orders_by_day_update();
create trigger altiplano_orders_by_day_delete after delete on shop_order
  referencing old table as old_rows for each statement execute function orders_by_day_delete();
create trigger altiplano_orders_by_day_truncate after truncate on shop_order
  for each statement execute function orders_by_day_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks; day from and up to a value, null for no bound.
create function orders_by_day_figures(from_day date default null, upto_day date default null) returns table (day date, rows bigint, orders bigint, revenue numeric)
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
  where r.name = 'orders_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'orders_by_day'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'orders_by_day' using errcode = 'ALT05';
  end if;
  return query
  select f.day, f.rows, f.orders, f.revenue
  from (
    with base as materialized (
      select b.day, b.rows, b.orders, b.revenue, b.folded from orders_by_day b
      where b.day >= coalesce(from_day, '-infinity')
        and b.day <= coalesce(upto_day, 'infinity')
    ), delta as (
      select d.day, d.rows, d.orders, d.revenue, d.writer from orders_by_day_delta_0 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.rows, d.orders, d.revenue, d.writer from orders_by_day_delta_0 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.rows, d.orders, d.revenue, d.writer from orders_by_day_delta_1 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.rows, d.orders, d.revenue, d.writer from orders_by_day_delta_1 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
    )
    select u.day, sum(u.rows)::bigint as rows, sum(u.orders)::bigint as orders, round(sum(u.revenue), 2) as revenue
    from (
      select b.day, b.rows, b.orders, b.revenue from base b
      union all
      select d.day, d.rows, d.orders, d.revenue from delta d left join base b on b.day = d.day
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.day
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function orders_by_day_figures(date, date) from public;
do $$ begin execute format('grant execute on function orders_by_day_figures(date, date) to %I', altiplano.app_role()); end $$;

create function orders_by_day_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from orders_by_day_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from orders_by_day_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into orders_by_day as b (day, rows, orders, revenue, folded)
  select c.day, c.rows, c.orders, c.revenue, snapshot
  from (
    select c.day as day, count(*) as rows, sum(1) as orders, sum(case when c.status in ('paid', 'shipped') then coalesce(nullif(c.total, 'NaN'), 0) else 0 end) as revenue
    from shop_order c
    where c.day is not null
    group by 1
  ) c
  order by c.day -- neighbours are read together
  on conflict (day) do update
  set rows = excluded.rows, orders = excluded.orders, revenue = excluded.revenue, folded = excluded.folded;
  get diagnostics result = row_count;
  update orders_by_day b set rows = 0, orders = 0, revenue = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into orders_by_day (day, folded)
  select d.day, snapshot
  from (
    select day from orders_by_day_delta_0 union select day from orders_by_day_delta_1
  ) d
  where not exists (select from orders_by_day b where b.day = d.day);
  return result;
end $$;
revoke execute on function orders_by_day_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'orders_by_day', '{"table":"shop_order","tenants":[],"deleted":null,"where":[],"groups":[{"name":"day","column":"day","of":"value"}],"figures":[{"name":"orders","factors":null,"where":[]},{"name":"revenue","factors":["total"],"where":[{"kind":"in","column":"status","values":["paid","shipped"]}]}]}');

-- product_sales: figures over the rows of order_item, by day, product_id.

create type product_sales_key as (day date, product_id uuid);
create table product_sales (
  day date not null,
  product_id uuid not null,
  rows bigint not null default 0,
  revenue numeric not null default 0,
  folded pg_snapshot not null,
  primary key (day, product_id)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table product_sales_delta (
  generation smallint not null,
  day date not null,
  product_id uuid not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  revenue numeric not null
) partition by list (generation);
create index on product_sales_delta (day, product_id, writer);
create index on product_sales_delta (writer);
create table product_sales_delta_0 partition of product_sales_delta for values in (0);
create table product_sales_delta_1 partition of product_sales_delta for values in (1);

create table product_sales_ranking (
  product_id uuid not null,
  rows bigint not null default 0,
  revenue numeric not null default 0,
  primary key (product_id)
) with (fillfactor = 75);
create index on product_sales_ranking (revenue desc, product_id) where rows > 0;
create table product_sales_window (start date not null);
insert into product_sales_window values (((now() at time zone 'UTC')::date - 29));

alter table product_sales enable row level security, force row level security;
create policy altiplano_owner on product_sales to current_user using (true) with check (true);
alter table product_sales_delta enable row level security, force row level security;
create policy altiplano_owner on product_sales_delta to current_user using (true) with check (true);
alter table product_sales_delta_0 enable row level security, force row level security;
create policy altiplano_owner on product_sales_delta_0 to current_user using (true) with check (true);
alter table product_sales_delta_1 enable row level security, force row level security;
create policy altiplano_owner on product_sales_delta_1 to current_user using (true) with check (true);
alter table product_sales_ranking enable row level security, force row level security;
create policy altiplano_owner on product_sales_ranking to current_user using (true) with check (true);
alter table product_sales_window enable row level security, force row level security;
create policy altiplano_owner on product_sales_window to current_user using (true) with check (true);

create function product_sales_fold(places product_sales_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
  first_day date;
begin
  -- Held to the end: what is folded is ranked by the day that it was folded at.
  select w.start into first_day from product_sales_window w for share;
  insert into product_sales (day, product_id, folded)
  select k.day, k.product_id, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from product_sales b where b.day = k.day and b.product_id = k.product_id)
  order by k.day, k.product_id
  on conflict do nothing;
  insert into product_sales_ranking (product_id)
  select k.product_id from unnest(places) k
  where not exists (select from product_sales_ranking r where r.product_id = k.product_id)
  group by k.product_id
  order by k.product_id
  on conflict do nothing;

  select array_agg(row(b.day, b.product_id)::product_sales_key) into places
  from (
    select b.day, b.product_id
    from unnest(places) k join product_sales b on b.day = k.day and b.product_id = k.product_id
    join product_sales_ranking r on r.product_id = k.product_id
    order by b.day, b.product_id
    for update of b, r skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join product_sales b on b.day = k.day and b.product_id = k.product_id
    cross join lateral (
      select d.* from product_sales_delta_0 d
      where d.day = b.day and d.product_id = b.product_id and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from product_sales_delta_1 d
      where d.day = b.day and d.product_id = b.product_id and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.day, d.product_id, count(*) as deltas, sum(d.rows) as rows, sum(d.revenue) as revenue
    from due d group by d.day, d.product_id
  ), folded as (
    update product_sales b
    set rows = b.rows + s.rows, revenue = b.revenue + s.revenue,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.day = s.day and b.product_id = s.product_id
    returning s.deltas
  ), ranked as (
    insert into product_sales_ranking as r (product_id, rows, revenue)
    select s.product_id, sum(s.rows), sum(s.revenue)
    from sums s where s.day >= first_day
    group by s.product_id
    order by s.product_id
    on conflict (product_id) do update
    set rows = r.rows + excluded.rows, revenue = r.revenue + excluded.revenue
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function product_sales_fold(product_sales_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function product_sales_pending(most integer) returns table (place product_sales_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'product_sales' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_sales'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.day, d.product_id)::product_sales_key, min(d.at)
  from (
    select d.day, d.product_id, d.writer, d.at from product_sales_delta_0 d where d.writer >= ceiling
    union all
    select d.day, d.product_id, d.writer, d.at from product_sales_delta_0 d where d.writer = any (running)
    union all
    select d.day, d.product_id, d.writer, d.at from product_sales_delta_1 d where d.writer >= ceiling
    union all
    select d.day, d.product_id, d.writer, d.at from product_sales_delta_1 d where d.writer = any (running)
  ) d
  left join product_sales b on b.day = d.day and b.product_id = d.product_id
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.day, d.product_id
  order by 2
  limit most;
end $$;
revoke execute on function product_sales_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function product_sales_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from product_sales_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into product_sales_delta (generation, day, product_id, rows, revenue)
  select max(d.generation), d.day, d.product_id, sum(d.rows), sum(d.revenue)
  from own d group by d.day, d.product_id;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function product_sales_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places product_sales_key[];
begin
  if (select count(*) from (
        select from product_sales_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform product_sales_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'product_sales' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_sales'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from product_sales_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('product_sales'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from product_sales_pending(1000) p;
    exit when places is null or product_sales_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'product_sales' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_sales'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from product_sales_delta_0 d left join product_sales b on b.day = d.day and b.product_id = d.product_id
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from product_sales_delta_1 d left join product_sales b on b.day = d.day and b.product_id = d.product_id
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function product_sales_gather(), product_sales_bound() from public;

create function product_sales_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'product_sales'), 0);
begin
  insert into product_sales_delta (generation, day, product_id, rows, revenue)
  select current, c.day, c.product_id, sum(c.rows), sum(c.revenue)
  from (
    select n.day as day, n.product_id as product_id, 1 as rows, coalesce(n.quantity::numeric, 0) * coalesce(nullif(n.unit_price, 'NaN'), 0) as revenue
    from new_rows n
    where n.counts = 'true' and n.day is not null and n.product_id is not null
  ) c
  group by c.day, c.product_id
  having sum(c.rows) <> 0 or sum(c.revenue) <> 0
  order by c.day, c.product_id;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_sales_bound();
  end if;
  return null;
end $$;

create function product_sales_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'product_sales'), 0);
begin
  insert into product_sales_delta (generation, day, product_id, rows, revenue)
  select current, c.day, c.product_id, sum(c.rows), sum(c.revenue)
  from (
    select o.day as day, o.product_id as product_id, -1 as rows, -(coalesce(o.quantity::numeric, 0) * coalesce(nullif(o.unit_price, 'NaN'), 0)) as revenue
    from old_rows o
    where o.counts = 'true' and o.day is not null and o.product_id is not null
    union all
    select n.day as day, n.product_id as product_id, 1 as rows, coalesce(n.quantity::numeric, 0) * coalesce(nullif(n.unit_price, 'NaN'), 0) as revenue
    from new_rows n
    where n.counts = 'true' and n.day is not null and n.product_id is not null
  ) c
  group by c.day, c.product_id
  having sum(c.rows) <> 0 or sum(c.revenue) <> 0
  order by c.day, c.product_id;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_sales_bound();
  end if;
  return null;
end $$;

create function product_sales_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'product_sales'), 0);
begin
  insert into product_sales_delta (generation, day, product_id, rows, revenue)
  select current, c.day, c.product_id, sum(c.rows), sum(c.revenue)
  from (
    select o.day as day, o.product_id as product_id, -1 as rows, -(coalesce(o.quantity::numeric, 0) * coalesce(nullif(o.unit_price, 'NaN'), 0)) as revenue
    from old_rows o
    where o.counts = 'true' and o.day is not null and o.product_id is not null
  ) c
  group by c.day, c.product_id
  having sum(c.rows) <> 0 or sum(c.revenue) <> 0
  order by c.day, c.product_id;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_sales_bound();
  end if;
  return null;
end $$;

create function product_sales_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate product_sales, product_sales_delta, product_sales_ranking;
  return null;
end $$;

revoke execute on function product_sales_insert(), product_sales_update(), product_sales_delete(), product_sales_truncate() from public;

create trigger altiplano_product_sales_insert after insert on order_item
  referencing new table as new_rows for each statement execute function product_sales_insert();
create trigger altiplano_product_sales_update after update on order_item
  referencing old table as old_rows new table as new_rows for each statement execute function product_sales_update();
create trigger altiplano_product_sales_delete after delete on order_item
  referencing old table as old_rows for each statement execute function product_sales_delete();
create trigger altiplano_product_sales_truncate after truncate on order_item
  for each statement execute function product_sales_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks; day from and up to a value, null for no bound.
create function product_sales_figures(from_day date default null, upto_day date default null) returns table (day date, product_id uuid, rows bigint, revenue numeric)
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
  where r.name = 'product_sales' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_sales'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'product_sales' using errcode = 'ALT05';
  end if;
  return query
  select f.day, f.product_id, f.rows, f.revenue
  from (
    with base as materialized (
      select b.day, b.product_id, b.rows, b.revenue, b.folded from product_sales b
      where b.day >= coalesce(from_day, '-infinity')
        and b.day <= coalesce(upto_day, 'infinity')
    ), delta as (
      select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_0 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_0 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_1 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_1 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
    )
    select u.day, u.product_id, sum(u.rows)::bigint as rows, round(sum(u.revenue), 2) as revenue
    from (
      select b.day, b.product_id, b.rows, b.revenue from base b
      union all
      select d.day, d.product_id, d.rows, d.revenue from delta d left join base b on b.day = d.day and b.product_id = d.product_id
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.day, u.product_id
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function product_sales_figures(date, date) from public;
do $$ begin execute format('grant execute on function product_sales_figures(date, date) to %I', altiplano.app_role()); end $$;

-- Moves the window to where it begins today; true where it was elsewhere. A fold in between would be lost, so it waits for none.
create function product_sales_roll() returns boolean
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  upto constant date := ((now() at time zone 'UTC')::date - 29);
  first_day date;
begin
  select w.start into first_day from product_sales_window w for update;
  if first_day = upto then
    return false;
  end if;
  insert into product_sales_ranking as r (product_id, rows, revenue)
  select b.product_id, sign(first_day - upto)::integer * sum(b.rows), sign(first_day - upto)::integer * sum(b.revenue)
  from product_sales b
  where b.day >= least(first_day, upto) and b.day < greatest(first_day, upto)
  group by b.product_id
  order by b.product_id
  on conflict (product_id) do update set rows = r.rows + excluded.rows, revenue = r.revenue + excluded.revenue;
  update product_sales_window set start = upto;
  return true;
end $$;
revoke execute on function product_sales_roll() from public;

-- The first by revenue of the days from one on, as of the snapshot of whoever asks; the day that a window of today begins with costs least.
create function product_sales_best(since_day date, most integer) returns table (product_id uuid, rows bigint, revenue numeric)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  kept_day date := (select w.start from product_sales_window w);
  first_day date := coalesce(since_day, kept_day);
  state text;
  ceiling xid8;
  running xid8[];
begin
  select r.state, coalesce(pg_snapshot_xmax(r.folded), '0'), array(select pg_snapshot_xip(r.folded)) into state, ceiling, running
  from altiplano.summary r
  where r.name = 'product_sales' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_sales'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'product_sales' using errcode = 'ALT05';
  end if;
  return query
  with delta as materialized (
    select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_0 d
    where d.writer >= ceiling and d.day >= first_day
    union all
    select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_0 d
    where d.writer = any (running) and d.day >= first_day
    union all
    select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_1 d
    where d.writer >= ceiling and d.day >= first_day
    union all
    select d.day, d.product_id, d.rows, d.revenue, d.writer from product_sales_delta_1 d
    where d.writer = any (running) and d.day >= first_day
  ), changed as materialized (
    select u.product_id, sum(u.rows) as rows, sum(u.revenue) as revenue
    from (
      select d.product_id, d.rows, d.revenue from delta d left join product_sales b on b.day = d.day and b.product_id = d.product_id
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
      union all
      select b.product_id, sign(kept_day - first_day)::integer * b.rows, sign(kept_day - first_day)::integer * b.revenue from product_sales b
      where b.day >= least(kept_day, first_day) and b.day < greatest(kept_day, first_day)
    ) u
    group by u.product_id
  ), walked as materialized (
    select r.product_id, r.rows, r.revenue from product_sales_ranking r
    where r.rows > 0 and r.product_id not in (select c.product_id from changed c)
    order by r.revenue desc, r.product_id
    limit most
  ), moved as materialized (
    select c.product_id, c.rows + coalesce(r.rows, 0) as rows, c.revenue + coalesce(r.revenue, 0) as revenue
    from changed c left join product_sales_ranking r on r.product_id = c.product_id
  )
  select f.product_id, f.rows::bigint, round(f.revenue, 2)
  from (select * from walked union all select * from moved) f
  where f.rows > 0
  order by f.revenue desc, f.product_id
  limit most;
end $$;
revoke execute on function product_sales_best(date, integer) from public;
do $$ begin execute format('grant execute on function product_sales_best(date, integer) to %I', altiplano.app_role()); end $$;

create function product_sales_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from product_sales_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from product_sales_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into product_sales as b (day, product_id, rows, revenue, folded)
  select c.day, c.product_id, c.rows, c.revenue, snapshot
  from (
    select c.day as day, c.product_id as product_id, count(*) as rows, sum(coalesce(c.quantity::numeric, 0) * coalesce(nullif(c.unit_price, 'NaN'), 0)) as revenue
    from order_item c
    where c.counts = 'true' and c.day is not null and c.product_id is not null
    group by 1, 2
  ) c
  order by c.day, c.product_id -- neighbours are read together
  on conflict (day, product_id) do update
  set rows = excluded.rows, revenue = excluded.revenue, folded = excluded.folded;
  get diagnostics result = row_count;
  update product_sales b set rows = 0, revenue = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into product_sales (day, product_id, folded)
  select d.day, d.product_id, snapshot
  from (
    select day, product_id from product_sales_delta_0 union select day, product_id from product_sales_delta_1
  ) d
  where not exists (select from product_sales b where b.day = d.day and b.product_id = d.product_id);

  update product_sales_window set start = ((now() at time zone 'UTC')::date - 29);
  delete from product_sales_ranking;
  insert into product_sales_ranking (product_id, rows, revenue)
  select b.product_id, sum(b.rows), sum(b.revenue)
  from product_sales b where b.day >= ((now() at time zone 'UTC')::date - 29)
  group by b.product_id;
  return result;
end $$;
revoke execute on function product_sales_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'product_sales', '{"table":"order_item","tenants":[],"deleted":null,"where":[{"kind":"equals","column":"counts","value":"true"}],"groups":[{"name":"day","column":"day","of":"value"},{"name":"product_id","column":"product_id","of":"value"}],"figures":[{"name":"revenue","factors":["quantity","unit_price"],"where":[]}],"best":{"of":"product_id","since":"day","by":"revenue","days":30}}');

-- review_ratings: figures over the rows of review, by rating.

create type review_ratings_key as (rating smallint);
create table review_ratings (
  rating smallint not null,
  rows bigint not null default 0,
  reviews bigint not null default 0,
  folded pg_snapshot not null,
  primary key (rating)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table review_ratings_delta (
  generation smallint not null,
  rating smallint not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  reviews bigint not null
) partition by list (generation);
create index on review_ratings_delta (rating, writer);
create index on review_ratings_delta (writer);
create table review_ratings_delta_0 partition of review_ratings_delta for values in (0);
create table review_ratings_delta_1 partition of review_ratings_delta for values in (1);

alter table review_ratings enable row level security, force row level security;
create policy altiplano_owner on review_ratings to current_user using (true) with check (true);
alter table review_ratings_delta enable row level security, force row level security;
create policy altiplano_owner on review_ratings_delta to current_user using (true) with check (true);
alter table review_ratings_delta_0 enable row level security, force row level security;
create policy altiplano_owner on review_ratings_delta_0 to current_user using (true) with check (true);
alter table review_ratings_delta_1 enable row level security, force row level security;
create policy altiplano_owner on review_ratings_delta_1 to current_user using (true) with check (true);

create function review_ratings_fold(places review_ratings_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into review_ratings (rating, folded)
  select k.rating, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from review_ratings b where b.rating = k.rating)
  order by k.rating
  on conflict do nothing;

  select array_agg(row(b.rating)::review_ratings_key) into places
  from (
    select b.rating
    from unnest(places) k join review_ratings b on b.rating = k.rating
    order by b.rating
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join review_ratings b on b.rating = k.rating
    cross join lateral (
      select d.* from review_ratings_delta_0 d
      where d.rating = b.rating and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from review_ratings_delta_1 d
      where d.rating = b.rating and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.rating, count(*) as deltas, sum(d.rows) as rows, sum(d.reviews) as reviews
    from due d group by d.rating
  ), folded as (
    update review_ratings b
    set rows = b.rows + s.rows, reviews = b.reviews + s.reviews,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.rating = s.rating
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function review_ratings_fold(review_ratings_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function review_ratings_pending(most integer) returns table (place review_ratings_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'review_ratings' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'review_ratings'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.rating)::review_ratings_key, min(d.at)
  from (
    select d.rating, d.writer, d.at from review_ratings_delta_0 d where d.writer >= ceiling
    union all
    select d.rating, d.writer, d.at from review_ratings_delta_0 d where d.writer = any (running)
    union all
    select d.rating, d.writer, d.at from review_ratings_delta_1 d where d.writer >= ceiling
    union all
    select d.rating, d.writer, d.at from review_ratings_delta_1 d where d.writer = any (running)
  ) d
  left join review_ratings b on b.rating = d.rating
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.rating
  order by 2
  limit most;
end $$;
revoke execute on function review_ratings_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function review_ratings_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from review_ratings_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into review_ratings_delta (generation, rating, rows, reviews)
  select max(d.generation), d.rating, sum(d.rows), sum(d.reviews)
  from own d group by d.rating;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function review_ratings_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places review_ratings_key[];
begin
  if (select count(*) from (
        select from review_ratings_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform review_ratings_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'review_ratings' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'review_ratings'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from review_ratings_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('review_ratings'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from review_ratings_pending(1000) p;
    exit when places is null or review_ratings_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'review_ratings' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'review_ratings'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from review_ratings_delta_0 d left join review_ratings b on b.rating = d.rating
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from review_ratings_delta_1 d left join review_ratings b on b.rating = d.rating
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function review_ratings_gather(), review_ratings_bound() from public;

create function review_ratings_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'review_ratings'), 0);
begin
  insert into review_ratings_delta (generation, rating, rows, reviews)
  select current, c.rating, sum(c.rows), sum(c.reviews)
  from (
    select n.rating as rating, 1 as rows, 1 as reviews
    from new_rows n
    where n.rating is not null
  ) c
  group by c.rating
  having sum(c.rows) <> 0 or sum(c.reviews) <> 0
  order by c.rating;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform review_ratings_bound();
  end if;
  return null;
end $$;

create function review_ratings_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'review_ratings'), 0);
begin
  insert into review_ratings_delta (generation, rating, rows, reviews)
  select current, c.rating, sum(c.rows), sum(c.reviews)
  from (
    select o.rating as rating, -1 as rows, -(1) as reviews
    from old_rows o
    where o.rating is not null
    union all
    select n.rating as rating, 1 as rows, 1 as reviews
    from new_rows n
    where n.rating is not null
  ) c
  group by c.rating
  having sum(c.rows) <> 0 or sum(c.reviews) <> 0
  order by c.rating;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform review_ratings_bound();
  end if;
  return null;
end $$;

create function review_ratings_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'review_ratings'), 0);
begin
  insert into review_ratings_delta (generation, rating, rows, reviews)
  select current, c.rating, sum(c.rows), sum(c.reviews)
  from (
    select o.rating as rating, -1 as rows, -(1) as reviews
    from old_rows o
    where o.rating is not null
  ) c
  group by c.rating
  having sum(c.rows) <> 0 or sum(c.reviews) <> 0
  order by c.rating;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform review_ratings_bound();
  end if;
  return null;
end $$;

create function review_ratings_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate review_ratings, review_ratings_delta;
  return null;
end $$;

revoke execute on function review_ratings_insert(), review_ratings_update(), review_ratings_delete(), review_ratings_truncate() from public;

create trigger altiplano_review_ratings_insert after insert on review
  referencing new table as new_rows for each statement execute function review_ratings_insert();
create trigger altiplano_review_ratings_update after update on review
  referencing old table as old_rows new table as new_rows for each statement execute function review_ratings_update();
create trigger altiplano_review_ratings_delete after delete on review
  referencing old table as old_rows for each statement execute function review_ratings_delete();
create trigger altiplano_review_ratings_truncate after truncate on review
  for each statement execute function review_ratings_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks; rating from and up to a value, null for no bound.
create function review_ratings_figures(from_rating smallint default null, upto_rating smallint default null) returns table (rating smallint, rows bigint, reviews bigint)
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
  where r.name = 'review_ratings' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'review_ratings'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'review_ratings' using errcode = 'ALT05';
  end if;
  return query
  select f.rating, f.rows, f.reviews
  from (
    with base as materialized (
      select b.rating, b.rows, b.reviews, b.folded from review_ratings b
      where b.rating >= coalesce(from_rating, -32768)
        and b.rating <= coalesce(upto_rating, 32767)
    ), delta as (
      select d.rating, d.rows, d.reviews, d.writer from review_ratings_delta_0 d
      where d.writer >= ceiling
        and d.rating >= coalesce(from_rating, -32768)
        and d.rating <= coalesce(upto_rating, 32767)
      union all
      select d.rating, d.rows, d.reviews, d.writer from review_ratings_delta_0 d
      where d.writer = any (running)
        and d.rating >= coalesce(from_rating, -32768)
        and d.rating <= coalesce(upto_rating, 32767)
      union all
      select d.rating, d.rows, d.reviews, d.writer from review_ratings_delta_1 d
      where d.writer >= ceiling
        and d.rating >= coalesce(from_rating, -32768)
        and d.rating <= coalesce(upto_rating, 32767)
      union all
      select d.rating, d.rows, d.reviews, d.writer from review_ratings_delta_1 d
      where d.writer = any (running)
        and d.rating >= coalesce(from_rating, -32768)
        and d.rating <= coalesce(upto_rating, 32767)
    )
    select u.rating, sum(u.rows)::bigint as rows, sum(u.reviews)::bigint as reviews
    from (
      select b.rating, b.rows, b.reviews from base b
      union all
      select d.rating, d.rows, d.reviews from delta d left join base b on b.rating = d.rating
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.rating
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function review_ratings_figures(smallint, smallint) from public;
do $$ begin execute format('grant execute on function review_ratings_figures(smallint, smallint) to %I', altiplano.app_role()); end $$;

create function review_ratings_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from review_ratings_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from review_ratings_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into review_ratings as b (rating, rows, reviews, folded)
  select c.rating, c.rows, c.reviews, snapshot
  from (
    select c.rating as rating, count(*) as rows, sum(1) as reviews
    from review c
    where c.rating is not null
    group by 1
  ) c
  order by c.rating -- neighbours are read together
  on conflict (rating) do update
  set rows = excluded.rows, reviews = excluded.reviews, folded = excluded.folded;
  get diagnostics result = row_count;
  update review_ratings b set rows = 0, reviews = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into review_ratings (rating, folded)
  select d.rating, snapshot
  from (
    select rating from review_ratings_delta_0 union select rating from review_ratings_delta_1
  ) d
  where not exists (select from review_ratings b where b.rating = d.rating);
  return result;
end $$;
revoke execute on function review_ratings_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'review_ratings', '{"table":"review","tenants":[],"deleted":null,"where":[],"groups":[{"name":"rating","column":"rating","of":"value"}],"figures":[{"name":"reviews","factors":null,"where":[]}]}');

-- customer_total: figures over the rows of shopper, by all of them together.

create type customer_total_key as (whole boolean);
create table customer_total (
  whole boolean not null,
  rows bigint not null default 0,
  customers bigint not null default 0,
  folded pg_snapshot not null,
  primary key (whole)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table customer_total_delta (
  generation smallint not null,
  whole boolean not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  customers bigint not null
) partition by list (generation);
create index on customer_total_delta (whole, writer);
create index on customer_total_delta (writer);
create table customer_total_delta_0 partition of customer_total_delta for values in (0);
create table customer_total_delta_1 partition of customer_total_delta for values in (1);

alter table customer_total enable row level security, force row level security;
create policy altiplano_owner on customer_total to current_user using (true) with check (true);
alter table customer_total_delta enable row level security, force row level security;
create policy altiplano_owner on customer_total_delta to current_user using (true) with check (true);
alter table customer_total_delta_0 enable row level security, force row level security;
create policy altiplano_owner on customer_total_delta_0 to current_user using (true) with check (true);
alter table customer_total_delta_1 enable row level security, force row level security;
create policy altiplano_owner on customer_total_delta_1 to current_user using (true) with check (true);

create function customer_total_fold(places customer_total_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into customer_total (whole, folded)
  select k.whole, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from customer_total b where b.whole = k.whole)
  order by k.whole
  on conflict do nothing;

  select array_agg(row(b.whole)::customer_total_key) into places
  from (
    select b.whole
    from unnest(places) k join customer_total b on b.whole = k.whole
    order by b.whole
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join customer_total b on b.whole = k.whole
    cross join lateral (
      select d.* from customer_total_delta_0 d
      where d.whole = b.whole and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from customer_total_delta_1 d
      where d.whole = b.whole and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.whole, count(*) as deltas, sum(d.rows) as rows, sum(d.customers) as customers
    from due d group by d.whole
  ), folded as (
    update customer_total b
    set rows = b.rows + s.rows, customers = b.customers + s.customers,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.whole = s.whole
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function customer_total_fold(customer_total_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function customer_total_pending(most integer) returns table (place customer_total_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'customer_total' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_total'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.whole)::customer_total_key, min(d.at)
  from (
    select d.whole, d.writer, d.at from customer_total_delta_0 d where d.writer >= ceiling
    union all
    select d.whole, d.writer, d.at from customer_total_delta_0 d where d.writer = any (running)
    union all
    select d.whole, d.writer, d.at from customer_total_delta_1 d where d.writer >= ceiling
    union all
    select d.whole, d.writer, d.at from customer_total_delta_1 d where d.writer = any (running)
  ) d
  left join customer_total b on b.whole = d.whole
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.whole
  order by 2
  limit most;
end $$;
revoke execute on function customer_total_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function customer_total_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from customer_total_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into customer_total_delta (generation, whole, rows, customers)
  select max(d.generation), d.whole, sum(d.rows), sum(d.customers)
  from own d group by d.whole;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function customer_total_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places customer_total_key[];
begin
  if (select count(*) from (
        select from customer_total_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform customer_total_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'customer_total' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_total'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from customer_total_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('customer_total'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from customer_total_pending(1000) p;
    exit when places is null or customer_total_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'customer_total' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_total'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from customer_total_delta_0 d left join customer_total b on b.whole = d.whole
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from customer_total_delta_1 d left join customer_total b on b.whole = d.whole
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function customer_total_gather(), customer_total_bound() from public;

create function customer_total_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'customer_total'), 0);
begin
  insert into customer_total_delta (generation, whole, rows, customers)
  select current, c.whole, sum(c.rows), sum(c.customers)
  from (
    select true as whole, 1 as rows, 1 as customers
    from new_rows n
    where n.role = 'shopper'
  ) c
  group by c.whole
  having sum(c.rows) <> 0 or sum(c.customers) <> 0
  order by c.whole;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_total_bound();
  end if;
  return null;
end $$;

create function customer_total_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'customer_total'), 0);
begin
  insert into customer_total_delta (generation, whole, rows, customers)
  select current, c.whole, sum(c.rows), sum(c.customers)
  from (
    select true as whole, -1 as rows, -(1) as customers
    from old_rows o
    where o.role = 'shopper'
    union all
    select true as whole, 1 as rows, 1 as customers
    from new_rows n
    where n.role = 'shopper'
  ) c
  group by c.whole
  having sum(c.rows) <> 0 or sum(c.customers) <> 0
  order by c.whole;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_total_bound();
  end if;
  return null;
end $$;

create function customer_total_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'customer_total'), 0);
begin
  insert into customer_total_delta (generation, whole, rows, customers)
  select current, c.whole, sum(c.rows), sum(c.customers)
  from (
    select true as whole, -1 as rows, -(1) as customers
    from old_rows o
    where o.role = 'shopper'
  ) c
  group by c.whole
  having sum(c.rows) <> 0 or sum(c.customers) <> 0
  order by c.whole;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_total_bound();
  end if;
  return null;
end $$;

create function customer_total_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customer_total, customer_total_delta;
  return null;
end $$;

revoke execute on function customer_total_insert(), customer_total_update(), customer_total_delete(), customer_total_truncate() from public;

create trigger altiplano_customer_total_insert after insert on shopper
  referencing new table as new_rows for each statement execute function customer_total_insert();
create trigger altiplano_customer_total_update after update on shopper
  referencing old table as old_rows new table as new_rows for each statement execute function customer_total_update();
create trigger altiplano_customer_total_delete after delete on shopper
  referencing old table as old_rows for each statement execute function customer_total_delete();
create trigger altiplano_customer_total_truncate after truncate on shopper
  for each statement execute function customer_total_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks.
create function customer_total_figures() returns table (rows bigint, customers bigint)
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
  where r.name = 'customer_total' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_total'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'customer_total' using errcode = 'ALT05';
  end if;
  return query
  select f.rows, f.customers
  from (
    with base as materialized (
      select b.whole, b.rows, b.customers, b.folded from customer_total b
    ), delta as (
      select d.whole, d.rows, d.customers, d.writer from customer_total_delta_0 d
      where d.writer >= ceiling
      union all
      select d.whole, d.rows, d.customers, d.writer from customer_total_delta_0 d
      where d.writer = any (running)
      union all
      select d.whole, d.rows, d.customers, d.writer from customer_total_delta_1 d
      where d.writer >= ceiling
      union all
      select d.whole, d.rows, d.customers, d.writer from customer_total_delta_1 d
      where d.writer = any (running)
    )
    select u.whole, sum(u.rows)::bigint as rows, sum(u.customers)::bigint as customers
    from (
      select b.whole, b.rows, b.customers from base b
      union all
      select d.whole, d.rows, d.customers from delta d left join base b on b.whole = d.whole
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.whole
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function customer_total_figures() from public;
do $$ begin execute format('grant execute on function customer_total_figures() to %I', altiplano.app_role()); end $$;

create function customer_total_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from customer_total_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from customer_total_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into customer_total as b (whole, rows, customers, folded)
  select c.whole, c.rows, c.customers, snapshot
  from (
    select true as whole, count(*) as rows, sum(1) as customers
    from shopper c
    where c.role = 'shopper'
    group by 1
  ) c
  order by c.whole -- neighbours are read together
  on conflict (whole) do update
  set rows = excluded.rows, customers = excluded.customers, folded = excluded.folded;
  get diagnostics result = row_count;
  update customer_total b set rows = 0, customers = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into customer_total (whole, folded)
  select d.whole, snapshot
  from (
    select whole from customer_total_delta_0 union select whole from customer_total_delta_1
  ) d
  where not exists (select from customer_total b where b.whole = d.whole);
  return result;
end $$;
revoke execute on function customer_total_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'customer_total', '{"table":"shopper","tenants":[],"deleted":null,"where":[{"kind":"equals","column":"role","value":"shopper"}],"groups":[],"figures":[{"name":"customers","factors":null,"where":[]}]}');

-- customers_by_day: figures over the rows of shopper, by day.

create type customers_by_day_key as (day date);
create table customers_by_day (
  day date not null,
  rows bigint not null default 0,
  customers bigint not null default 0,
  folded pg_snapshot not null,
  primary key (day)
) with (fillfactor = 75);

-- Appended to by triggers; which of them count, a base row's snapshot decides. Writers lock only the generation they write.
create table customers_by_day_delta (
  generation smallint not null,
  day date not null,
  writer xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  rows bigint not null,
  customers bigint not null
) partition by list (generation);
create index on customers_by_day_delta (day, writer);
create index on customers_by_day_delta (writer);
create table customers_by_day_delta_0 partition of customers_by_day_delta for values in (0);
create table customers_by_day_delta_1 partition of customers_by_day_delta for values in (1);

alter table customers_by_day enable row level security, force row level security;
create policy altiplano_owner on customers_by_day to current_user using (true) with check (true);
alter table customers_by_day_delta enable row level security, force row level security;
create policy altiplano_owner on customers_by_day_delta to current_user using (true) with check (true);
alter table customers_by_day_delta_0 enable row level security, force row level security;
create policy altiplano_owner on customers_by_day_delta_0 to current_user using (true) with check (true);
alter table customers_by_day_delta_1 enable row level security, force row level security;
create policy altiplano_owner on customers_by_day_delta_1 to current_user using (true) with check (true);

create function customers_by_day_fold(places customers_by_day_key[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into customers_by_day (day, folded)
  select k.day, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from customers_by_day b where b.day = k.day)
  order by k.day
  on conflict do nothing;

  select array_agg(row(b.day)::customers_by_day_key) into places
  from (
    select b.day
    from unnest(places) k join customers_by_day b on b.day = k.day
    order by b.day
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join customers_by_day b on b.day = k.day
    cross join lateral (
      select d.* from customers_by_day_delta_0 d
      where d.day = b.day and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
      union all
      select d.* from customers_by_day_delta_1 d
      where d.day = b.day and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own
    ) d
  ), sums as (
    select d.day, count(*) as deltas, sum(d.rows) as rows, sum(d.customers) as customers
    from due d group by d.day
  ), folded as (
    update customers_by_day b
    set rows = b.rows + s.rows, customers = b.customers + s.customers,
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where b.day = s.day
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function customers_by_day_fold(customers_by_day_key[]) from public;

-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function customers_by_day_pending(most integer) returns table (place customers_by_day_key, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where r.name = 'customers_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customers_by_day'::regclass));
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(d.day)::customers_by_day_key, min(d.at)
  from (
    select d.day, d.writer, d.at from customers_by_day_delta_0 d where d.writer >= ceiling
    union all
    select d.day, d.writer, d.at from customers_by_day_delta_0 d where d.writer = any (running)
    union all
    select d.day, d.writer, d.at from customers_by_day_delta_1 d where d.writer >= ceiling
    union all
    select d.day, d.writer, d.at from customers_by_day_delta_1 d where d.writer = any (running)
  ) d
  left join customers_by_day b on b.day = d.day
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by d.day
  order by 2
  limit most;
end $$;
revoke execute on function customers_by_day_pending(integer) from public;

-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function customers_by_day_gather() returns void
language plpgsql set search_path from current as $$
begin
  with own as (
    delete from customers_by_day_delta d where d.writer = pg_current_xact_id() returning d.*
  )
  insert into customers_by_day_delta (generation, day, rows, customers)
  select max(d.generation), d.day, sum(d.rows), sum(d.customers)
  from own d group by d.day;
end $$;

-- Past 5000 deltas that are not settled a writer folds those of others, and notes what that settled.
create function customers_by_day_bound() returns void
language plpgsql set search_path from current set lock_timeout = '10ms'
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  places customers_by_day_key[];
begin
  if (select count(*) from (
        select from customers_by_day_delta d where d.writer = pg_current_xact_id() limit 1001) d) > 1000 then
    perform customers_by_day_gather();
  end if;
  select r.folded into known from altiplano.summary r where r.name = 'customers_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customers_by_day'::regclass) and r.state = 'ready';
  if not found then
    return; -- what is not built is not folded
  end if;
  if (select count(*) from (
        select from customers_by_day_delta d where d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001) d) <= 5000
     or not pg_try_advisory_xact_lock(hashtext('customers_by_day'), hashtext(current_schema())) then
    return;
  end if;
  loop
    select array_agg(p.place) into places from customers_by_day_pending(1000) p;
    exit when places is null or customers_by_day_fold(places) = 0;
  end loop;
  update altiplano.summary r set folded = before, folded_at = clock_timestamp(), last_fold_xid = pg_snapshot_xmax(before)
  where r.name = 'customers_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customers_by_day'::regclass) and r.state = 'ready'
    and pg_snapshot_xmax(before) > coalesce(pg_snapshot_xmax(r.folded), '0')
    and not exists (
      select from customers_by_day_delta_0 d left join customers_by_day b on b.day = d.day
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true)
    and not exists (
      select from customers_by_day_delta_1 d left join customers_by_day b on b.day = d.day
      where d.writer >= coalesce(pg_snapshot_xmin(known), '0') and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, before) and pg_visible_in_snapshot(d.writer, b.folded) is not true);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function customers_by_day_gather(), customers_by_day_bound() from public;

create function customers_by_day_insert() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'customers_by_day'), 0);
begin
  insert into customers_by_day_delta (generation, day, rows, customers)
  select current, c.day, sum(c.rows), sum(c.customers)
  from (
    select (n.created_at at time zone 'UTC')::date as day, 1 as rows, 1 as customers
    from new_rows n
    where n.role = 'shopper' and (n.created_at at time zone 'UTC')::date is not null
  ) c
  group by c.day
  having sum(c.rows) <> 0 or sum(c.customers) <> 0
  order by c.day;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customers_by_day_bound();
  end if;
  return null;
end $$;

create function customers_by_day_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'customers_by_day'), 0);
begin
  insert into customers_by_day_delta (generation, day, rows, customers)
  select current, c.day, sum(c.rows), sum(c.customers)
  from (
    select (o.created_at at time zone 'UTC')::date as day, -1 as rows, -(1) as customers
    from old_rows o
    where o.role = 'shopper' and (o.created_at at time zone 'UTC')::date is not null
    union all
    select (n.created_at at time zone 'UTC')::date as day, 1 as rows, 1 as customers
    from new_rows n
    where n.role = 'shopper' and (n.created_at at time zone 'UTC')::date is not null
  ) c
  group by c.day
  having sum(c.rows) <> 0 or sum(c.customers) <> 0
  order by c.day;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customers_by_day_bound();
  end if;
  return null;
end $$;

create function customers_by_day_delete() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  current constant smallint := coalesce((
    select r.generation from altiplano.summary r where r.schema_name = tg_table_schema and r.name = 'customers_by_day'), 0);
begin
  insert into customers_by_day_delta (generation, day, rows, customers)
  select current, c.day, sum(c.rows), sum(c.customers)
  from (
    select (o.created_at at time zone 'UTC')::date as day, -1 as rows, -(1) as customers
    from old_rows o
    where o.role = 'shopper' and (o.created_at at time zone 'UTC')::date is not null
  ) c
  group by c.day
  having sum(c.rows) <> 0 or sum(c.customers) <> 0
  order by c.day;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customers_by_day_bound();
  end if;
  return null;
end $$;

create function customers_by_day_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customers_by_day, customers_by_day_delta;
  return null;
end $$;

revoke execute on function customers_by_day_insert(), customers_by_day_update(), customers_by_day_delete(), customers_by_day_truncate() from public;

create trigger altiplano_customers_by_day_insert after insert on shopper
  referencing new table as new_rows for each statement execute function customers_by_day_insert();
create trigger altiplano_customers_by_day_update after update on shopper
  referencing old table as old_rows new table as new_rows for each statement execute function customers_by_day_update();
create trigger altiplano_customers_by_day_delete after delete on shopper
  referencing old table as old_rows for each statement execute function customers_by_day_delete();
create trigger altiplano_customers_by_day_truncate after truncate on shopper
  for each statement execute function customers_by_day_truncate();

-- Figures of the groups that have rows, as of the snapshot of whoever asks; day from and up to a value, null for no bound.
create function customers_by_day_figures(from_day date default null, upto_day date default null) returns table (day date, rows bigint, customers bigint)
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
  where r.name = 'customers_by_day' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customers_by_day'::regclass)
    and r.system_identifier = (select s.system_identifier from pg_control_system() s);
  if state is distinct from 'ready' then
    raise exception 'customers_by_day' using errcode = 'ALT05';
  end if;
  return query
  select f.day, f.rows, f.customers
  from (
    with base as materialized (
      select b.day, b.rows, b.customers, b.folded from customers_by_day b
      where b.day >= coalesce(from_day, '-infinity')
        and b.day <= coalesce(upto_day, 'infinity')
    ), delta as (
      select d.day, d.rows, d.customers, d.writer from customers_by_day_delta_0 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.rows, d.customers, d.writer from customers_by_day_delta_0 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.rows, d.customers, d.writer from customers_by_day_delta_1 d
      where d.writer >= ceiling
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
      union all
      select d.day, d.rows, d.customers, d.writer from customers_by_day_delta_1 d
      where d.writer = any (running)
        and d.day >= coalesce(from_day, '-infinity')
        and d.day <= coalesce(upto_day, 'infinity')
    )
    select u.day, sum(u.rows)::bigint as rows, sum(u.customers)::bigint as customers
    from (
      select b.day, b.rows, b.customers from base b
      union all
      select d.day, d.rows, d.customers from delta d left join base b on b.day = d.day
      where pg_visible_in_snapshot(d.writer, b.folded) is not true
    ) u
    group by u.day
    having sum(u.rows) <> 0
  ) f;
end $$;
revoke execute on function customers_by_day_figures(date, date) from public;
do $$ begin execute format('grant execute on function customers_by_day_figures(date, date) to %I', altiplano.app_role()); end $$;

create function customers_by_day_build() returns bigint
language plpgsql security definer set search_path from current as $$
declare
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  result bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (select from customers_by_day_delta_0 where writer = pg_current_xact_id_if_assigned() union all select from customers_by_day_delta_1 where writer = pg_current_xact_id_if_assigned()) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
  insert into customers_by_day as b (day, rows, customers, folded)
  select c.day, c.rows, c.customers, snapshot
  from (
    select (c.created_at at time zone 'UTC')::date as day, count(*) as rows, sum(1) as customers
    from shopper c
    where c.role = 'shopper' and (c.created_at at time zone 'UTC')::date is not null
    group by 1
  ) c
  order by c.day -- neighbours are read together
  on conflict (day) do update
  set rows = excluded.rows, customers = excluded.customers, folded = excluded.folded;
  get diagnostics result = row_count;
  update customers_by_day b set rows = 0, customers = 0, folded = snapshot where b.folded::text <> snapshot::text;
  insert into customers_by_day (day, folded)
  select d.day, snapshot
  from (
    select day from customers_by_day_delta_0 union select day from customers_by_day_delta_1
  ) d
  where not exists (select from customers_by_day b where b.day = d.day);
  return result;
end $$;
revoke execute on function customers_by_day_build() from public;

insert into altiplano.summary (schema_name, name, definition)
values (current_schema(), 'customers_by_day', '{"table":"shopper","tenants":[],"deleted":null,"where":[{"kind":"equals","column":"role","value":"shopper"}],"groups":[{"name":"day","column":"created_at","of":"day"}],"figures":[{"name":"customers","factors":null,"where":[]}]}');

-- Down Migration
drop trigger altiplano_customers_by_day_insert on shopper;
drop function customers_by_day_insert();
drop trigger altiplano_customers_by_day_update on shopper;
drop function customers_by_day_update();
drop trigger altiplano_customers_by_day_delete on shopper;
drop function customers_by_day_delete();
drop trigger altiplano_customers_by_day_truncate on shopper;
drop function customers_by_day_truncate();
drop function customers_by_day_build();
drop function customers_by_day_figures(date, date);
drop function customers_by_day_bound();
drop function customers_by_day_gather();
drop function customers_by_day_pending(integer);
drop function customers_by_day_fold(customers_by_day_key[]);
drop table customers_by_day_delta;
drop table customers_by_day;
drop type customers_by_day_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'customers_by_day';
drop trigger altiplano_customer_total_insert on shopper;
drop function customer_total_insert();
drop trigger altiplano_customer_total_update on shopper;
drop function customer_total_update();
drop trigger altiplano_customer_total_delete on shopper;
drop function customer_total_delete();
drop trigger altiplano_customer_total_truncate on shopper;
drop function customer_total_truncate();
drop function customer_total_build();
drop function customer_total_figures();
drop function customer_total_bound();
drop function customer_total_gather();
drop function customer_total_pending(integer);
drop function customer_total_fold(customer_total_key[]);
drop table customer_total_delta;
drop table customer_total;
drop type customer_total_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'customer_total';
drop trigger altiplano_review_ratings_insert on review;
drop function review_ratings_insert();
drop trigger altiplano_review_ratings_update on review;
drop function review_ratings_update();
drop trigger altiplano_review_ratings_delete on review;
drop function review_ratings_delete();
drop trigger altiplano_review_ratings_truncate on review;
drop function review_ratings_truncate();
drop function review_ratings_build();
drop function review_ratings_figures(smallint, smallint);
drop function review_ratings_bound();
drop function review_ratings_gather();
drop function review_ratings_pending(integer);
drop function review_ratings_fold(review_ratings_key[]);
drop table review_ratings_delta;
drop table review_ratings;
drop type review_ratings_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'review_ratings';
drop trigger altiplano_product_sales_insert on order_item;
drop function product_sales_insert();
drop trigger altiplano_product_sales_update on order_item;
drop function product_sales_update();
drop trigger altiplano_product_sales_delete on order_item;
drop function product_sales_delete();
drop trigger altiplano_product_sales_truncate on order_item;
drop function product_sales_truncate();
drop function product_sales_build();
drop function product_sales_figures(date, date);
drop function product_sales_best(date, integer);
drop function product_sales_roll();
drop function product_sales_bound();
drop function product_sales_gather();
drop function product_sales_pending(integer);
drop function product_sales_fold(product_sales_key[]);
drop table product_sales_ranking, product_sales_window;
drop table product_sales_delta;
drop table product_sales;
drop type product_sales_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'product_sales';
drop trigger altiplano_orders_by_day_insert on shop_order;
drop function orders_by_day_insert();
drop trigger altiplano_orders_by_day_update on shop_order;
drop function orders_by_day_update();
drop trigger altiplano_orders_by_day_delete on shop_order;
drop function orders_by_day_delete();
drop trigger altiplano_orders_by_day_truncate on shop_order;
drop function orders_by_day_truncate();
drop function orders_by_day_build();
drop function orders_by_day_figures(date, date);
drop function orders_by_day_bound();
drop function orders_by_day_gather();
drop function orders_by_day_pending(integer);
drop function orders_by_day_fold(orders_by_day_key[]);
drop table orders_by_day_delta;
drop table orders_by_day;
drop type orders_by_day_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'orders_by_day';
drop trigger altiplano_order_totals_insert on shop_order;
drop function order_totals_insert();
drop trigger altiplano_order_totals_update on shop_order;
drop function order_totals_update();
drop trigger altiplano_order_totals_delete on shop_order;
drop function order_totals_delete();
drop trigger altiplano_order_totals_truncate on shop_order;
drop function order_totals_truncate();
drop function order_totals_build();
drop function order_totals_figures();
drop function order_totals_bound();
drop function order_totals_gather();
drop function order_totals_pending(integer);
drop function order_totals_fold(order_totals_key[]);
drop table order_totals_delta;
drop table order_totals;
drop type order_totals_key;
delete from altiplano.summary where schema_name = current_schema() and name = 'order_totals';
