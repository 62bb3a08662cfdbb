-- Rows of a rollup for every live parent, in order of its figures. Printed by the declaration
-- (packages/altiplano/src/rollup/orders.ts); docs/decisions/0010-orders.md says how they work.
-- Up Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- customer_call_rollup: in order of total_calls, total_duration_seconds, billing_summary_total_cost; `live` is 1 while the parent is there and not deleted.
alter table customer_call_rollup
  add column live bigint not null default 0,
  add column total_duration_seconds_order bigint not null default 0,
  add column billing_summary_total_cost_order bigint not null default 0;
alter table customer_call_rollup_delta add column live bigint not null default 0;
-- What of a tenant is not folded yet.
create index on customer_call_rollup_delta (workspace_id, writer);

create table customer_call_rollup_settled (workspace_id uuid primary key, folded pg_snapshot not null);
select altiplano.isolate('customer_call_rollup_settled', 'workspace_id');

-- Past 5000 changes of a tenant that are not settled a writer folds them, whatever parents they are of.
create function customer_call_rollup_catch_up(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  before constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  known pg_snapshot;
  parents uuid[];
  place uuid := '00000000-0000-0000-0000-000000000000';
begin
  select s.folded into known
  from (
    select r.folded from altiplano.rollup r where r.name = 'customer_call_rollup' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_call_rollup'::regclass) and r.state = 'ready'
    union all
    select t.folded from customer_call_rollup_settled t where t.workspace_id = of_tenant
  ) s
  order by pg_snapshot_xmax(s.folded) desc nulls last limit 1;
  if not found then
    return; -- what is not built is not folded
  end if;
  if (
    select count(*) from (
      select from customer_call_rollup_delta d
      where d.workspace_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(known), '0') limit 5001
    ) d
  ) <= 5000 or not pg_try_advisory_xact_lock(hashtext('customer_call_rollup'), hashtext(of_tenant::text)) then
    return;
  end if;
  loop
    select array_agg(k.parent order by k.parent) into parents
    from (
      select distinct d.customer_id as parent
      from customer_call_rollup_delta d
      left join customer_call_rollup b on b.workspace_id = d.workspace_id and b.customer_id = d.customer_id
      where d.workspace_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmin(known), '0')
        and pg_visible_in_snapshot(d.writer, known) is not true
        and pg_visible_in_snapshot(d.writer, b.folded) is not true
        and pg_visible_in_snapshot(d.writer, before)
        and d.customer_id > place
      order by 1 limit 1000
    ) k;
    exit when parents is null;
    perform customer_call_rollup_fold(array_fill(of_tenant, array[cardinality(parents)]), parents);
    place := parents[cardinality(parents)];
  end loop;
  insert into customer_call_rollup_settled as s (workspace_id, folded)
  select of_tenant, before
  where not exists (
    select
    from customer_call_rollup_delta d
    left join customer_call_rollup b on b.workspace_id = d.workspace_id and b.customer_id = d.customer_id
    where d.workspace_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmin(known), '0')
      and pg_visible_in_snapshot(d.writer, known) is not true
      and pg_visible_in_snapshot(d.writer, b.folded) is not true
      and pg_visible_in_snapshot(d.writer, before)
  )
  on conflict (workspace_id) do update set folded = excluded.folded
  where pg_snapshot_xmax(s.folded) < pg_snapshot_xmax(excluded.folded);
exception
  when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
end $$;
revoke execute on function customer_call_rollup_catch_up(uuid) from public;

