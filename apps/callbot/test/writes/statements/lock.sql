with entry as materialized (
  select u.role = $3::text and u.employee_id is not distinct from $4::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $2::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.id
  from callbot.customer t
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = any($5::uuid[])
    and (select e.current from entry e)
    and t.employee_id = $6::uuid
  order by t.id
  for no key update of t
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found
