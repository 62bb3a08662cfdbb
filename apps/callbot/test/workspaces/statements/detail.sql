with entry as materialized (
  select u.role = $3::text and u.employee_id is not distinct from $4::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $2::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select $1::uuid as id
  where (select e.current from entry e)
),
shown as materialized (
  select row_to_json(item)::text as item
  from (
    select *
    from page p
    limit 1
  ) p
  cross join lateral callbot.workspace_shown(p.id, $5::boolean, $6::uuid) f
  cross join lateral (
    select
      f.id as id,
      f.name as name,
      f.customer_count as customer_count,
      to_char(f.last_updated at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_updated
  ) item
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select s.item from shown s)
  end as items,
  (select left(translate(encode(sha256(convert_to(s.item, 'UTF8')), 'base64'), '+/', '-_'), 22) from shown s) as etag
