with entry as materialized (
  select u.role = $3::text as current
  from depot.person u
  join depot.person_firm m on m.person_id = u.id
  where u.id = $2::uuid
    and m.firm_id = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.made_on, t.id, t.ticket_id, t.minutes, t.guide_id
  from depot.visit t
  where t.firm_id = $1::uuid
    and t.id = any(current_setting('altiplano.written')::bigint[])
    and (select e.current from entry e)
),
guide_rows as materialized (
  select o.id, o.name
  from depot.guide o
  where o.firm_id = $1::uuid
    and o.id = any (array(select p.guide_id from page p))
),
guides_rows_links as materialized (
  select l.visit_id as row_id, l.guide_id as name_id
  from depot.visit_guide l
  where l.firm_id = $1::uuid
    and l.visit_id = any (array(select p.id from page p))
),
guides_rows_map as materialized (
  select jsonb_object_agg(n.id, n.name) as name_of
  from depot.guide n
  where n.firm_id = $1::uuid
    and n.id = any (array(select distinct l.name_id from guides_rows_links l))
),
guides_rows as materialized (
  select l.row_id, array_to_json(array_agg(o.value order by o.value collate "C")) as names
  from guides_rows_links l
  cross join lateral (select (select m.name_of from guides_rows_map m) ->> l.name_id::text as value offset 0) o
  group by l.row_id
),
shown as materialized (
  select p.made_on, p.id, row_to_json(item)::text as item
  from (
    select *
    from page p
    order by p.made_on desc, p.id desc
    limit 1
  ) p
  cross join lateral (
    select
      p.id as id,
      p.ticket_id as ticket_id,
      p.made_on as made_on,
      p.minutes as minutes,
      (select o from (select r.id as id, r.name as name from guide_rows r where r.id = p.guide_id) o) as guide,
      coalesce((select r.names from guides_rows r where r.row_id = p.id), '[]') as guides
  ) item
),
answer as materialized (
  select case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by array_position(current_setting('altiplano.written')::bigint[], s.id)) from shown s)
  end as items
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select a.items from answer a) as items,
  (select left(translate(encode(sha256(convert_to(s.item, 'UTF8')), 'base64'), '+/', '-_'), 22) from shown s) as etag,
  $4::text || (current_setting('altiplano.written')::bigint[])[1] || $5::text as location,
  (select altiplano.keep_reply($8::text, $9::text, $10::text, $11::text, $6::text || (current_setting('altiplano.written')::bigint[])[1] || $7::text, a.items) from answer a where a.items is not null) as keeps
