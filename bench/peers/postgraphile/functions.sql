-- Computed columns, PostGraphile's documented way to derived values: plain SQL functions of the row, read in one pass. They
-- are stable and not security definer, so row security holds inside them too. Dropped after the measurement.
create type callbot.bench_figures as (
  total_calls bigint, total_duration_seconds bigint, calls_last_30_days bigint, successful_calls bigint, missed_calls bigint,
  total_campaign_calls bigint, total_cost numeric, cost_this_month numeric, campaign numeric, direct numeric, callback numeric);

create function callbot.customer_bench_figures(customer callbot.customer) returns callbot.bench_figures language sql stable as $$
  select count(*), coalesce(sum(k.duration_seconds), 0), count(*) filter (where k.created_at > now() - interval '30 days'),
    count(*) filter (where k.status = 'completed'), count(*) filter (where k.status = 'missed'), count(k.campaign_customer_id),
    round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds), 0) / 60, 2),
    round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds) filter (
      where date_trunc('month', k.created_at at time zone 'UTC') = date_trunc('month', now() at time zone 'UTC')), 0) / 60, 2),
    round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds) filter (where k.call_type = 'campaign'), 0) / 60, 2),
    round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds) filter (where k.call_type = 'direct'), 0) / 60, 2),
    round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds) filter (where k.call_type = 'callback'), 0) / 60, 2)
  from callbot.call k
  where k.workspace_id = customer.workspace_id and k.customer_id = customer.id and not k.is_deleted
$$;

create function callbot.customer_bench_latest(customer callbot.customer) returns callbot.call language sql stable as $$
  select k.* from callbot.call k
  where k.workspace_id = customer.workspace_id and k.customer_id = customer.id and not k.is_deleted
  order by k.created_at desc, k.id desc limit 1
$$;

create function callbot.customer_bench_completed(customer callbot.customer) returns bigint language sql stable as $$
  select count(*) from callbot.call_campaign_customer n
  where n.workspace_id = customer.workspace_id and n.customer_id = customer.id and n.status = 'completed'
$$;

create function callbot.customer_bench_active(customer callbot.customer) returns callbot.call_campaign language sql stable as $$
  select a.* from callbot.call_campaign_customer n join callbot.call_campaign a on a.id = n.campaign_id
  where n.workspace_id = customer.workspace_id and n.customer_id = customer.id and a.status = 'active'
  order by n.created_at desc, n.id desc limit 1
$$;

create function callbot.customer_bench_tags(customer callbot.customer) returns text[] language sql stable as $$
  select coalesce(array_agg(l.name order by l.name collate "C"), '{}')
  from callbot.customer_campaign_labels cl join callbot.label l on l.workspace_id = cl.workspace_id and l.id = cl.label_id
  where cl.workspace_id = customer.workspace_id and cl.customer_id = customer.id
$$;

-- Down
drop function callbot.customer_bench_tags(callbot.customer), callbot.customer_bench_active(callbot.customer),
  callbot.customer_bench_completed(callbot.customer), callbot.customer_bench_latest(callbot.customer),
  callbot.customer_bench_figures(callbot.customer);
drop type callbot.bench_figures;
