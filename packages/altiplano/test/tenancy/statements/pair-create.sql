with entry as materialized (
  select m.role = $4::text as current
  from bazaar.person u
  join bazaar.seat m on m.person_id = u.id
  where u.id = $5::uuid
    and m.owner_type = $2::text
    and m.owner_id = $3::uuid
    and altiplano.tenant_key($2::text, $3::uuid) = altiplano.same_tenant($1::uuid)
),
items as materialized (
  select i.*
  from json_to_recordset($6::json) as i (
    alt_position integer,
    id uuid,
    alt_named text[],
    name character varying(200),
    price double precision,
    maker_id uuid,
    stock integer,
    tag_ids uuid[]
  )
  where (select e.current from entry e)
),
problems as materialized (
  select i.alt_position as position, 'maker_id' as member, 'unknown' as problem
  from items i
  where i.maker_id is not null
    and not exists (select from bazaar.maker r where r.tenant_key = $1::uuid and r.id = i.maker_id)
  union all
  select i.alt_position as position, 'tag_ids' as member, 'unknown' as problem
  from items i, unnest(i.tag_ids) as of_link (id)
  where not exists (select from bazaar.tag r where r.tenant_key = $1::uuid and r.id = of_link.id)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems)
),
created as (
  insert into bazaar.item (id, owner_type, owner_id, name, price, maker_id, stock)
  select
    i.id,
    $7::text,
    $8::uuid,
    i.name,
    i.price,
    i.maker_id,
    i.stock
  from items i
  where exists (select from ready)
  order by i.id
),
linked_tag as (
  insert into bazaar.item_tag (owner_type, owner_id, item_id, tag_id)
  select $9::text, $10::uuid, i.id, of_link.id
  from items i, unnest(i.tag_ids) as of_link (id)
  where exists (select from ready)
  order by 1, 2, 3, 4
  on conflict do nothing
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems
