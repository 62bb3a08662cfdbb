with entry as materialized (
  select u.role = $3::text and u.employee_id is not distinct from $4::uuid as current
  from callbot.app_user u
  join callbot.app_user_workspaces m on m.user_id = u.id
  where u.id = $2::uuid
    and m.workspace_id = altiplano.same_tenant($1::uuid)
),
items as materialized (
  select i.*
  from json_to_recordset($5::json) as i (
    alt_position integer,
    id uuid,
    alt_named text[],
    name character varying(255),
    phone character varying(20),
    email character varying(254),
    carrier character varying(50),
    status character varying(20),
    quality character varying(20),
    call_status character varying(20),
    is_test boolean,
    checked boolean,
    other_attributes jsonb,
    employee_id uuid,
    label_ids uuid[]
  )
  where (select e.current from entry e)
),
page as materialized (
  select t.id
  from callbot.customer t
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = any($6::uuid[])
    and (select e.current from entry e)
),
problems as materialized (
  select i.alt_position as position, 'id' as member, 'missing' as problem
  from items i
  where not exists (select from page p where p.id = i.id)
  union all
  select i.alt_position as position, 'employee_id' as member, 'unknown' as problem
  from items i
  where i.employee_id is not null
    and not exists (select from callbot.employee r where r.workspace_id = $1::uuid and r.id = i.employee_id)
  union all
  select i.alt_position as position, 'label_ids' as member, 'unknown' as problem
  from items i, unnest(i.label_ids) as of_link (id)
  where not exists (select from callbot.label r where r.workspace_id = $1::uuid and r.id = of_link.id)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems)
),
changed as (
  update callbot.customer t
  set name = case when 'name' = any(i.alt_named) then i.name else t.name end,
      phone = case when 'phone' = any(i.alt_named) then i.phone else t.phone end,
      email = case when 'email' = any(i.alt_named) then i.email else t.email end,
      carrier = case when 'carrier' = any(i.alt_named) then i.carrier else t.carrier end,
      status = case when 'status' = any(i.alt_named) then i.status else t.status end,
      quality = case when 'quality' = any(i.alt_named) then i.quality else t.quality end,
      call_status = case when 'call_status' = any(i.alt_named) then i.call_status else t.call_status end,
      is_test = case when 'is_test' = any(i.alt_named) then i.is_test else t.is_test end,
      checked = case when 'checked' = any(i.alt_named) then i.checked else t.checked end,
      other_attributes = case when 'other_attributes' = any(i.alt_named) then i.other_attributes else t.other_attributes end,
      employee_id = case when 'employee_id' = any(i.alt_named) then i.employee_id else t.employee_id end,
      updated_at = greatest(statement_timestamp(), t.updated_at + interval '1 microsecond')
  from items i
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = i.id
    and i.alt_named <> '{}'
    and exists (select from ready)
),
unlinked_label as (
  delete from callbot.customer_campaign_labels l
  using items i
  where 'label_ids' = any(i.alt_named)
    and l.workspace_id = $1::uuid
    and l.customer_id = i.id
    and l.label_id <> all(i.label_ids)
    and exists (select from ready)
),
linked_label as (
  insert into callbot.customer_campaign_labels (workspace_id, customer_id, label_id)
  select $1::uuid, i.id, of_link.id
  from items i, unnest(i.label_ids) as of_link (id)
  where exists (select from ready) and 'label_ids' = any(i.alt_named)
  order by 1, 2, 3
  on conflict do nothing
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems
