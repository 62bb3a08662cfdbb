with entry as materialized (
  select u.role = $3::text and u.employee_id is not distinct from $4::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $2::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.created_at, t.id, t.workspace_id, t.name, t.email, t.phone, t.status, t.other_attributes, t.is_deleted, t.updated_at, t.employee_id
  from callbot.customer t
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = any($5::uuid[])
    and (select e.current from entry e)
),
-- … what the rows point at, and `shown`: as in detail.sql,
answer as materialized (
  select case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by array_position($6::uuid[], s.id)) from shown s)
  end as items
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select a.items from answer a) as items,
  (select left(translate(encode(sha256(convert_to(s.item, 'UTF8')), 'base64'), '+/', '-_'), 22) from shown s) as etag,
  (select altiplano.keep_reply($8::text, $9::text, $10::text, $11::text, $7::text, a.items) from answer a where a.items is not null) as keeps