create or replace function customer_call_rollup_fold(tenants uuid[], parents uuid[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set extra_float_digits = 1 as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into customer_call_rollup (workspace_id, customer_id, folded)
  select k.workspace_id, k.customer_id, '1:1:' -- nothing is visible in it
  from unnest(tenants, parents) as k (workspace_id, customer_id)
  where not exists (select from customer_call_rollup b where b.workspace_id = k.workspace_id and b.customer_id = k.customer_id)
    and (exists (select from customer_call_rollup_delta_0 d where d.workspace_id = k.workspace_id and d.customer_id = k.customer_id)
      or exists (select from customer_call_rollup_delta_1 d where d.workspace_id = k.workspace_id and d.customer_id = k.customer_id))
  order by 1, 2
  on conflict do nothing;

  select array_agg(b.workspace_id), array_agg(b.customer_id) into tenants, parents
  from (
    select b.workspace_id, b.customer_id
    from unnest(tenants, parents) as k (workspace_id, customer_id) join customer_call_rollup b using (workspace_id, customer_id)
    order by 1, 2
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(tenants, parents) as k (workspace_id, customer_id) join customer_call_rollup b using (workspace_id, customer_id)
    cross join lateral (
      select d.* from customer_call_rollup_delta_0 d
      where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
      union all
      select d.* from customer_call_rollup_delta_1 d
      where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
    ) d
  ), sums as (
    select d.workspace_id, d.customer_id, count(*) as deltas, sum(d.rows) as rows, sum(d.live) as live,
      sum(d.total_calls) as total_calls,
      sum(d.total_duration_seconds) as total_duration_seconds,
      altiplano.concat(d.calls_last_30_days_since) as calls_last_30_days_since,
      altiplano.concat(d.calls_last_30_days_until) as calls_last_30_days_until,
      altiplano.concat(d.calls_last_30_days_value) as calls_last_30_days_value,
      sum(d.successful_calls) as successful_calls,
      sum(d.missed_calls) as missed_calls,
      sum(d.campaign_stats_total_campaign_calls) as campaign_stats_total_campaign_calls,
      sum(d.billing_summary_total_cost) as billing_summary_total_cost,
      altiplano.concat(d.billing_summary_cost_this_month_month) as billing_summary_cost_this_month_month,
      altiplano.concat(d.billing_summary_cost_this_month_value) as billing_summary_cost_this_month_value,
      sum(d.billing_summary_billing_breakdown_campaign) as billing_summary_billing_breakdown_campaign,
      sum(d.billing_summary_billing_breakdown_direct) as billing_summary_billing_breakdown_direct,
      sum(d.billing_summary_billing_breakdown_callback) as billing_summary_billing_breakdown_callback
    from due d group by 1, 2
  ), folded as (
    update customer_call_rollup b
    set rows = b.rows + s.rows,
        total_calls = b.total_calls + s.total_calls,
        total_duration_seconds = b.total_duration_seconds + s.total_duration_seconds,
        calls_last_30_days_since = calls_last_30_days_cells.since,
        calls_last_30_days_until = calls_last_30_days_cells.until,
        calls_last_30_days_value = calls_last_30_days_cells.rows,
        successful_calls = b.successful_calls + s.successful_calls,
        missed_calls = b.missed_calls + s.missed_calls,
        campaign_stats_total_campaign_calls = b.campaign_stats_total_campaign_calls + s.campaign_stats_total_campaign_calls,
        billing_summary_total_cost = b.billing_summary_total_cost + s.billing_summary_total_cost,
        billing_summary_cost_this_month_month = billing_summary_cost_this_month_cells.month,
        billing_summary_cost_this_month_value = billing_summary_cost_this_month_cells.value,
        billing_summary_billing_breakdown_campaign = b.billing_summary_billing_breakdown_campaign + s.billing_summary_billing_breakdown_campaign,
        billing_summary_billing_breakdown_direct = b.billing_summary_billing_breakdown_direct + s.billing_summary_billing_breakdown_direct,
        billing_summary_billing_breakdown_callback = b.billing_summary_billing_breakdown_callback + s.billing_summary_billing_breakdown_callback,
        total_duration_seconds_order = altiplano.order_value(b.total_duration_seconds + s.total_duration_seconds, 0),
        billing_summary_total_cost_order = altiplano.order_value(round((b.billing_summary_total_cost + s.billing_summary_total_cost)::numeric(60, 20) / 60, 2), 2),
        live = b.live + s.live,
        latest_call = (select row_to_json(r) from (
          select c.id, c.direction, c.status, c.duration, c.call_type, c.sentiment_score, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
          from call c
          where c.workspace_id = b.workspace_id
            and c.customer_id = b.customer_id
            and not c.is_deleted
          order by c.created_at desc, c.id desc
          limit 1) r),
        folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s
    join customer_call_rollup o using (workspace_id, customer_id)
    cross join lateral altiplano.merge_cells(
      o.calls_last_30_days_since || s.calls_last_30_days_since, o.calls_last_30_days_until || s.calls_last_30_days_until, o.calls_last_30_days_value || s.calls_last_30_days_value, null,
      now() - interval '2851200 seconds') calls_last_30_days_merged
    cross join lateral altiplano.compact_cells(
      customer_call_rollup_calls_last_30_days_split(o.workspace_id, o.customer_id, row(calls_last_30_days_merged.since, calls_last_30_days_merged.until, calls_last_30_days_merged.rows, calls_last_30_days_merged.value)::altiplano.cells), now(), tstzrange(now() - interval '2592000 seconds', now() - interval '2592000 seconds' + interval '2 hours')) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(
      o.billing_summary_cost_this_month_month || s.billing_summary_cost_this_month_month, o.billing_summary_cost_this_month_value || s.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    where b.workspace_id = s.workspace_id and b.customer_id = s.customer_id
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function customer_call_rollup_fold(uuid[], uuid[]) from public;

create or replace function customer_call_rollup_gather(of_tenant uuid, of_parent uuid) returns void
language plpgsql as $$
begin
  with own as (
    delete from customer_call_rollup_delta d
    where d.workspace_id = of_tenant and d.customer_id = of_parent and d.writer = pg_current_xact_id()
    returning d.*
  ), parent as (
    select max(d.generation) as generation, d.workspace_id, d.customer_id, sum(d.rows)::bigint as rows,
      sum(d.total_calls)::bigint as total_calls,
      sum(d.total_duration_seconds)::numeric as total_duration_seconds,
      coalesce(altiplano.concat(d.calls_last_30_days_since), '{}') as calls_last_30_days_since,
      coalesce(altiplano.concat(d.calls_last_30_days_until), '{}') as calls_last_30_days_until,
      coalesce(altiplano.concat(d.calls_last_30_days_value), '{}') as calls_last_30_days_value,
      sum(d.successful_calls)::bigint as successful_calls,
      sum(d.missed_calls)::bigint as missed_calls,
      sum(d.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
      sum(d.billing_summary_total_cost)::numeric as billing_summary_total_cost,
      coalesce(altiplano.concat(d.billing_summary_cost_this_month_month), '{}') as billing_summary_cost_this_month_month,
      coalesce(altiplano.concat(d.billing_summary_cost_this_month_value), '{}') as billing_summary_cost_this_month_value,
      sum(d.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
      sum(d.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
      sum(d.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback,
      sum(d.live)::bigint as live
    from own d group by 2, 3
  )
  insert into customer_call_rollup_delta (
    generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback, live)
  select
    p.generation,
    p.workspace_id, p.customer_id,
    p.rows,
    p.total_calls,
    p.total_duration_seconds,
    calls_last_30_days_cells.since,
    calls_last_30_days_cells.until,
    calls_last_30_days_cells.rows,
    p.successful_calls,
    p.missed_calls,
    p.campaign_stats_total_campaign_calls,
    p.billing_summary_total_cost,
    billing_summary_cost_this_month_cells.month,
    billing_summary_cost_this_month_cells.value,
    p.billing_summary_billing_breakdown_campaign,
    p.billing_summary_billing_breakdown_direct,
    p.billing_summary_billing_breakdown_callback,
    p.live
  from parent p
  cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
    row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
  cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells;
end $$;

create or replace function customer_call_rollup_build(after_tenant uuid, after_parent uuid, upto_tenant uuid, upto_parent uuid)
returns bigint
language plpgsql security definer set search_path from current
set extra_float_digits = 1 as $$
declare
  least_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  least_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
  most_tenant constant uuid := coalesce(upto_tenant, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  most_parent constant uuid := coalesce(upto_parent, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  counted bigint;
  gone bigint;
  unknown bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (
    select from customer_call_rollup_delta_0 where writer = pg_current_xact_id_if_assigned()
    union all
    select from customer_call_rollup_delta_1 where writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written children itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;

  insert into customer_call_rollup as b (workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback, latest_call, live, total_duration_seconds_order, billing_summary_total_cost_order, folded)
  select p.workspace_id, p.customer_id, p.rows,
    p.total_calls,
    p.total_duration_seconds,
    calls_last_30_days_cells.since,
    calls_last_30_days_cells.until,
    calls_last_30_days_cells.rows,
    p.successful_calls,
    p.missed_calls,
    p.campaign_stats_total_campaign_calls,
    p.billing_summary_total_cost,
    billing_summary_cost_this_month_cells.month,
    billing_summary_cost_this_month_cells.value,
    p.billing_summary_billing_breakdown_campaign,
    p.billing_summary_billing_breakdown_direct,
    p.billing_summary_billing_breakdown_callback,
    (select row_to_json(r) from (
  select c.id, c.direction, c.status, c.duration, c.call_type, c.sentiment_score, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
  from call c
  where c.workspace_id = p.workspace_id
    and c.customer_id = p.customer_id
    and not c.is_deleted
  order by c.created_at desc, c.id desc
  limit 1) r),
    (select count(*) from customer o
      where o.workspace_id = p.workspace_id and o.id = p.customer_id and not o.is_deleted),
    altiplano.order_value(p.total_duration_seconds, 0),
    altiplano.order_value(round((p.billing_summary_total_cost)::numeric(60, 20) / 60, 2), 2), snapshot
  from (
    select c.workspace_id, c.customer_id, count(*) as rows,
      count(*) as total_calls,
      coalesce(sum(c.duration_seconds::numeric), 0) as total_duration_seconds,
      array_agg(altiplano.capped(c.created_at)) filter (where altiplano.capped(c.created_at) > now() - interval '2851200 seconds') as calls_last_30_days_since,
      count(*) filter (where c.status = 'completed') as successful_calls,
      count(*) filter (where c.status = 'missed') as missed_calls,
      count(*) filter (where c.campaign_customer_id is not null) as campaign_stats_total_campaign_calls,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
      array_agg(date_trunc('month', altiplano.capped(c.created_at), 'UTC')) filter (where altiplano.capped(c.created_at) >= altiplano.oldest_month()) as billing_summary_cost_this_month_month,
      array_agg(coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)::numeric) filter (where altiplano.capped(c.created_at) >= altiplano.oldest_month()) as billing_summary_cost_this_month_value,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
    from call c
    where not c.is_deleted
      and (c.workspace_id, c.customer_id) >= (least_tenant, least_parent) and (c.workspace_id, c.customer_id) <= (most_tenant, most_parent)
      and ((c.workspace_id, c.customer_id) > (least_tenant, least_parent) or after_tenant is null)
    group by 1, 2
  ) p
  cross join lateral altiplano.tally_cells(p.calls_last_30_days_since, null) calls_last_30_days_tally
  cross join lateral altiplano.compact_cells(calls_last_30_days_tally::altiplano.cells, now(), tstzrange(now() - interval '2592000 seconds', now() - interval '2592000 seconds' + interval '2 hours')) calls_last_30_days_cells
  cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, '-infinity') billing_summary_cost_this_month_cells
  order by 1, 2
  on conflict (workspace_id, customer_id) do update
  set rows = excluded.rows,
      total_calls = excluded.total_calls,
      total_duration_seconds = excluded.total_duration_seconds,
      calls_last_30_days_since = excluded.calls_last_30_days_since,
      calls_last_30_days_until = excluded.calls_last_30_days_until,
      calls_last_30_days_value = excluded.calls_last_30_days_value,
      successful_calls = excluded.successful_calls,
      missed_calls = excluded.missed_calls,
      campaign_stats_total_campaign_calls = excluded.campaign_stats_total_campaign_calls,
      billing_summary_total_cost = excluded.billing_summary_total_cost,
      billing_summary_cost_this_month_month = excluded.billing_summary_cost_this_month_month,
      billing_summary_cost_this_month_value = excluded.billing_summary_cost_this_month_value,
      billing_summary_billing_breakdown_campaign = excluded.billing_summary_billing_breakdown_campaign,
      billing_summary_billing_breakdown_direct = excluded.billing_summary_billing_breakdown_direct,
      billing_summary_billing_breakdown_callback = excluded.billing_summary_billing_breakdown_callback,
      latest_call = excluded.latest_call,
      live = excluded.live,
      total_duration_seconds_order = excluded.total_duration_seconds_order,
      billing_summary_total_cost_order = excluded.billing_summary_total_cost_order,
      folded = excluded.folded;
  get diagnostics counted = row_count;

  update customer_call_rollup b
  set rows = 0,
      total_calls = 0,
      total_duration_seconds = 0,
      calls_last_30_days_since = '{}',
      calls_last_30_days_until = '{}',
      calls_last_30_days_value = '{}',
      successful_calls = 0,
      missed_calls = 0,
      campaign_stats_total_campaign_calls = 0,
      billing_summary_total_cost = 0,
      billing_summary_cost_this_month_month = '{}',
      billing_summary_cost_this_month_value = '{}',
      billing_summary_billing_breakdown_campaign = 0,
      billing_summary_billing_breakdown_direct = 0,
      billing_summary_billing_breakdown_callback = 0,
      latest_call = null,
      total_duration_seconds_order = altiplano.order_value(0, 0),
      billing_summary_total_cost_order = altiplano.order_value(round((0)::numeric(60, 20) / 60, 2), 2),
      live = (select count(*) from customer o
      where o.workspace_id = b.workspace_id and o.id = b.customer_id and not o.is_deleted),
      folded = snapshot
  where (b.workspace_id, b.customer_id) >= (least_tenant, least_parent) and (b.workspace_id, b.customer_id) <= (most_tenant, most_parent)
      and ((b.workspace_id, b.customer_id) > (least_tenant, least_parent) or after_tenant is null)
    and b.folded::text <> snapshot::text;
  get diagnostics gone = row_count;

  insert into customer_call_rollup (workspace_id, customer_id, live, folded)
  select d.workspace_id, d.customer_id, (select count(*) from customer o
      where o.workspace_id = d.workspace_id and o.id = d.customer_id and not o.is_deleted), snapshot
  from (
    select workspace_id, customer_id from customer_call_rollup_delta_0
    union
    select workspace_id, customer_id from customer_call_rollup_delta_1
    union
    select o.workspace_id, o.id as customer_id from customer o where not o.is_deleted
  ) d
  where (d.workspace_id, d.customer_id) >= (least_tenant, least_parent) and (d.workspace_id, d.customer_id) <= (most_tenant, most_parent)
      and ((d.workspace_id, d.customer_id) > (least_tenant, least_parent) or after_tenant is null)
    and not exists (select from customer_call_rollup b where b.workspace_id = d.workspace_id and b.customer_id = d.customer_id)
  order by 1, 2;
  get diagnostics unknown = row_count;
  return counted + gone + unknown;
end $$;
revoke execute on function customer_call_rollup_build(uuid, uuid, uuid, uuid) from public;

create or replace function customer_call_rollup_sweep(after_tenant uuid, after_parent uuid, most integer)
returns table (tenant uuid, parent uuid) -- the key to go on after; no row at the end
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  tenants uuid[];
  parents uuid[];
  free_tenants uuid[];
  free_parents uuid[];
begin
  select array_agg(b.workspace_id order by b.workspace_id, b.customer_id), array_agg(b.customer_id order by b.workspace_id, b.customer_id)
  into tenants, parents
  from (
    select b.workspace_id, b.customer_id from customer_call_rollup b
    where (b.workspace_id, b.customer_id) > (coalesce(after_tenant, '00000000-0000-0000-0000-000000000000'),
                                   coalesce(after_parent, '00000000-0000-0000-0000-000000000000'))
    order by 1, 2 limit most
  ) b;
  select array_agg(b.workspace_id), array_agg(b.customer_id) into free_tenants, free_parents
  from (
    select b.workspace_id, b.customer_id
    from unnest(tenants, parents) as k (workspace_id, customer_id) join customer_call_rollup b using (workspace_id, customer_id)
    where (b.rows = 0 and b.live = 0) or b.calls_last_30_days_until[1] < now() - interval '2851200 seconds' or b.billing_summary_cost_this_month_month[1] < altiplano.oldest_month()
    order by 1, 2
    for update of b skip locked
  ) b;
  update customer_call_rollup b
  set calls_last_30_days_since = calls_last_30_days_cells.since,
      calls_last_30_days_until = calls_last_30_days_cells.until,
      calls_last_30_days_value = calls_last_30_days_cells.rows,
      billing_summary_cost_this_month_month = billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_value = billing_summary_cost_this_month_cells.value
  from unnest(free_tenants, free_parents) as k (workspace_id, customer_id)
  join customer_call_rollup o using (workspace_id, customer_id)
  cross join lateral altiplano.merge_cells(
    o.calls_last_30_days_since, o.calls_last_30_days_until, o.calls_last_30_days_value, null,
    now() - interval '2851200 seconds') calls_last_30_days_merged
  cross join lateral altiplano.compact_cells(
    row(calls_last_30_days_merged.since, calls_last_30_days_merged.until, calls_last_30_days_merged.rows, calls_last_30_days_merged.value)::altiplano.cells, now(), tstzrange(now() - interval '2592000 seconds', now() - interval '2592000 seconds' + interval '2 hours')) calls_last_30_days_cells
  cross join lateral altiplano.merge_months(
    o.billing_summary_cost_this_month_month, o.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
  where b.workspace_id = k.workspace_id and b.customer_id = k.customer_id and (o.rows <> 0 or o.live <> 0);

  -- Without a base row every delta counts: those that were consumed must be gone.
  delete from customer_call_rollup b
  using unnest(free_tenants, free_parents) as k (workspace_id, customer_id)
  where b.workspace_id = k.workspace_id and b.customer_id = k.customer_id and (b.rows = 0 and b.live = 0)
    and not exists (select from customer_call_rollup_delta_0 d where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id)
    and not exists (select from customer_call_rollup_delta_1 d where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id);
  if cardinality(tenants) = most then
    return query select tenants[most], parents[most];
  end if;
end $$;
revoke execute on function customer_call_rollup_sweep(uuid, uuid, integer) from public;

create or replace function customer_call_rollup_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.workspace_id, r.customer_id having count(*) > 8) then
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where not n.is_deleted
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      c.workspace_id, c.customer_id,
      c.sign,
      c.sign,
      c.sign * coalesce(c.duration_seconds::numeric, 0),
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at)]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at) + interval '1 microsecond']::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[c.sign]::bigint[] else '{}' end,
      case when c.status = 'completed' then c.sign else 0 end,
      case when c.status = 'missed' then c.sign else 0 end,
      case when c.campaign_customer_id is not null then c.sign else 0 end,
      c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0),
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[date_trunc('month', altiplano.capped(c.created_at), 'UTC')]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)]::numeric[] else '{}' end,
      case when c.call_type = 'campaign' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'direct' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'callback' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end
    from changed c;
  else
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where not n.is_deleted
    ), moment as (
      select
        c.workspace_id, c.customer_id,
        altiplano.capped(c.created_at) as created_at,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as total_calls,
        coalesce(sum(c.sign * c.duration_seconds::numeric), 0) as total_duration_seconds,
        coalesce(sum(c.sign), 0) as calls_last_30_days,
        coalesce(sum(c.sign) filter (where c.status = 'completed'), 0) as successful_calls,
        coalesce(sum(c.sign) filter (where c.status = 'missed'), 0) as missed_calls,
        coalesce(sum(c.sign) filter (where c.campaign_customer_id is not null), 0) as campaign_stats_total_campaign_calls,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_cost_this_month,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
      from changed c
      group by 1, 2, 3
    ), parent as (
      select
        m.workspace_id, m.customer_id,
        sum(m.rows)::bigint as rows,
        sum(m.total_calls)::bigint as total_calls,
        sum(m.total_duration_seconds)::numeric as total_duration_seconds,
        coalesce(array_agg(m.created_at order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_since,
        coalesce(array_agg(m.created_at + interval '1 microsecond' order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_until,
        coalesce(array_agg(m.calls_last_30_days::bigint order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_value,
        sum(m.successful_calls)::bigint as successful_calls,
        sum(m.missed_calls)::bigint as missed_calls,
        sum(m.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
        sum(m.billing_summary_total_cost)::numeric as billing_summary_total_cost,
        coalesce(array_agg(date_trunc('month', m.created_at, 'UTC') order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_month,
        coalesce(array_agg(m.billing_summary_cost_this_month::numeric order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_value,
        sum(m.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
        sum(m.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
        sum(m.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
      from moment m
      group by 1, 2
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      p.workspace_id, p.customer_id,
      p.rows,
      p.total_calls,
      p.total_duration_seconds,
      calls_last_30_days_cells.since,
      calls_last_30_days_cells.until,
      calls_last_30_days_cells.rows,
      p.successful_calls,
      p.missed_calls,
      p.campaign_stats_total_campaign_calls,
      p.billing_summary_total_cost,
      billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_cells.value,
      p.billing_summary_billing_breakdown_campaign,
      p.billing_summary_billing_breakdown_direct,
      p.billing_summary_billing_breakdown_callback
    from parent p
    cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
      row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    order by p.workspace_id, p.customer_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_bound(t.workspace_id, t.customer_id)
    from (select workspace_id, customer_id from new_rows order by 1, 2) t;
    perform customer_call_rollup_catch_up(t.workspace_id) from (select workspace_id, customer_id from new_rows) t group by t.workspace_id;
  end if;
  return null;
end $$;

create or replace function customer_call_rollup_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.workspace_id, r.customer_id having count(*) > 8) then
    with gone as (
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
      except all
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
    ), come as (
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
      except all
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      c.workspace_id, c.customer_id,
      c.sign,
      c.sign,
      c.sign * coalesce(c.duration_seconds::numeric, 0),
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at)]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at) + interval '1 microsecond']::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[c.sign]::bigint[] else '{}' end,
      case when c.status = 'completed' then c.sign else 0 end,
      case when c.status = 'missed' then c.sign else 0 end,
      case when c.campaign_customer_id is not null then c.sign else 0 end,
      c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0),
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[date_trunc('month', altiplano.capped(c.created_at), 'UTC')]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)]::numeric[] else '{}' end,
      case when c.call_type = 'campaign' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'direct' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'callback' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end
    from changed c;
  else
    with gone as (
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
      except all
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
    ), come as (
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
      except all
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    ), moment as (
      select
        c.workspace_id, c.customer_id,
        altiplano.capped(c.created_at) as created_at,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as total_calls,
        coalesce(sum(c.sign * c.duration_seconds::numeric), 0) as total_duration_seconds,
        coalesce(sum(c.sign), 0) as calls_last_30_days,
        coalesce(sum(c.sign) filter (where c.status = 'completed'), 0) as successful_calls,
        coalesce(sum(c.sign) filter (where c.status = 'missed'), 0) as missed_calls,
        coalesce(sum(c.sign) filter (where c.campaign_customer_id is not null), 0) as campaign_stats_total_campaign_calls,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_cost_this_month,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
      from changed c
      group by 1, 2, 3
    ), parent as (
      select
        m.workspace_id, m.customer_id,
        sum(m.rows)::bigint as rows,
        sum(m.total_calls)::bigint as total_calls,
        sum(m.total_duration_seconds)::numeric as total_duration_seconds,
        coalesce(array_agg(m.created_at order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_since,
        coalesce(array_agg(m.created_at + interval '1 microsecond' order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_until,
        coalesce(array_agg(m.calls_last_30_days::bigint order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_value,
        sum(m.successful_calls)::bigint as successful_calls,
        sum(m.missed_calls)::bigint as missed_calls,
        sum(m.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
        sum(m.billing_summary_total_cost)::numeric as billing_summary_total_cost,
        coalesce(array_agg(date_trunc('month', m.created_at, 'UTC') order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_month,
        coalesce(array_agg(m.billing_summary_cost_this_month::numeric order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_value,
        sum(m.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
        sum(m.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
        sum(m.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
      from moment m
      group by 1, 2
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      p.workspace_id, p.customer_id,
      p.rows,
      p.total_calls,
      p.total_duration_seconds,
      calls_last_30_days_cells.since,
      calls_last_30_days_cells.until,
      calls_last_30_days_cells.rows,
      p.successful_calls,
      p.missed_calls,
      p.campaign_stats_total_campaign_calls,
      p.billing_summary_total_cost,
      billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_cells.value,
      p.billing_summary_billing_breakdown_campaign,
      p.billing_summary_billing_breakdown_direct,
      p.billing_summary_billing_breakdown_callback
    from parent p
    cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
      row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    order by p.workspace_id, p.customer_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_bound(t.workspace_id, t.customer_id)
    from (select workspace_id, customer_id from old_rows union select workspace_id, customer_id from new_rows order by 1, 2) t;
    perform customer_call_rollup_catch_up(t.workspace_id) from (select workspace_id, customer_id from old_rows union select workspace_id, customer_id from new_rows) t group by t.workspace_id;
  end if;
  return null;
end $$;

create or replace function customer_call_rollup_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from old_rows r group by r.workspace_id, r.customer_id having count(*) > 8) then
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where not o.is_deleted
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      c.workspace_id, c.customer_id,
      c.sign,
      c.sign,
      c.sign * coalesce(c.duration_seconds::numeric, 0),
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at)]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at) + interval '1 microsecond']::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[c.sign]::bigint[] else '{}' end,
      case when c.status = 'completed' then c.sign else 0 end,
      case when c.status = 'missed' then c.sign else 0 end,
      case when c.campaign_customer_id is not null then c.sign else 0 end,
      c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0),
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[date_trunc('month', altiplano.capped(c.created_at), 'UTC')]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)]::numeric[] else '{}' end,
      case when c.call_type = 'campaign' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'direct' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'callback' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end
    from changed c;
  else
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where not o.is_deleted
    ), moment as (
      select
        c.workspace_id, c.customer_id,
        altiplano.capped(c.created_at) as created_at,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as total_calls,
        coalesce(sum(c.sign * c.duration_seconds::numeric), 0) as total_duration_seconds,
        coalesce(sum(c.sign), 0) as calls_last_30_days,
        coalesce(sum(c.sign) filter (where c.status = 'completed'), 0) as successful_calls,
        coalesce(sum(c.sign) filter (where c.status = 'missed'), 0) as missed_calls,
        coalesce(sum(c.sign) filter (where c.campaign_customer_id is not null), 0) as campaign_stats_total_campaign_calls,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_cost_this_month,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
      from changed c
      group by 1, 2, 3
    ), parent as (
      select
        m.workspace_id, m.customer_id,
        sum(m.rows)::bigint as rows,
        sum(m.total_calls)::bigint as total_calls,
        sum(m.total_duration_seconds)::numeric as total_duration_seconds,
        coalesce(array_agg(m.created_at order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_since,
        coalesce(array_agg(m.created_at + interval '1 microsecond' order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_until,
        coalesce(array_agg(m.calls_last_30_days::bigint order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_value,
        sum(m.successful_calls)::bigint as successful_calls,
        sum(m.missed_calls)::bigint as missed_calls,
        sum(m.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
        sum(m.billing_summary_total_cost)::numeric as billing_summary_total_cost,
        coalesce(array_agg(date_trunc('month', m.created_at, 'UTC') order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_month,
        coalesce(array_agg(m.billing_summary_cost_this_month::numeric order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_value,
        sum(m.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
        sum(m.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
        sum(m.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
      from moment m
      group by 1, 2
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      p.workspace_id, p.customer_id,
      p.rows,
      p.total_calls,
      p.total_duration_seconds,
      calls_last_30_days_cells.since,
      calls_last_30_days_cells.until,
      calls_last_30_days_cells.rows,
      p.successful_calls,
      p.missed_calls,
      p.campaign_stats_total_campaign_calls,
      p.billing_summary_total_cost,
      billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_cells.value,
      p.billing_summary_billing_breakdown_campaign,
      p.billing_summary_billing_breakdown_direct,
      p.billing_summary_billing_breakdown_callback
    from parent p
    cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
      row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    order by p.workspace_id, p.customer_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_bound(t.workspace_id, t.customer_id)
    from (select workspace_id, customer_id from old_rows order by 1, 2) t;
    perform customer_call_rollup_catch_up(t.workspace_id) from (select workspace_id, customer_id from old_rows) t group by t.workspace_id;
  end if;
  return null;
end $$;

create or replace function customer_call_rollup_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'call cannot be truncated in an older snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level read committed;';
  end if;
  truncate customer_call_rollup, customer_call_rollup_delta;
  insert into customer_call_rollup (workspace_id, customer_id, live, folded)
  select p.workspace_id, p.customer_id, 1, '1:1:' from (select o.workspace_id, o.id as customer_id from customer o where not o.is_deleted) p;
  return null;
end $$;

create function customer_call_rollup_parent_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  with come as (
    select n.workspace_id, n.id as customer_id from new_rows n where not n.is_deleted
  ), placed as (
    insert into customer_call_rollup (workspace_id, customer_id, live, folded)
    select c.*, 1, '1:1:' from come c order by 1, 2
    on conflict do nothing -- it was there before, and was deleted
    returning workspace_id, customer_id
  ), changed as (
    -- No anti join: its plan is made for one row and kept, and would look at each placed one for each that came.
    select 1 as sign, c.* from (select * from come except all select * from placed) c
  )
  insert into customer_call_rollup_delta (
    generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback, live)
  select coalesce((
    select r.generation from altiplano.rollup r
    where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
    c.workspace_id, c.customer_id, 0, 0, 0, '{}', '{}', '{}', 0, 0, 0, 0, '{}', '{}', 0, 0, 0, c.sign
  from changed c
  order by 2, 3;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_catch_up(t.workspace_id)
    from new_rows t group by t.workspace_id;
  end if;
  return null;
end $$;

create function customer_call_rollup_parent_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not (exists (select o.workspace_id, o.id as customer_id from old_rows o where not o.is_deleted except all select n.workspace_id, n.id as customer_id from new_rows n where not n.is_deleted)
  or exists (select n.workspace_id, n.id as customer_id from new_rows n where not n.is_deleted except all select o.workspace_id, o.id as customer_id from old_rows o where not o.is_deleted)) then
    return null;
  end if;
  with changed as (
    select -1 as sign, g.* from (select o.workspace_id, o.id as customer_id from old_rows o where not o.is_deleted except all select n.workspace_id, n.id as customer_id from new_rows n where not n.is_deleted) g
    union all
    select 1, c.* from (select n.workspace_id, n.id as customer_id from new_rows n where not n.is_deleted except all select o.workspace_id, o.id as customer_id from old_rows o where not o.is_deleted) c
  )
  insert into customer_call_rollup_delta (
    generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback, live)
  select coalesce((
    select r.generation from altiplano.rollup r
    where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
    c.workspace_id, c.customer_id, 0, 0, 0, '{}', '{}', '{}', 0, 0, 0, 0, '{}', '{}', 0, 0, 0, c.sign
  from changed c
  order by 2, 3;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_catch_up(t.workspace_id)
    from old_rows t group by t.workspace_id;
  end if;
  return null;
end $$;

create function customer_call_rollup_parent_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  with changed as (
    select -1 as sign, o.workspace_id, o.id as customer_id from old_rows o where not o.is_deleted
  )
  insert into customer_call_rollup_delta (
    generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback, live)
  select coalesce((
    select r.generation from altiplano.rollup r
    where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
    c.workspace_id, c.customer_id, 0, 0, 0, '{}', '{}', '{}', 0, 0, 0, 0, '{}', '{}', 0, 0, 0, c.sign
  from changed c
  order by 2, 3;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_catch_up(t.workspace_id)
    from old_rows t group by t.workspace_id;
  end if;
  return null;
end $$;

create function customer_call_rollup_parent_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customer_call_rollup, customer_call_rollup_delta;
  return null;
end $$;

revoke execute on function customer_call_rollup_parent_insert(), customer_call_rollup_parent_update(), customer_call_rollup_parent_delete(), customer_call_rollup_parent_truncate() from public;

create trigger altiplano_customer_call_rollup_parent_insert after insert on customer
  referencing new table as new_rows for each statement execute function customer_call_rollup_parent_insert();
create trigger altiplano_customer_call_rollup_parent_update after update on customer
  referencing old table as old_rows new table as new_rows for each statement execute function customer_call_rollup_parent_update();
create trigger altiplano_customer_call_rollup_parent_delete after delete on customer
  referencing old table as old_rows for each statement execute function customer_call_rollup_parent_delete();
create trigger altiplano_customer_call_rollup_parent_truncate after truncate on customer
  for each statement execute function customer_call_rollup_parent_truncate();

update altiplano.rollup set orders = array['total_calls', 'total_duration_seconds', 'billing_summary_total_cost'], ranked = false
where schema_name = current_schema() and name = 'customer_call_rollup';

-- Down Migration
select set_config('search_path', format('%I, pg_temp', current_schema()), true);
drop trigger altiplano_customer_call_rollup_parent_insert on customer;
drop function customer_call_rollup_parent_insert();
drop trigger altiplano_customer_call_rollup_parent_update on customer;
drop function customer_call_rollup_parent_update();
drop trigger altiplano_customer_call_rollup_parent_delete on customer;
drop function customer_call_rollup_parent_delete();
drop trigger altiplano_customer_call_rollup_parent_truncate on customer;
drop function customer_call_rollup_parent_truncate();
create or replace function customer_call_rollup_fold(tenants uuid[], parents uuid[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set extra_float_digits = 1 as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into customer_call_rollup (workspace_id, customer_id, folded)
  select k.workspace_id, k.customer_id, '1:1:' -- nothing is visible in it
  from unnest(tenants, parents) as k (workspace_id, customer_id)
  where not exists (select from customer_call_rollup b where b.workspace_id = k.workspace_id and b.customer_id = k.customer_id)
    and (exists (select from customer_call_rollup_delta_0 d where d.workspace_id = k.workspace_id and d.customer_id = k.customer_id)
      or exists (select from customer_call_rollup_delta_1 d where d.workspace_id = k.workspace_id and d.customer_id = k.customer_id))
  order by 1, 2
  on conflict do nothing;

  select array_agg(b.workspace_id), array_agg(b.customer_id) into tenants, parents
  from (
    select b.workspace_id, b.customer_id
    from unnest(tenants, parents) as k (workspace_id, customer_id) join customer_call_rollup b using (workspace_id, customer_id)
    order by 1, 2
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(tenants, parents) as k (workspace_id, customer_id) join customer_call_rollup b using (workspace_id, customer_id)
    cross join lateral (
      select d.* from customer_call_rollup_delta_0 d
      where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
      union all
      select d.* from customer_call_rollup_delta_1 d
      where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id
        and d.writer >= pg_snapshot_xmin(b.folded)
        and not pg_visible_in_snapshot(d.writer, b.folded)
        and d.writer <> own
    ) d
  ), sums as (
    select d.workspace_id, d.customer_id, count(*) as deltas, sum(d.rows) as rows,
      sum(d.total_calls) as total_calls,
      sum(d.total_duration_seconds) as total_duration_seconds,
      altiplano.concat(d.calls_last_30_days_since) as calls_last_30_days_since,
      altiplano.concat(d.calls_last_30_days_until) as calls_last_30_days_until,
      altiplano.concat(d.calls_last_30_days_value) as calls_last_30_days_value,
      sum(d.successful_calls) as successful_calls,
      sum(d.missed_calls) as missed_calls,
      sum(d.campaign_stats_total_campaign_calls) as campaign_stats_total_campaign_calls,
      sum(d.billing_summary_total_cost) as billing_summary_total_cost,
      altiplano.concat(d.billing_summary_cost_this_month_month) as billing_summary_cost_this_month_month,
      altiplano.concat(d.billing_summary_cost_this_month_value) as billing_summary_cost_this_month_value,
      sum(d.billing_summary_billing_breakdown_campaign) as billing_summary_billing_breakdown_campaign,
      sum(d.billing_summary_billing_breakdown_direct) as billing_summary_billing_breakdown_direct,
      sum(d.billing_summary_billing_breakdown_callback) as billing_summary_billing_breakdown_callback
    from due d group by 1, 2
  ), folded as (
    update customer_call_rollup b
    set rows = b.rows + s.rows,
        total_calls = b.total_calls + s.total_calls,
        total_duration_seconds = b.total_duration_seconds + s.total_duration_seconds,
        calls_last_30_days_since = calls_last_30_days_cells.since,
        calls_last_30_days_until = calls_last_30_days_cells.until,
        calls_last_30_days_value = calls_last_30_days_cells.rows,
        successful_calls = b.successful_calls + s.successful_calls,
        missed_calls = b.missed_calls + s.missed_calls,
        campaign_stats_total_campaign_calls = b.campaign_stats_total_campaign_calls + s.campaign_stats_total_campaign_calls,
        billing_summary_total_cost = b.billing_summary_total_cost + s.billing_summary_total_cost,
        billing_summary_cost_this_month_month = billing_summary_cost_this_month_cells.month,
        billing_summary_cost_this_month_value = billing_summary_cost_this_month_cells.value,
        billing_summary_billing_breakdown_campaign = b.billing_summary_billing_breakdown_campaign + s.billing_summary_billing_breakdown_campaign,
        billing_summary_billing_breakdown_direct = b.billing_summary_billing_breakdown_direct + s.billing_summary_billing_breakdown_direct,
        billing_summary_billing_breakdown_callback = b.billing_summary_billing_breakdown_callback + s.billing_summary_billing_breakdown_callback,
        latest_call = (select row_to_json(r) from (
          select c.id, c.direction, c.status, c.duration, c.call_type, c.sentiment_score, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
          from call c
          where c.workspace_id = b.workspace_id
            and c.customer_id = b.customer_id
            and not c.is_deleted
          order by c.created_at desc, c.id desc
          limit 1) r),
        folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s
    join customer_call_rollup o using (workspace_id, customer_id)
    cross join lateral altiplano.merge_cells(
      o.calls_last_30_days_since || s.calls_last_30_days_since, o.calls_last_30_days_until || s.calls_last_30_days_until, o.calls_last_30_days_value || s.calls_last_30_days_value, null,
      now() - interval '2851200 seconds') calls_last_30_days_merged
    cross join lateral altiplano.compact_cells(
      customer_call_rollup_calls_last_30_days_split(o.workspace_id, o.customer_id, row(calls_last_30_days_merged.since, calls_last_30_days_merged.until, calls_last_30_days_merged.rows, calls_last_30_days_merged.value)::altiplano.cells), now(), tstzrange(now() - interval '2592000 seconds', now() - interval '2592000 seconds' + interval '2 hours')) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(
      o.billing_summary_cost_this_month_month || s.billing_summary_cost_this_month_month, o.billing_summary_cost_this_month_value || s.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    where b.workspace_id = s.workspace_id and b.customer_id = s.customer_id
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function customer_call_rollup_fold(uuid[], uuid[]) from public;

create or replace function customer_call_rollup_gather(of_tenant uuid, of_parent uuid) returns void
language plpgsql as $$
begin
  with own as (
    delete from customer_call_rollup_delta d
    where d.workspace_id = of_tenant and d.customer_id = of_parent and d.writer = pg_current_xact_id()
    returning d.*
  ), parent as (
    select max(d.generation) as generation, d.workspace_id, d.customer_id, sum(d.rows)::bigint as rows,
      sum(d.total_calls)::bigint as total_calls,
      sum(d.total_duration_seconds)::numeric as total_duration_seconds,
      coalesce(altiplano.concat(d.calls_last_30_days_since), '{}') as calls_last_30_days_since,
      coalesce(altiplano.concat(d.calls_last_30_days_until), '{}') as calls_last_30_days_until,
      coalesce(altiplano.concat(d.calls_last_30_days_value), '{}') as calls_last_30_days_value,
      sum(d.successful_calls)::bigint as successful_calls,
      sum(d.missed_calls)::bigint as missed_calls,
      sum(d.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
      sum(d.billing_summary_total_cost)::numeric as billing_summary_total_cost,
      coalesce(altiplano.concat(d.billing_summary_cost_this_month_month), '{}') as billing_summary_cost_this_month_month,
      coalesce(altiplano.concat(d.billing_summary_cost_this_month_value), '{}') as billing_summary_cost_this_month_value,
      sum(d.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
      sum(d.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
      sum(d.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
    from own d group by 2, 3
  )
  insert into customer_call_rollup_delta (
    generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
  select
    p.generation,
    p.workspace_id, p.customer_id,
    p.rows,
    p.total_calls,
    p.total_duration_seconds,
    calls_last_30_days_cells.since,
    calls_last_30_days_cells.until,
    calls_last_30_days_cells.rows,
    p.successful_calls,
    p.missed_calls,
    p.campaign_stats_total_campaign_calls,
    p.billing_summary_total_cost,
    billing_summary_cost_this_month_cells.month,
    billing_summary_cost_this_month_cells.value,
    p.billing_summary_billing_breakdown_campaign,
    p.billing_summary_billing_breakdown_direct,
    p.billing_summary_billing_breakdown_callback
  from parent p
  cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
    row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
  cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells;
end $$;

create or replace function customer_call_rollup_build(after_tenant uuid, after_parent uuid, upto_tenant uuid, upto_parent uuid)
returns bigint
language plpgsql security definer set search_path from current
set extra_float_digits = 1 as $$
declare
  least_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  least_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
  most_tenant constant uuid := coalesce(upto_tenant, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  most_parent constant uuid := coalesce(upto_parent, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  snapshot constant pg_snapshot := altiplano.without_own(pg_current_snapshot());
  counted bigint;
  gone bigint;
  unknown bigint;
begin
  if current_setting('transaction_isolation') = 'read committed' then
    raise exception 'a build counts in one snapshot' using errcode = 'invalid_transaction_state',
      hint = 'begin isolation level repeatable read;';
  end if;
  if exists (
    select from customer_call_rollup_delta_0 where writer = pg_current_xact_id_if_assigned()
    union all
    select from customer_call_rollup_delta_1 where writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written children itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;

  insert into customer_call_rollup as b (workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback, latest_call, folded)
  select p.workspace_id, p.customer_id, p.rows,
    p.total_calls,
    p.total_duration_seconds,
    calls_last_30_days_cells.since,
    calls_last_30_days_cells.until,
    calls_last_30_days_cells.rows,
    p.successful_calls,
    p.missed_calls,
    p.campaign_stats_total_campaign_calls,
    p.billing_summary_total_cost,
    billing_summary_cost_this_month_cells.month,
    billing_summary_cost_this_month_cells.value,
    p.billing_summary_billing_breakdown_campaign,
    p.billing_summary_billing_breakdown_direct,
    p.billing_summary_billing_breakdown_callback,
    (select row_to_json(r) from (
  select c.id, c.direction, c.status, c.duration, c.call_type, c.sentiment_score, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
  from call c
  where c.workspace_id = p.workspace_id
    and c.customer_id = p.customer_id
    and not c.is_deleted
  order by c.created_at desc, c.id desc
  limit 1) r), snapshot
  from (
    select c.workspace_id, c.customer_id, count(*) as rows,
      count(*) as total_calls,
      coalesce(sum(c.duration_seconds::numeric), 0) as total_duration_seconds,
      array_agg(altiplano.capped(c.created_at)) filter (where altiplano.capped(c.created_at) > now() - interval '2851200 seconds') as calls_last_30_days_since,
      count(*) filter (where c.status = 'completed') as successful_calls,
      count(*) filter (where c.status = 'missed') as missed_calls,
      count(*) filter (where c.campaign_customer_id is not null) as campaign_stats_total_campaign_calls,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
      array_agg(date_trunc('month', altiplano.capped(c.created_at), 'UTC')) filter (where altiplano.capped(c.created_at) >= altiplano.oldest_month()) as billing_summary_cost_this_month_month,
      array_agg(coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)::numeric) filter (where altiplano.capped(c.created_at) >= altiplano.oldest_month()) as billing_summary_cost_this_month_value,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
      coalesce(sum(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
    from call c
    where not c.is_deleted
      and (c.workspace_id, c.customer_id) >= (least_tenant, least_parent) and (c.workspace_id, c.customer_id) <= (most_tenant, most_parent)
      and ((c.workspace_id, c.customer_id) > (least_tenant, least_parent) or after_tenant is null)
    group by 1, 2
  ) p
  cross join lateral altiplano.tally_cells(p.calls_last_30_days_since, null) calls_last_30_days_tally
  cross join lateral altiplano.compact_cells(calls_last_30_days_tally::altiplano.cells, now(), tstzrange(now() - interval '2592000 seconds', now() - interval '2592000 seconds' + interval '2 hours')) calls_last_30_days_cells
  cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, '-infinity') billing_summary_cost_this_month_cells
  order by 1, 2
  on conflict (workspace_id, customer_id) do update
  set rows = excluded.rows,
      total_calls = excluded.total_calls,
      total_duration_seconds = excluded.total_duration_seconds,
      calls_last_30_days_since = excluded.calls_last_30_days_since,
      calls_last_30_days_until = excluded.calls_last_30_days_until,
      calls_last_30_days_value = excluded.calls_last_30_days_value,
      successful_calls = excluded.successful_calls,
      missed_calls = excluded.missed_calls,
      campaign_stats_total_campaign_calls = excluded.campaign_stats_total_campaign_calls,
      billing_summary_total_cost = excluded.billing_summary_total_cost,
      billing_summary_cost_this_month_month = excluded.billing_summary_cost_this_month_month,
      billing_summary_cost_this_month_value = excluded.billing_summary_cost_this_month_value,
      billing_summary_billing_breakdown_campaign = excluded.billing_summary_billing_breakdown_campaign,
      billing_summary_billing_breakdown_direct = excluded.billing_summary_billing_breakdown_direct,
      billing_summary_billing_breakdown_callback = excluded.billing_summary_billing_breakdown_callback,
      latest_call = excluded.latest_call,
      folded = excluded.folded;
  get diagnostics counted = row_count;

  update customer_call_rollup b
  set rows = 0,
      total_calls = 0,
      total_duration_seconds = 0,
      calls_last_30_days_since = '{}',
      calls_last_30_days_until = '{}',
      calls_last_30_days_value = '{}',
      successful_calls = 0,
      missed_calls = 0,
      campaign_stats_total_campaign_calls = 0,
      billing_summary_total_cost = 0,
      billing_summary_cost_this_month_month = '{}',
      billing_summary_cost_this_month_value = '{}',
      billing_summary_billing_breakdown_campaign = 0,
      billing_summary_billing_breakdown_direct = 0,
      billing_summary_billing_breakdown_callback = 0,
      latest_call = null,
      folded = snapshot
  where (b.workspace_id, b.customer_id) >= (least_tenant, least_parent) and (b.workspace_id, b.customer_id) <= (most_tenant, most_parent)
      and ((b.workspace_id, b.customer_id) > (least_tenant, least_parent) or after_tenant is null)
    and b.folded::text <> snapshot::text;
  get diagnostics gone = row_count;

  insert into customer_call_rollup (workspace_id, customer_id, folded)
  select d.workspace_id, d.customer_id, snapshot
  from (
    select workspace_id, customer_id from customer_call_rollup_delta_0
    union
    select workspace_id, customer_id from customer_call_rollup_delta_1
  ) d
  where (d.workspace_id, d.customer_id) >= (least_tenant, least_parent) and (d.workspace_id, d.customer_id) <= (most_tenant, most_parent)
      and ((d.workspace_id, d.customer_id) > (least_tenant, least_parent) or after_tenant is null)
    and not exists (select from customer_call_rollup b where b.workspace_id = d.workspace_id and b.customer_id = d.customer_id)
  order by 1, 2;
  get diagnostics unknown = row_count;
  return counted + gone + unknown;
end $$;
revoke execute on function customer_call_rollup_build(uuid, uuid, uuid, uuid) from public;

create or replace function customer_call_rollup_sweep(after_tenant uuid, after_parent uuid, most integer)
returns table (tenant uuid, parent uuid) -- the key to go on after; no row at the end
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  tenants uuid[];
  parents uuid[];
  free_tenants uuid[];
  free_parents uuid[];
begin
  select array_agg(b.workspace_id order by b.workspace_id, b.customer_id), array_agg(b.customer_id order by b.workspace_id, b.customer_id)
  into tenants, parents
  from (
    select b.workspace_id, b.customer_id from customer_call_rollup b
    where (b.workspace_id, b.customer_id) > (coalesce(after_tenant, '00000000-0000-0000-0000-000000000000'),
                                   coalesce(after_parent, '00000000-0000-0000-0000-000000000000'))
    order by 1, 2 limit most
  ) b;
  select array_agg(b.workspace_id), array_agg(b.customer_id) into free_tenants, free_parents
  from (
    select b.workspace_id, b.customer_id
    from unnest(tenants, parents) as k (workspace_id, customer_id) join customer_call_rollup b using (workspace_id, customer_id)
    where b.rows = 0 or b.calls_last_30_days_until[1] < now() - interval '2851200 seconds' or b.billing_summary_cost_this_month_month[1] < altiplano.oldest_month()
    order by 1, 2
    for update of b skip locked
  ) b;
  update customer_call_rollup b
  set calls_last_30_days_since = calls_last_30_days_cells.since,
      calls_last_30_days_until = calls_last_30_days_cells.until,
      calls_last_30_days_value = calls_last_30_days_cells.rows,
      billing_summary_cost_this_month_month = billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_value = billing_summary_cost_this_month_cells.value
  from unnest(free_tenants, free_parents) as k (workspace_id, customer_id)
  join customer_call_rollup o using (workspace_id, customer_id)
  cross join lateral altiplano.merge_cells(
    o.calls_last_30_days_since, o.calls_last_30_days_until, o.calls_last_30_days_value, null,
    now() - interval '2851200 seconds') calls_last_30_days_merged
  cross join lateral altiplano.compact_cells(
    row(calls_last_30_days_merged.since, calls_last_30_days_merged.until, calls_last_30_days_merged.rows, calls_last_30_days_merged.value)::altiplano.cells, now(), tstzrange(now() - interval '2592000 seconds', now() - interval '2592000 seconds' + interval '2 hours')) calls_last_30_days_cells
  cross join lateral altiplano.merge_months(
    o.billing_summary_cost_this_month_month, o.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
  where b.workspace_id = k.workspace_id and b.customer_id = k.customer_id and o.rows <> 0;

  -- Without a base row every delta counts: those that were consumed must be gone.
  delete from customer_call_rollup b
  using unnest(free_tenants, free_parents) as k (workspace_id, customer_id)
  where b.workspace_id = k.workspace_id and b.customer_id = k.customer_id and b.rows = 0
    and not exists (select from customer_call_rollup_delta_0 d where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id)
    and not exists (select from customer_call_rollup_delta_1 d where d.workspace_id = b.workspace_id and d.customer_id = b.customer_id);
  if cardinality(tenants) = most then
    return query select tenants[most], parents[most];
  end if;
end $$;
revoke execute on function customer_call_rollup_sweep(uuid, uuid, integer) from public;

create or replace function customer_call_rollup_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.workspace_id, r.customer_id having count(*) > 8) then
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where not n.is_deleted
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      c.workspace_id, c.customer_id,
      c.sign,
      c.sign,
      c.sign * coalesce(c.duration_seconds::numeric, 0),
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at)]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at) + interval '1 microsecond']::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[c.sign]::bigint[] else '{}' end,
      case when c.status = 'completed' then c.sign else 0 end,
      case when c.status = 'missed' then c.sign else 0 end,
      case when c.campaign_customer_id is not null then c.sign else 0 end,
      c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0),
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[date_trunc('month', altiplano.capped(c.created_at), 'UTC')]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)]::numeric[] else '{}' end,
      case when c.call_type = 'campaign' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'direct' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'callback' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end
    from changed c;
  else
    with changed as (
      select 1::bigint as sign, n.* from new_rows n where not n.is_deleted
    ), moment as (
      select
        c.workspace_id, c.customer_id,
        altiplano.capped(c.created_at) as created_at,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as total_calls,
        coalesce(sum(c.sign * c.duration_seconds::numeric), 0) as total_duration_seconds,
        coalesce(sum(c.sign), 0) as calls_last_30_days,
        coalesce(sum(c.sign) filter (where c.status = 'completed'), 0) as successful_calls,
        coalesce(sum(c.sign) filter (where c.status = 'missed'), 0) as missed_calls,
        coalesce(sum(c.sign) filter (where c.campaign_customer_id is not null), 0) as campaign_stats_total_campaign_calls,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_cost_this_month,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
      from changed c
      group by 1, 2, 3
    ), parent as (
      select
        m.workspace_id, m.customer_id,
        sum(m.rows)::bigint as rows,
        sum(m.total_calls)::bigint as total_calls,
        sum(m.total_duration_seconds)::numeric as total_duration_seconds,
        coalesce(array_agg(m.created_at order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_since,
        coalesce(array_agg(m.created_at + interval '1 microsecond' order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_until,
        coalesce(array_agg(m.calls_last_30_days::bigint order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_value,
        sum(m.successful_calls)::bigint as successful_calls,
        sum(m.missed_calls)::bigint as missed_calls,
        sum(m.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
        sum(m.billing_summary_total_cost)::numeric as billing_summary_total_cost,
        coalesce(array_agg(date_trunc('month', m.created_at, 'UTC') order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_month,
        coalesce(array_agg(m.billing_summary_cost_this_month::numeric order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_value,
        sum(m.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
        sum(m.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
        sum(m.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
      from moment m
      group by 1, 2
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      p.workspace_id, p.customer_id,
      p.rows,
      p.total_calls,
      p.total_duration_seconds,
      calls_last_30_days_cells.since,
      calls_last_30_days_cells.until,
      calls_last_30_days_cells.rows,
      p.successful_calls,
      p.missed_calls,
      p.campaign_stats_total_campaign_calls,
      p.billing_summary_total_cost,
      billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_cells.value,
      p.billing_summary_billing_breakdown_campaign,
      p.billing_summary_billing_breakdown_direct,
      p.billing_summary_billing_breakdown_callback
    from parent p
    cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
      row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    order by p.workspace_id, p.customer_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_bound(t.workspace_id, t.customer_id)
    from (select workspace_id, customer_id from new_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create or replace function customer_call_rollup_update() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from new_rows r group by r.workspace_id, r.customer_id having count(*) > 8) then
    with gone as (
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
      except all
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
    ), come as (
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
      except all
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      c.workspace_id, c.customer_id,
      c.sign,
      c.sign,
      c.sign * coalesce(c.duration_seconds::numeric, 0),
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at)]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at) + interval '1 microsecond']::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[c.sign]::bigint[] else '{}' end,
      case when c.status = 'completed' then c.sign else 0 end,
      case when c.status = 'missed' then c.sign else 0 end,
      case when c.campaign_customer_id is not null then c.sign else 0 end,
      c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0),
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[date_trunc('month', altiplano.capped(c.created_at), 'UTC')]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)]::numeric[] else '{}' end,
      case when c.call_type = 'campaign' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'direct' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'callback' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end
    from changed c;
  else
    with gone as (
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
      except all
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
    ), come as (
      select n.workspace_id, n.customer_id, n.duration_seconds, n.created_at, n.status, n.campaign_customer_id, n.billing_rate, n.call_type, n.id, n.direction::text collate "C" as direction_shown, n.status::text collate "C" as status_shown, float8send(n.duration) as duration_shown, n.call_type::text collate "C" as call_type_shown, float8send(n.sentiment_score) as sentiment_score_shown from new_rows n where not n.is_deleted
      except all
      select o.workspace_id, o.customer_id, o.duration_seconds, o.created_at, o.status, o.campaign_customer_id, o.billing_rate, o.call_type, o.id, o.direction::text collate "C" as direction_shown, o.status::text collate "C" as status_shown, float8send(o.duration) as duration_shown, o.call_type::text collate "C" as call_type_shown, float8send(o.sentiment_score) as sentiment_score_shown from old_rows o where not o.is_deleted
    ), changed as (
      select (-1)::bigint as sign, g.* from gone g
      union all
      select 1::bigint, c.* from come c
    ), moment as (
      select
        c.workspace_id, c.customer_id,
        altiplano.capped(c.created_at) as created_at,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as total_calls,
        coalesce(sum(c.sign * c.duration_seconds::numeric), 0) as total_duration_seconds,
        coalesce(sum(c.sign), 0) as calls_last_30_days,
        coalesce(sum(c.sign) filter (where c.status = 'completed'), 0) as successful_calls,
        coalesce(sum(c.sign) filter (where c.status = 'missed'), 0) as missed_calls,
        coalesce(sum(c.sign) filter (where c.campaign_customer_id is not null), 0) as campaign_stats_total_campaign_calls,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_cost_this_month,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
      from changed c
      group by 1, 2, 3
    ), parent as (
      select
        m.workspace_id, m.customer_id,
        sum(m.rows)::bigint as rows,
        sum(m.total_calls)::bigint as total_calls,
        sum(m.total_duration_seconds)::numeric as total_duration_seconds,
        coalesce(array_agg(m.created_at order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_since,
        coalesce(array_agg(m.created_at + interval '1 microsecond' order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_until,
        coalesce(array_agg(m.calls_last_30_days::bigint order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_value,
        sum(m.successful_calls)::bigint as successful_calls,
        sum(m.missed_calls)::bigint as missed_calls,
        sum(m.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
        sum(m.billing_summary_total_cost)::numeric as billing_summary_total_cost,
        coalesce(array_agg(date_trunc('month', m.created_at, 'UTC') order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_month,
        coalesce(array_agg(m.billing_summary_cost_this_month::numeric order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_value,
        sum(m.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
        sum(m.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
        sum(m.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
      from moment m
      group by 1, 2
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      p.workspace_id, p.customer_id,
      p.rows,
      p.total_calls,
      p.total_duration_seconds,
      calls_last_30_days_cells.since,
      calls_last_30_days_cells.until,
      calls_last_30_days_cells.rows,
      p.successful_calls,
      p.missed_calls,
      p.campaign_stats_total_campaign_calls,
      p.billing_summary_total_cost,
      billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_cells.value,
      p.billing_summary_billing_breakdown_campaign,
      p.billing_summary_billing_breakdown_direct,
      p.billing_summary_billing_breakdown_callback
    from parent p
    cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
      row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    order by p.workspace_id, p.customer_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_bound(t.workspace_id, t.customer_id)
    from (select workspace_id, customer_id from old_rows union select workspace_id, customer_id from new_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create or replace function customer_call_rollup_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  if not exists (select from old_rows r group by r.workspace_id, r.customer_id having count(*) > 8) then
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where not o.is_deleted
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      c.workspace_id, c.customer_id,
      c.sign,
      c.sign,
      c.sign * coalesce(c.duration_seconds::numeric, 0),
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at)]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[altiplano.capped(c.created_at) + interval '1 microsecond']::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) > now() - interval '2851200 seconds' then array[c.sign]::bigint[] else '{}' end,
      case when c.status = 'completed' then c.sign else 0 end,
      case when c.status = 'missed' then c.sign else 0 end,
      case when c.campaign_customer_id is not null then c.sign else 0 end,
      c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0),
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[date_trunc('month', altiplano.capped(c.created_at), 'UTC')]::timestamptz[] else '{}' end,
      case when altiplano.capped(c.created_at) >= altiplano.oldest_month() then array[c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0)]::numeric[] else '{}' end,
      case when c.call_type = 'campaign' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'direct' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end,
      case when c.call_type = 'callback' then c.sign * coalesce(coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0), 0) else 0 end
    from changed c;
  else
    with changed as (
      select (-1)::bigint as sign, o.* from old_rows o where not o.is_deleted
    ), moment as (
      select
        c.workspace_id, c.customer_id,
        altiplano.capped(c.created_at) as created_at,
        sum(c.sign) as rows,
        coalesce(sum(c.sign), 0) as total_calls,
        coalesce(sum(c.sign * c.duration_seconds::numeric), 0) as total_duration_seconds,
        coalesce(sum(c.sign), 0) as calls_last_30_days,
        coalesce(sum(c.sign) filter (where c.status = 'completed'), 0) as successful_calls,
        coalesce(sum(c.sign) filter (where c.status = 'missed'), 0) as missed_calls,
        coalesce(sum(c.sign) filter (where c.campaign_customer_id is not null), 0) as campaign_stats_total_campaign_calls,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_total_cost,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)), 0) as billing_summary_cost_this_month,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'campaign'), 0) as billing_summary_billing_breakdown_campaign,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'direct'), 0) as billing_summary_billing_breakdown_direct,
        coalesce(sum(c.sign * coalesce(nullif(c.billing_rate, 'NaN'), 0) * coalesce(c.duration_seconds::numeric, 0)) filter (where c.call_type = 'callback'), 0) as billing_summary_billing_breakdown_callback
      from changed c
      group by 1, 2, 3
    ), parent as (
      select
        m.workspace_id, m.customer_id,
        sum(m.rows)::bigint as rows,
        sum(m.total_calls)::bigint as total_calls,
        sum(m.total_duration_seconds)::numeric as total_duration_seconds,
        coalesce(array_agg(m.created_at order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_since,
        coalesce(array_agg(m.created_at + interval '1 microsecond' order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_until,
        coalesce(array_agg(m.calls_last_30_days::bigint order by m.created_at) filter (where m.created_at > now() - interval '2851200 seconds' and (m.rows <> 0 or m.calls_last_30_days <> 0)), '{}') as calls_last_30_days_value,
        sum(m.successful_calls)::bigint as successful_calls,
        sum(m.missed_calls)::bigint as missed_calls,
        sum(m.campaign_stats_total_campaign_calls)::bigint as campaign_stats_total_campaign_calls,
        sum(m.billing_summary_total_cost)::numeric as billing_summary_total_cost,
        coalesce(array_agg(date_trunc('month', m.created_at, 'UTC') order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_month,
        coalesce(array_agg(m.billing_summary_cost_this_month::numeric order by m.created_at) filter (where m.created_at >= altiplano.oldest_month() and m.billing_summary_cost_this_month <> 0), '{}') as billing_summary_cost_this_month_value,
        sum(m.billing_summary_billing_breakdown_campaign)::numeric as billing_summary_billing_breakdown_campaign,
        sum(m.billing_summary_billing_breakdown_direct)::numeric as billing_summary_billing_breakdown_direct,
        sum(m.billing_summary_billing_breakdown_callback)::numeric as billing_summary_billing_breakdown_callback
      from moment m
      group by 1, 2
    )
    insert into customer_call_rollup_delta (
      generation, workspace_id, customer_id, rows, total_calls, total_duration_seconds, calls_last_30_days_since, calls_last_30_days_until, calls_last_30_days_value, successful_calls, missed_calls, campaign_stats_total_campaign_calls, billing_summary_total_cost, billing_summary_cost_this_month_month, billing_summary_cost_this_month_value, billing_summary_billing_breakdown_campaign, billing_summary_billing_breakdown_direct, billing_summary_billing_breakdown_callback)
    select
      coalesce((
          select r.generation from altiplano.rollup r
          where r.schema_name = tg_table_schema and r.name = 'customer_call_rollup'), 0),
      p.workspace_id, p.customer_id,
      p.rows,
      p.total_calls,
      p.total_duration_seconds,
      calls_last_30_days_cells.since,
      calls_last_30_days_cells.until,
      calls_last_30_days_cells.rows,
      p.successful_calls,
      p.missed_calls,
      p.campaign_stats_total_campaign_calls,
      p.billing_summary_total_cost,
      billing_summary_cost_this_month_cells.month,
      billing_summary_cost_this_month_cells.value,
      p.billing_summary_billing_breakdown_campaign,
      p.billing_summary_billing_breakdown_direct,
      p.billing_summary_billing_breakdown_callback
    from parent p
    cross join lateral customer_call_rollup_calls_last_30_days_fit(p.workspace_id, p.customer_id,
      row(p.calls_last_30_days_since, p.calls_last_30_days_until, p.calls_last_30_days_value, null)::altiplano.cells) calls_last_30_days_cells
    cross join lateral altiplano.merge_months(p.billing_summary_cost_this_month_month, p.billing_summary_cost_this_month_value, altiplano.oldest_month()) billing_summary_cost_this_month_cells
    order by p.workspace_id, p.customer_id;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_call_rollup_bound(t.workspace_id, t.customer_id)
    from (select workspace_id, customer_id from old_rows order by 1, 2) t;
  end if;
  return null;
end $$;

create or replace function customer_call_rollup_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customer_call_rollup, customer_call_rollup_delta;
  return null;
end $$;
drop function customer_call_rollup_catch_up(uuid);
drop table customer_call_rollup_settled;
alter table customer_call_rollup_delta drop column live;
alter table customer_call_rollup drop column live, drop column total_duration_seconds_order, drop column billing_summary_total_cost_order;
drop index customer_call_rollup_delta_workspace_id_writer_idx;
update altiplano.rollup set orders = '{}', ranked = false
where schema_name = current_schema() and name = 'customer_call_rollup';
