with entry as materialized (
  select u.role = $4::text and u.employee_id is not distinct from $5::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $3::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
segments as materialized (
  select s.segment, s.width, s.folded, s.low_created_at as low_order, s.low_id as low_key
  from callbot.customer_bitmap_segment s
  where s.workspace_id = $1::uuid
    and (select e.current from entry e)
),
places as materialized (
  select array_agg(s.segment) as segments, max(s.segment) as last,
    (array_agg(s.low_order order by s.segment desc))[1] as last_order,
    (array_agg(s.low_key order by s.segment desc))[1] as last_key,
    (array_agg(pg_snapshot_xmax(s.folded) order by pg_snapshot_xmax(s.folded)))[1] as since,
    array(select pg_snapshot_xip(s.folded) from segments s) as running
  from segments s
),
unfolded as materialized (
  select e.at, e.key, e.segment, e.width, e.minus, e.plus, case
    when e.slot is not null or e.born = 1 or e.segment is null then e.slot
    else (
      select 64 * b.block + k.place::integer - 1
      from (
        select b.block, b.created_ats as ats, b.ids as keys
        from callbot.customer_bitmap_block b
        where b.workspace_id = $1::uuid
          and (b.low_created_at, b.low_id) <= (e.at, e.key)
        order by b.low_created_at desc, b.low_id desc
        limit 1
      ) b
      cross join lateral unnest(b.ats, b.keys) with ordinality k (at, key, place)
      where k.at = e.at and k.key = e.key
    )
  end as slot
  from (
    select e.*, s.segment, s.width,
      max(case when e.named = s.segment then e.slotted end) over same as slot, sum(e.birth) over same as born
    from (
      select e.created_at as at, e.id as key, e.writer, e.segment as named, e.slot as slotted, e.born as birth, e.minus, e.plus, case
        when e.segment = any(p.segments) then e.segment
        when (e.created_at, e.id) >= (p.last_order, p.last_key) then p.last
        else (select s.segment from segments s where (s.low_order, s.low_key) <= (e.created_at, e.id) order by s.segment desc limit 1)
      end as belongs
      from callbot.customer_bitmap_unfolded($1::uuid, (select p.since from places p), (select p.running from places p)) e
      cross join places p
      where (select e.current from entry e)
        and (e.plus && $6::text[] or e.minus && $6::text[])
    ) e
    left join segments s on s.segment = e.belongs
    where pg_visible_in_snapshot(e.writer, s.folded) is not true
    window same as (partition by e.at, e.key)
  ) e
),
changes as materialized (
  select u.segment, u.width, u.slot, u.at, u.key, t.term, sum(t.net) as net
  from unfolded u
  cross join lateral (
    select t.term, t.net
    from (select unnest(u.plus) as term, 1 as net union all select unnest(u.minus), -1) t
    where t.term = any($6::text[])
  ) t
  group by u.segment, u.width, u.slot, u.at, u.key, t.term
  having sum(t.net) <> 0
),
masks as materialized (
  select c.segment, c.term, altiplano.bits_of(array_agg(c.slot) filter (where c.net > 0), max(c.width)) as plus, altiplano.bits_of(array_agg(c.slot) filter (where c.net < 0), max(c.width)) as minus
  from changes c
  where c.slot is not null
  group by c.segment, c.term
),
edge_1 as materialized (
  select b.segment, altiplano.bits_between(64 * (b.block + 1), s.width, s.width)
    | altiplano.bits_of(array(select 64 * b.block + k.place::integer - 1 from unnest(b.ats) with ordinality k (at, place) where k.at >= $8::timestamptz), s.width) as bits
  from (
    select b.segment, b.block, b.created_ats as ats
    from callbot.customer_bitmap_block b
    where b.workspace_id = $1::uuid
      and b.low_created_at < $8::timestamptz
    order by b.low_created_at desc, b.low_id desc
    limit 1
  ) b
  join segments s on s.segment = b.segment
),
edge_2 as materialized (
  select b.segment, altiplano.bits_between(0, 64 * b.block, s.width)
    | altiplano.bits_of(array(select 64 * b.block + k.place::integer - 1 from unnest(b.ats) with ordinality k (at, place) where k.at < $9::timestamptz), s.width) as bits
  from (
    select b.segment, b.block, b.created_ats as ats
    from callbot.customer_bitmap_block b
    where b.workspace_id = $1::uuid
      and b.low_created_at < $9::timestamptz
    order by b.low_created_at desc, b.low_id desc
    limit 1
  ) b
  join segments s on s.segment = b.segment
),
stretch as materialized (
  select s.segment, coalesce(e1.bits & e2.bits, e1.bits, e2.bits) as bits
  from segments s
  left join edge_1 e1 on e1.segment = s.segment
  left join edge_2 e2 on e2.segment = s.segment
  where s.segment >= (select e.segment from edge_1 e)
    and s.segment <= (select e.segment from edge_2 e)
),
current as materialized (
  select s.segment, s.term, case when m.minus is null then s.bits else s.bits & ~m.minus end as bits
  from (
    select b.segment, b.term, b.bits from callbot.customer_bitmap b
    where b.workspace_id = $1::uuid
      and b.term = any($6::text[])
      and (select e.current from entry e)
  ) s
  left join masks m on m.segment = s.segment and m.term = s.term
  union all
  select m.segment, m.term, m.plus from masks m
  where m.plus is not null
),
hits as materialized (
  select c.segment,
    coalesce(c.b1 & c.b2 & w.bits, c.b1 & c.b2) as hit
  from (
    select c.segment,
      bit_or(c.bits) filter (where c.term = 'live') as b1,
      bit_or(c.bits) filter (where c.term = any($7::text[])) as b2
    from current c
    group by c.segment
  ) c
  join stretch w on w.segment = c.segment
),
fresh as materialized (
  select f.at, f.key, f.terms, f.hit
  from (
    select c.at, c.key, array_agg(c.term) as terms,
      bool_or(c.term = 'live') and bool_or(c.term = any($7::text[])) as hit
    from changes c
    where c.slot is null
      and c.net > 0
      and c.at >= $10::timestamptz
      and c.at < $11::timestamptz
    group by c.at, c.key
  ) f
  where f.hit
),
page as materialized (
  select t.*
  from (
    (
      select t.created_at, t.id, t.workspace_id, t.name, t.email, t.phone, t.status, t.other_attributes, t.is_deleted, t.updated_at, t.employee_id
      from (
        select k.at, k.key, h.segment, k.slot
        from (
          select h.segment, h.hit as bits from hits h
          where bit_count(h.hit) > 0
          order by h.segment desc
        ) h
        cross join lateral (
          select g.block from generate_series(length(h.bits) / 64 - 1, 0, -1) g (block)
          where bit_count(substring(h.bits from 64 * g.block + 1 for 64)) > 0
        ) g
        cross join lateral (
          select k.at, k.key, 64 * g.block + k.place::integer - 1 as slot
          from callbot.customer_bitmap_block b
          cross join lateral unnest(b.created_ats, b.ids) with ordinality k (at, key, place)
          where b.workspace_id = $1::uuid
            and b.segment = h.segment
            and b.block = g.block
            and get_bit(h.bits, 64 * g.block + k.place::integer - 1) = 1
          order by k.at desc, k.key desc
        ) k
      ) k
      cross join lateral (
        select * from callbot.customer t
        where t.workspace_id = $1::uuid
          and not t.is_deleted
          and t.id = k.key
          and t.created_at = k.at
          and (select e.current from entry e)
        offset 0
      ) t
      limit 8
    )
    union all
    (
      select t.created_at, t.id, t.workspace_id, t.name, t.email, t.phone, t.status, t.other_attributes, t.is_deleted, t.updated_at, t.employee_id
      from (select f.at, f.key from fresh f where f.hit order by f.at desc, f.key desc) k
      cross join lateral (
        select * from callbot.customer t
        where t.workspace_id = $1::uuid
          and not t.is_deleted
          and t.id = k.key
          and t.created_at = k.at
          and (select e.current from entry e)
        offset 0
      ) t
      limit 8
    )
  ) t
  order by t.created_at desc, t.id desc
  limit 8
),
tags_rows_links as materialized (
  select l.customer_id as row_id, l.label_id as name_id
  from callbot.customer_campaign_labels l
  where l.workspace_id = $1::uuid
    and l.customer_id = any (array(select p.id from page p))
),
tags_rows_map as materialized (
  select jsonb_object_agg(n.id, n.name) as name_of
  from callbot.label n
  where n.workspace_id = $1::uuid
    and n.id = any (array(select distinct l.name_id from tags_rows_links l))
),
tags_rows as materialized (
  select l.row_id, array_to_json(array_agg(o.value order by o.value collate "C")) as names
  from tags_rows_links l
  cross join lateral (select (select m.name_of from tags_rows_map m) ->> l.name_id::text as value offset 0) o
  group by l.row_id
),
employee_rows as materialized (
  select o.id, o.name, o.email
  from callbot.employee o
  where o.workspace_id = $1::uuid
    and o.id = any (array(select p.employee_id from page p))
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
      coalesce(b.total_calls, 0) + coalesce(d.total_calls, 0) as total_calls,
      coalesce(b.total_duration_seconds, 0) + coalesce(d.total_duration_seconds, 0) as total_duration_seconds,
      case when calls_last_30_days_edge.upto is null then coalesce(calls_last_30_days_edge.later, 0) else
        (
          select coalesce(sum(c.value), 0)
          from unnest(
            case when d.unfolded = 0 then b.calls_last_30_days_since else b.calls_last_30_days_since || array(select unnest(k.since) from unnest(d.calls_last_30_days_cells) k) end,
            case when d.unfolded = 0 then b.calls_last_30_days_value else b.calls_last_30_days_value || array(select unnest(k.rows) from unnest(d.calls_last_30_days_cells) k) end
          ) c (since, value)
          where c.since >= calls_last_30_days_edge.upto
        ) + (
          select count(*)
          from callbot.call c
          where c.workspace_id = $1::uuid
            and c.customer_id = p.id
            and not c.is_deleted
            and c.created_at > $2::timestamptz - interval '2592000 seconds'
            and c.created_at < calls_last_30_days_edge.upto
        )
      end as calls_last_30_days,
      coalesce(b.successful_calls, 0) + coalesce(d.successful_calls, 0) as successful_calls,
      coalesce(b.missed_calls, 0) + coalesce(d.missed_calls, 0) as missed_calls,
      coalesce(b.campaign_stats_total_campaign_calls, 0) + coalesce(d.campaign_stats_total_campaign_calls, 0) as campaign_stats_total_campaign_calls,
      round((coalesce(b.billing_summary_total_cost, 0) + coalesce(d.billing_summary_total_cost, 0))::numeric(60, 20) / 60, 2) as billing_summary_total_cost,
      round((coalesce(b.billing_summary_cost_this_month_value[array_position(b.billing_summary_cost_this_month_month, date_trunc('month', $2::timestamptz at time zone 'UTC') at time zone 'UTC')], 0)
        + case when d.unfolded = 0 then 0 else (
          select coalesce(sum(c.value), 0)
          from unnest(d.billing_summary_cost_this_month_cells) k cross join unnest(k.since, k.value) c (month, value)
          where c.month = date_trunc('month', $2::timestamptz at time zone 'UTC') at time zone 'UTC'
        ) end)::numeric(60, 20) / 60, 2) as billing_summary_cost_this_month,
      round((coalesce(b.billing_summary_billing_breakdown_campaign, 0) + coalesce(d.billing_summary_billing_breakdown_campaign, 0))::numeric(60, 20) / 60, 2) as billing_summary_billing_breakdown_campaign,
      round((coalesce(b.billing_summary_billing_breakdown_direct, 0) + coalesce(d.billing_summary_billing_breakdown_direct, 0))::numeric(60, 20) / 60, 2) as billing_summary_billing_breakdown_direct,
      round((coalesce(b.billing_summary_billing_breakdown_callback, 0) + coalesce(d.billing_summary_billing_breakdown_callback, 0))::numeric(60, 20) / 60, 2) as billing_summary_billing_breakdown_callback,
      b.latest_call,
      coalesce(b.rows, 0) + coalesce(d.rows, 0) as rows,
      d.unfolded
    from (select) one
    left join lateral (
      select b.*, pg_snapshot_xmin(b.folded) as floor
      from callbot.customer_call_rollup b
      where b.workspace_id = $1::uuid
        and b.customer_id = p.id
      offset 0
    ) b on true
    cross join lateral (
      select
        count(*) as unfolded,
        sum(d.rows) as rows,
        sum(d.total_calls) as total_calls,
        sum(d.total_duration_seconds) as total_duration_seconds,
        array_agg(row(d.calls_last_30_days_since, d.calls_last_30_days_until, d.calls_last_30_days_value, null)::altiplano.cells) as calls_last_30_days_cells,
        sum(d.successful_calls) as successful_calls,
        sum(d.missed_calls) as missed_calls,
        sum(d.campaign_stats_total_campaign_calls) as campaign_stats_total_campaign_calls,
        sum(d.billing_summary_total_cost) as billing_summary_total_cost,
        array_agg(row(d.billing_summary_cost_this_month_month, null, null, d.billing_summary_cost_this_month_value)::altiplano.cells) as billing_summary_cost_this_month_cells,
        sum(d.billing_summary_billing_breakdown_campaign) as billing_summary_billing_breakdown_campaign,
        sum(d.billing_summary_billing_breakdown_direct) as billing_summary_billing_breakdown_direct,
        sum(d.billing_summary_billing_breakdown_callback) as billing_summary_billing_breakdown_callback
      from (
        select d.* from callbot.customer_call_rollup_delta_0 d
        where (select exists (select from callbot.customer_call_rollup_delta_0))
          and d.workspace_id = $1::uuid
          and d.customer_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
        union all
        select d.* from callbot.customer_call_rollup_delta_1 d
        where (select exists (select from callbot.customer_call_rollup_delta_1))
          and d.workspace_id = $1::uuid
          and d.customer_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
      ) d
    ) d
    cross join lateral (
      select
        max(c.until) filter (where c.since <= $2::timestamptz - interval '2592000 seconds' and c.until > $2::timestamptz - interval '2592000 seconds' + interval '1 microsecond') as upto,
        sum(c.value) filter (where c.since > $2::timestamptz - interval '2592000 seconds') as later
      from unnest(
        case when d.unfolded = 0 then b.calls_last_30_days_since else b.calls_last_30_days_since || array(select unnest(k.since) from unnest(d.calls_last_30_days_cells) k) end,
        case when d.unfolded = 0 then b.calls_last_30_days_until else b.calls_last_30_days_until || array(select unnest(k.until) from unnest(d.calls_last_30_days_cells) k) end,
        case when d.unfolded = 0 then b.calls_last_30_days_value else b.calls_last_30_days_value || array(select unnest(k.rows) from unnest(d.calls_last_30_days_cells) k) end
      ) c (since, until, value)
    ) calls_last_30_days_edge
  ) call_figures
  cross join lateral (
    select
      coalesce(b.campaign_stats_completed_campaigns, 0) + coalesce(d.campaign_stats_completed_campaigns, 0) as campaign_stats_completed_campaigns,
      coalesce(b.rows, 0) + coalesce(d.rows, 0) as rows,
      d.unfolded
    from (select) one
    left join lateral (
      select b.*, pg_snapshot_xmin(b.folded) as floor
      from callbot.customer_enrolment_rollup b
      where b.workspace_id = $1::uuid
        and b.customer_id = p.id
      offset 0
    ) b on true
    cross join lateral (
      select
        count(*) as unfolded,
        sum(d.rows) as rows,
        sum(d.campaign_stats_completed_campaigns) as campaign_stats_completed_campaigns
      from (
        select d.* from callbot.customer_enrolment_rollup_delta_0 d
        where (select exists (select from callbot.customer_enrolment_rollup_delta_0))
          and d.workspace_id = $1::uuid
          and d.customer_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
        union all
        select d.* from callbot.customer_enrolment_rollup_delta_1 d
        where (select exists (select from callbot.customer_enrolment_rollup_delta_1))
          and d.workspace_id = $1::uuid
          and d.customer_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
      ) d
    ) d
  ) call_campaign_customer_figures
  cross join lateral (
    select
      p.id as id,
      p.workspace_id as workspace_id,
      p.name as name,
      p.email as email,
      p.phone as phone,
      p.status as status,
      coalesce((select r.names from tags_rows r where r.row_id = p.id), '[]') as tags,
      p.other_attributes as other_attributes,
      p.is_deleted as is_deleted,
      to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
      to_char(p.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as updated_at,
      (select o from (select r.id as id, r.name as name, r.email as email from employee_rows r where r.id = p.employee_id) o) as employee,
      case when call_figures.unfolded > 0 then (select to_json(r) from (
        select c.id as id, c.direction as direction, c.status as status, c.duration as duration, c.call_type as call_type, c.sentiment_score as sentiment_score, to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
        from callbot.call c
        where c.workspace_id = $1::uuid
          and c.customer_id = p.id
          and not c.is_deleted
        order by c.created_at desc, c.id desc
        limit 1) r) else call_figures.latest_call end as latest_call,
      call_figures.total_calls as total_calls,
      call_figures.total_duration_seconds as total_duration_seconds,
      call_figures.calls_last_30_days as calls_last_30_days,
      call_figures.successful_calls as successful_calls,
      call_figures.missed_calls as missed_calls,
      (select o from (select
          call_figures.campaign_stats_total_campaign_calls as total_campaign_calls,
          call_campaign_customer_figures.campaign_stats_completed_campaigns as completed_campaigns,
          case when call_campaign_customer_figures.rows > 0 then (select r from (
            select o.id as id, o.name as name
            from callbot.call_campaign_customer c join callbot.call_campaign o on o.workspace_id = c.workspace_id and o.id = c.campaign_id
            where c.workspace_id = $1::uuid
              and c.customer_id = p.id
              and o.status = 'active'
            order by c.created_at desc, c.id desc
            limit 1) r) end as active_campaign) o) as campaign_stats,
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
  case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by s.created_at desc, s.id desc) from shown s)
  end as items,
  (select json_build_array(to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.id::text)::text from shown s order by s.created_at desc, s.id desc limit 1) as first,
  (select json_build_array(to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.id::text)::text from shown s order by s.created_at, s.id limit 1) as last,
  (select coalesce(sum(bit_count(h.hit)), 0) from hits h) + (select count(*) from fresh f where f.hit) as count
