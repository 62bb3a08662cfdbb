with entry as materialized (
  select m.role = $4::text as current
  from bazaar.person u
  join bazaar.seat m on m.person_id = u.id
  where u.id = $5::uuid
    and m.owner_type = $2::text
    and m.owner_id = $3::uuid
    and altiplano.tenant_key($2::text, $3::uuid) = altiplano.same_tenant($1::uuid)
),
page as materialized (
  select t.created_at, t.id, t.name, t.price, t.stock, t.maker_id
  from bazaar.item t
  where t.tenant_key = $1::uuid
    and not t.gone
    and t.id = $6::uuid
    and (select e.current from entry e)
),
maker_rows as materialized (
  select o.id, o.name
  from bazaar.maker o
  where o.tenant_key = $1::uuid
    and o.id = any (array(select p.maker_id from page p))
),
tags_rows_links as materialized (
  select l.item_id as row_id, l.tag_id as name_id
  from bazaar.item_tag l
  where l.tenant_key = $1::uuid
    and l.item_id = any (array(select p.id from page p))
),
tags_rows_map as materialized (
  select jsonb_object_agg(n.id, n.name) as name_of
  from bazaar.tag n
  where n.tenant_key = $1::uuid
    and n.id = any (array(select distinct l.name_id from tags_rows_links l))
),
tags_rows as materialized (
  select l.row_id, array_to_json(array_agg(o.value order by o.value collate "C")) as names
  from tags_rows_links l
  cross join lateral (select (select m.name_of from tags_rows_map m) ->> l.name_id::text as value offset 0) o
  group by l.row_id
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
      coalesce(b.review_count, 0) + coalesce(d.review_count, 0) as review_count,
      coalesce(b.stars, 0) + coalesce(d.stars, 0) as stars,
      coalesce(b.rows, 0) + coalesce(d.rows, 0) as rows,
      d.unfolded
    from (select) one
    left join lateral (
      select b.*, pg_snapshot_xmin(b.folded) as floor
      from bazaar.item_review_rollup b
      where b.tenant_key = $1::uuid
        and b.item_id = p.id
      offset 0
    ) b on true
    cross join lateral (
      select
        count(*) as unfolded,
        sum(d.rows) as rows,
        sum(d.review_count) as review_count,
        sum(d.stars) as stars
      from (
        select d.* from bazaar.item_review_rollup_delta_0 d
        where (select exists (select from bazaar.item_review_rollup_delta_0))
          and d.tenant_key = $1::uuid
          and d.item_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
        union all
        select d.* from bazaar.item_review_rollup_delta_1 d
        where (select exists (select from bazaar.item_review_rollup_delta_1))
          and d.tenant_key = $1::uuid
          and d.item_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
      ) d
    ) d
  ) review_figures
  cross join lateral (
    select
      p.id as id,
      p.name as name,
      p.price as price,
      p.stock as stock,
      to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
      (select o from (select r.id as id, r.name as name from maker_rows r where r.id = p.maker_id) o) as maker,
      coalesce((select r.names from tags_rows r where r.row_id = p.id), '[]') as tags,
      review_figures.review_count as review_count,
      review_figures.stars as stars,
      (select r from (
        select c.rating as rating, c.comment as comment
        from bazaar.review c
        where c.tenant_key = $1::uuid
          and c.item_id = p.id
        order by c.created_at desc, c.id desc
        limit 1) r) as latest_review
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
