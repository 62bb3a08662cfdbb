with entry as materialized (
  select u.role = $2::text and u.employee_id is not distinct from $3::uuid as current
  from callbot.app_user u
  where u.id = $1::uuid
),
page as materialized (
  select m.workspace_created_at, m.workspace_id
  from callbot.app_user_workspaces m
  where m.user_id = $1::uuid
    and (select e.current from entry e)
  order by m.workspace_created_at desc, m.workspace_id desc
  limit 8
),
shown as materialized (
  select p.workspace_created_at, p.workspace_id, row_to_json(item)::text as item
  from (
    select *
    from page p
    order by p.workspace_created_at desc, p.workspace_id desc
    limit 7
  ) p
  cross join lateral callbot.workspace_shown(p.workspace_id, $4::boolean, $5::uuid) f
  cross join lateral (
    select
      f.id as id,
      f.name as name,
      f.customer_count as customer_count,
      to_char(f.last_updated at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_updated
  ) item
)
select
  1::bigint as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found,
  case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by s.workspace_created_at desc, s.workspace_id desc) from shown s)
  end as items,
  (select json_build_array(to_char(s.workspace_created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.workspace_id::text)::text from shown s order by s.workspace_created_at desc, s.workspace_id desc limit 1) as first,
  (select json_build_array(to_char(s.workspace_created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.workspace_id::text)::text from shown s order by s.workspace_created_at, s.workspace_id limit 1) as last,
  case when (select e.current from entry e) then (select count(*) from callbot.app_user_workspaces m where m.user_id = $1::uuid) end as count
