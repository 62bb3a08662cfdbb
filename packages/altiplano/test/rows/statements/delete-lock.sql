with entry as materialized (
  select u.role = $3::text as current
  from depot.person u
  join depot.person_firm m on m.person_id = u.id
  where u.id = $2::uuid
    and m.firm_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.id
  from depot.job t
  where t.firm_id = $1::uuid
    and t.id = any($4::uuid[])
    and (select e.current from entry e)
  order by t.id
  for update of t
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found
