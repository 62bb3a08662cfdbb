with entry as materialized (
  select u.role = $3::text as current
  from depot.person u
  join depot.person_firm m on m.person_id = u.id
  where u.id = $2::uuid
    and m.firm_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.created_at, t.id, t.job_id, t.title, t.status, t.priority, t.privacy, t.due_date, t.owner_id, t.notes
  from depot.ticket t
  where t.firm_id = $1::uuid
    and t.id = $4::uuid
    and (select e.current from entry e)
),
owner_rows as materialized (
  select o.id, o.name
  from depot.person o
  where o.firm_id = $1::uuid
    and o.id = any (array(select p.owner_id from page p))
),
shown as materialized (
  select p.created_at, p.id, row_to_json(item)::text as item
  from (
    select *
    from page p
    order by p.created_at desc, p.id desc
    limit 1
  ) p
  cross join lateral (
    select
      p.id as id,
      p.job_id as job_id,
      p.title as title,
      p.status as status,
      p.priority as priority,
      p.privacy as privacy,
      p.due_date as due_date,
      to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
      (select o from (select r.id as id, r.name as name from owner_rows r where r.id = p.owner_id) o) as owner,
      (select coalesce(array_to_json(array_agg(row_to_json(r))), '[]') from (
        select
          c.id as id,
          c.made_on as day,
          (select r from (
            select o.name as name
            from depot.guide o
            where o.firm_id = $1::uuid
              and o.id = c.guide_id
          ) r) as guide
        from depot.visit c
        where c.firm_id = $1::uuid
          and c.ticket_id = p.id
        order by c.made_on desc, c.id desc
        limit 2
      ) r) as latest,
      p.notes as notes
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
