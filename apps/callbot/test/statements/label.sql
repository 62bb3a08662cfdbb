with entry as materialized (
  select u.role = $4::text and u.employee_id is not distinct from $5::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $3::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.created_at, t.id, t.workspace_id, t.name, t.email, t.phone, t.status, t.other_attributes, t.is_deleted, t.updated_at, t.employee_id
  from (
    select p.created_at, p.customer_id as id
    from callbot.customer_posting p
    where p.workspace_id = $1::uuid
      and p.term = $7::uuid
    order by p.created_at desc, p.customer_id desc
    limit 2147483647
  ) k
  join callbot.customer t on t.workspace_id = $1::uuid and t.id = k.id
  where not t.is_deleted
    and t.created_at = k.created_at
    and (select e.current from entry e)
    and exists (select from callbot.customer_campaign_labels l where l.workspace_id = $1::uuid and l.customer_id = t.id and l.label_id = any($6::uuid[]) offset 0)
  order by k.created_at desc, k.id desc
  limit 8
),
shown as materialized (
  select p.created_at, p.id, row_to_json(item)::text as item
  from (
    select *
    from page p
    order by p.created_at desc, p.id desc
    limit 7
  ) p
  cross join lateral (
    select
      count(*) as total_calls,
      coalesce(sum(c.duration_seconds), 0) as total_duration_seconds,
      count(*) filter (where c.created_at > $2::timestamptz - interval '2592000 seconds') as calls_last_30_days,
      count(*) filter (where c.status = 'completed') as successful_calls,
      count(*) filter (where c.status = 'missed') as missed_calls,
      count(*) filter (where c.campaign_customer_id is not null) as campaign_stats_total_campaign_calls,
      round(coalesce(sum(coalesce(c.billing_rate, 0) * coalesce(c.duration_seconds, 0)), 0)::numeric(60, 20) / 60, 2) as billing_summary_total_cost,
      round(coalesce(sum(coalesce(c.billing_rate, 0) * coalesce(c.duration_seconds, 0)) filter (where c.created_at >= date_trunc('month', $2::timestamptz at time zone 'UTC') at time zone 'UTC' and c.created_at < (date_trunc('month', $2::timestamptz at time zone 'UTC') + interval '1 month') at time zone 'UTC'), 0)::numeric(60, 20) / 60, 2) as billing_summary_cost_this_month,
      round(coalesce(sum(coalesce(c.billing_rate, 0) * coalesce(c.duration_seconds, 0)) filter (where c.call_type = 'campaign'), 0)::numeric(60, 20) / 60, 2) as billing_summary_billing_breakdown_campaign,
      round(coalesce(sum(coalesce(c.billing_rate, 0) * coalesce(c.duration_seconds, 0)) filter (where c.call_type = 'direct'), 0)::numeric(60, 20) / 60, 2) as billing_summary_billing_breakdown_direct,
      round(coalesce(sum(coalesce(c.billing_rate, 0) * coalesce(c.duration_seconds, 0)) filter (where c.call_type = 'callback'), 0)::numeric(60, 20) / 60, 2) as billing_summary_billing_breakdown_callback
    from callbot.call c
    where c.workspace_id = $1::uuid
      and c.customer_id = p.id
      and not c.is_deleted
  ) call_figures
  cross join lateral (
    select
      count(*) filter (where c.status = 'completed') as campaign_stats_completed_campaigns
    from callbot.call_campaign_customer c
    where c.workspace_id = $1::uuid
      and c.customer_id = p.id
  ) call_campaign_customer_figures
  cross join lateral (
    select
      p.id as id,
      p.workspace_id as workspace_id,
      p.name as name,
      p.email as email,
      p.phone as phone,
      p.status as status,
      (select coalesce(array_to_json(array_agg(o.value order by o.value collate "C")), '[]')
        from (
          select n.name as value
          from callbot.customer_campaign_labels l join callbot.label n on n.workspace_id = l.workspace_id and n.id = l.label_id
          where l.workspace_id = $1::uuid and l.customer_id = p.id
        ) o) as tags,
      p.other_attributes as other_attributes,
      p.is_deleted as is_deleted,
      to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
      to_char(p.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
      (select r from (
        select o.id as id, o.name as name, o.email as email
        from callbot.employee o
        where o.workspace_id = $1::uuid
          and o.id = p.employee_id
        limit 1) r) as employee,
      (select r from (
        select c.id as id, c.direction as direction, c.status as status, c.duration as duration, c.call_type as call_type, c.sentiment_score as sentiment_score, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
        from callbot.call c
        where c.workspace_id = $1::uuid
          and c.customer_id = p.id
          and not c.is_deleted
        order by c.created_at desc, c.id desc
        limit 1) r) as latest_call,
      call_figures.total_calls as total_calls,
      call_figures.total_duration_seconds as total_duration_seconds,
      call_figures.calls_last_30_days as calls_last_30_days,
      call_figures.successful_calls as successful_calls,
      call_figures.missed_calls as missed_calls,
      (select o from (select
          call_figures.campaign_stats_total_campaign_calls as total_campaign_calls,
          call_campaign_customer_figures.campaign_stats_completed_campaigns as completed_campaigns,
          (select r from (
            select o.id as id, o.name as name
            from callbot.call_campaign_customer c join callbot.call_campaign o on o.workspace_id = c.workspace_id and o.id = c.campaign_id
            where c.workspace_id = $1::uuid
              and c.customer_id = p.id
              and o.status = 'active'
            order by c.created_at desc, c.id desc
            limit 1) r) as active_campaign) o) as campaign_stats,
      (select o from (select
          call_figures.billing_summary_total_cost as total_cost,
          call_figures.billing_summary_cost_this_month as cost_this_month,
          (select o from (select
              call_figures.billing_summary_billing_breakdown_campaign as campaign,
              call_figures.billing_summary_billing_breakdown_direct as direct,
              call_figures.billing_summary_billing_breakdown_callback as callback) o) as billing_breakdown) o) as billing_summary
  ) item
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found,
  (select string_agg(s.item, ',' order by s.created_at desc, s.id desc) from shown s) as items,
  (select json_build_array(to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.id::text)::text from shown s order by s.created_at desc, s.id desc limit 1) as first,
  (select json_build_array(to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.id::text)::text from shown s order by s.created_at, s.id limit 1) as last,
  null as count
