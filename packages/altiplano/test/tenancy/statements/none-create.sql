with entry as materialized (
  select exists (
    select from stall.person u
    where u.id = $2::uuid
      and altiplano.same_tenant($1::uuid) is not null
      and u.role = $3::text
  ) as current
),
items as materialized (
  select i.*
  from json_to_recordset($4::json) as i (
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
    and not exists (select from stall.maker r where r.id = i.maker_id)
  union all
  select i.alt_position as position, 'tag_ids' as member, 'unknown' as problem
  from items i, unnest(i.tag_ids) as of_link (id)
  where not exists (select from stall.tag r where r.id = of_link.id)
),
ready as materialized (
  select from entry e where e.current and not exists (select from problems)
),
created as (
  insert into stall.item (id, name, price, maker_id, stock)
  select
    i.id,
    i.name,
    i.price,
    i.maker_id,
    i.stock
  from items i
  where exists (select from ready)
  order by i.id
),
linked_tag as (
  insert into stall.item_tag (item_id, tag_id)
  select i.id, of_link.id
  from items i, unnest(i.tag_ids) as of_link (id)
  where exists (select from ready)
  order by 1, 2
  on conflict do nothing
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select json_agg(json_build_object('position', p.position, 'member', p.member, 'problem', p.problem)
    order by p.position, p.member) from problems p)::text as problems
