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
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems)
),
removed as (
  update callbot.customer t
  set is_deleted = true, deleted_at = statement_timestamp(), updated_at = greatest(statement_timestamp(), t.updated_at + interval '1 microsecond')
  from items i
  where t.workspace_id = $1::uuid
    and not t.is_deleted
    and t.id = i.id
    and exists (select from ready)
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems
