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
    id bigint,
    alt_named text[],
    ticket_id uuid,
    guide_id bigint,
    made_on date,
    minutes bigint,
    guide_ids bigint[]
  )
  where (select e.current from entry e)
),
kept as materialized (
  select k.*
  from altiplano.kept_reply($5::text, $6::text, $7::text) k
  where (select e.current from entry e)
),
problems as materialized (
  select i.alt_position as position, 'ticket_id' as member, 'unknown' as problem
  from items i
  where i.ticket_id is not null
    and not exists (select from depot.ticket r where r.firm_id = $1::uuid and r.id = i.ticket_id and (r.owner_id = $8::uuid or r.privacy = any($9::text[])))
  union all
  select i.alt_position as position, 'guide_id' as member, 'unknown' as problem
  from items i
  where i.guide_id is not null
    and not exists (select from depot.guide r where r.firm_id = $1::uuid and r.id = i.guide_id)
  union all
  select i.alt_position as position, 'guide_ids' as member, 'unknown' as problem
  from items i, unnest(i.guide_ids) as of_link (id)
  where not exists (select from depot.guide r where r.firm_id = $1::uuid and r.id = of_link.id)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems) and not exists (select from kept)
),
created as (
  insert into depot.visit (firm_id, ticket_id, guide_id, made_on, minutes)
  select
    $1::uuid,
    i.ticket_id,
    i.guide_id,
    i.made_on,
    i.minutes
  from items i
  where exists (select from ready)
  order by i.alt_position
  returning id
),
numbered as materialized (
  select c.id, row_number() over (order by c.id) - 1 as position
  from created c
),
linked_guide as (
  insert into depot.visit_guide (firm_id, visit_id, guide_id)
  select $1::uuid, n.id, of_link.id
  from items i join numbered n on n.position = i.alt_position, unnest(i.guide_ids) as of_link (id)
  where exists (select from ready)
  order by 1, 2, 3
  on conflict do nothing
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems,
  (select k.fingerprint from kept k) as kept_fingerprint,
  (select k.location from kept k) as kept_location,
  (select k.items from kept k) as kept_items,
  (select left(translate(encode(sha256(convert_to(k.items, 'UTF8')), 'base64'), '+/', '-_'), 22) from kept k) as kept_etag,
  set_config('altiplano.written', (select coalesce(array_agg(c.id order by c.id), '{}')::text from created c), true) as written
