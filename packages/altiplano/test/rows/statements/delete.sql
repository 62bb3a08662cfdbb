with entry as materialized (
  select u.role = $3::text as current
  from depot.person u
  join depot.person_firm m on m.person_id = u.id
  where u.id = $2::uuid
    and m.firm_id = altiplano.same_tenant($1::uuid)
),
items as materialized (
  select i.*
  from json_to_recordset($4::json) as i (
    alt_position integer,
    id uuid,
    alt_named text[],
    title text,
    status text
  )
  where (select e.current from entry e)
),
page as materialized (
  select t.id
  from depot.job t
  where t.firm_id = $1::uuid
    and t.id = any($5::uuid[])
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
  delete from depot.job t
  using items i
  where t.firm_id = $1::uuid
    and t.id = i.id
    and exists (select from ready)
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems
