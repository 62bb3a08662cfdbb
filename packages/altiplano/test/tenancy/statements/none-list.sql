with entry as materialized (
  select altiplano.same_tenant($1::uuid) is not null as current
),
segments as materialized (
  select s.segment, s.width, s.folded, s.low_created_at as low_order, s.low_id as low_key
  from stall.item_bitmap_segment s
  where s.tenant_key = $1::uuid
    and (select e.current from entry e)
),
places as materialized (
  select array_agg(s.segment) as segments, max(s.segment) as last,
    (array_agg(s.low_order order by s.segment desc))[1] as last_order,
    (array_agg(s.low_key order by s.segment desc))[1] as last_key,
    (array_agg(pg_snapshot_xmax(s.folded) order by pg_snapshot_xmax(s.folded)))[1] as since,
    array(select pg_snapshot_xip(s.folded) from segments s) as running
  from segments s
),
unfolded as materialized (
  select e.at, e.key, e.segment, e.width, e.minus, e.plus, case
    when e.slot is not null or e.born = 1 or e.segment is null then e.slot
    else (
      select 64 * b.block + k.place::integer - 1
      from (
        select b.block, b.created_ats as ats, b.ids as keys
        from stall.item_bitmap_block b
        where b.tenant_key = $1::uuid
          and (b.low_created_at, b.low_id) <= (e.at, e.key)
        order by b.low_created_at desc, b.low_id desc
        limit 1
      ) b
      cross join lateral unnest(b.ats, b.keys) with ordinality k (at, key, place)
      where k.at = e.at and k.key = e.key
    )
  end as slot
  from (
    select e.*, s.segment, s.width,
      max(case when e.named = s.segment then e.slotted end) over same as slot, sum(e.birth) over same as born
    from (
      select e.created_at as at, e.id as key, e.writer, e.segment as named, e.slot as slotted, e.born as birth, e.minus, e.plus, case
        when e.segment = any(p.segments) then e.segment
        when (e.created_at, e.id) >= (p.last_order, p.last_key) then p.last
        else (select s.segment from segments s where (s.low_order, s.low_key) <= (e.created_at, e.id) order by s.segment desc limit 1)
      end as belongs
      from stall.item_bitmap_unfolded($1::uuid, (select p.since from places p), (select p.running from places p)) e
      cross join places p
      where (select e.current from entry e)
        and (e.plus && $2::text[] or e.minus && $2::text[])
    ) e
    left join segments s on s.segment = e.belongs
    where pg_visible_in_snapshot(e.writer, s.folded) is not true
    window same as (partition by e.at, e.key)
  ) e
),
changes as materialized (
  select u.segment, u.width, u.slot, u.at, u.key, t.term, sum(t.net) as net
  from unfolded u
  cross join lateral (
    select t.term, t.net
    from (select unnest(u.plus) as term, 1 as net union all select unnest(u.minus), -1) t
    where t.term = any($2::text[])
  ) t
  group by u.segment, u.width, u.slot, u.at, u.key, t.term
  having sum(t.net) <> 0
),
masks as materialized (
  select c.segment, c.term, altiplano.bits_of(array_agg(c.slot) filter (where c.net > 0), max(c.width)) as plus, altiplano.bits_of(array_agg(c.slot) filter (where c.net < 0), max(c.width)) as minus
  from changes c
  where c.slot is not null
  group by c.segment, c.term
),
near as materialized (
  select min(s.segment) as first, max(s.segment) as last
  from (
    select s.segment from segments s
    order by s.segment desc
    limit 28
  ) s
),
current as materialized (
  select s.segment, s.term, case when m.minus is null then s.bits else s.bits & ~m.minus end as bits
  from (
    select b.*
    from unnest($2::text[]) k (term)
    cross join lateral (
      select b.segment, b.term, b.bits from stall.item_bitmap b
      where b.tenant_key = $1::uuid
        and b.term = k.term
        and b.segment between (select a.first from near a) and (select a.last from near a)
        and (select e.current from entry e)
      offset 0
    ) b
  ) s
  left join masks m on m.segment = s.segment and m.term = s.term
  union all
  select m.segment, m.term, m.plus from masks m
  where m.plus is not null
    and m.segment between (select a.first from near a) and (select a.last from near a)
),
hits as materialized (
  select c.segment,
    c.b1 & c.b2 as hit
  from (
    select c.segment,
      bit_or(c.bits) filter (where c.term = 'live') as b1,
      bit_or(c.bits) filter (where c.term = any($3::text[])) as b2
    from current c
    group by c.segment
  ) c
),
far as materialized (
  select min(s.segment) as first, max(s.segment) as last
  from segments s
  where s.segment < (select n.first from near n)
),
far_current as materialized (
  select s.segment, s.term, case when m.minus is null then s.bits else s.bits & ~m.minus end as bits
  from (
    select b.*
    from unnest($2::text[]) k (term)
    cross join lateral (
      select b.segment, b.term, b.bits from stall.item_bitmap b
      where b.tenant_key = $1::uuid
        and b.term = k.term
        and b.segment between (select a.first from far a) and (select a.last from far a)
        and (select e.current from entry e)
      offset 0
    ) b
  ) s
  left join masks m on m.segment = s.segment and m.term = s.term
  union all
  select m.segment, m.term, m.plus from masks m
  where m.plus is not null
    and m.segment between (select a.first from far a) and (select a.last from far a)
),
far_hits as materialized (
  select c.segment,
    c.b1 & c.b2 as hit
  from (
    select c.segment,
      bit_or(c.bits) filter (where c.term = 'live') as b1,
      bit_or(c.bits) filter (where c.term = any($3::text[])) as b2
    from far_current c
    group by c.segment
  ) c
),
fresh as materialized (
  select f.at, f.key, f.terms, f.hit
  from (
    select c.at, c.key, array_agg(c.term) as terms,
      bool_or(c.term = 'live') and bool_or(c.term = any($3::text[])) as hit
    from changes c
    where c.slot is null
      and c.net > 0
    group by c.at, c.key
  ) f
  where f.hit
),
page as materialized (
  select t.*
  from (
    (
      select t.created_at, t.id, t.name, t.price, t.stock, t.maker_id
      from (
        (
          select k.at, k.key, h.segment, k.slot
          from (
            select h.segment, h.hit as bits from hits h
            where bit_count(h.hit) > 0
            order by h.segment desc
          ) h
          cross join lateral (
            select g.block from generate_series(length(h.bits) / 64 - 1, 0, -1) g (block)
            where bit_count(substring(h.bits from 64 * g.block + 1 for 64)) > 0
          ) g
          cross join lateral (
            select k.at, k.key, 64 * g.block + k.place::integer - 1 as slot
            from stall.item_bitmap_block b
            cross join lateral unnest(b.created_ats, b.ids) with ordinality k (at, key, place)
            where b.tenant_key = $1::uuid
              and b.segment = h.segment
              and b.block = g.block
              and get_bit(h.bits, 64 * g.block + k.place::integer - 1) = 1
            order by k.at desc, k.key desc
          ) k
        )
        union all
        (
          select k.at, k.key, h.segment, k.slot
          from (
            select h.segment, h.hit as bits from far_hits h
            where bit_count(h.hit) > 0
            order by h.segment desc
          ) h
          cross join lateral (
            select g.block from generate_series(length(h.bits) / 64 - 1, 0, -1) g (block)
            where bit_count(substring(h.bits from 64 * g.block + 1 for 64)) > 0
          ) g
          cross join lateral (
            select k.at, k.key, 64 * g.block + k.place::integer - 1 as slot
            from stall.item_bitmap_block b
            cross join lateral unnest(b.created_ats, b.ids) with ordinality k (at, key, place)
            where b.tenant_key = $1::uuid
              and b.segment = h.segment
              and b.block = g.block
              and get_bit(h.bits, 64 * g.block + k.place::integer - 1) = 1
            order by k.at desc, k.key desc
          ) k
        )
      ) k
      cross join lateral (
        select * from stall.item t
        where not t.gone
          and t.id = k.key
          and t.created_at = k.at
          and (select e.current from entry e)
        offset 0
      ) t
      limit 26
    )
    union all
    (
      select t.created_at, t.id, t.name, t.price, t.stock, t.maker_id
      from (select f.at, f.key from fresh f where f.hit order by f.at desc, f.key desc) k
      cross join lateral (
        select * from stall.item t
        where not t.gone
          and t.id = k.key
          and t.created_at = k.at
          and (select e.current from entry e)
        offset 0
      ) t
      limit 26
    )
  ) t
  order by t.created_at desc, t.id desc
  limit 26
),
maker_rows as materialized (
  select o.id, o.name
  from stall.maker o
  where o.id = any (array(select p.maker_id from page p))
),
tags_rows_links as materialized (
  select l.item_id as row_id, l.tag_id as name_id
  from stall.item_tag l
  where l.item_id = any (array(select p.id from page p))
),
tags_rows_map as materialized (
  select jsonb_object_agg(n.id, n.name) as name_of
  from stall.tag n
  where n.id = any (array(select distinct l.name_id from tags_rows_links l))
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
    limit 25
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
      from stall.item_review_rollup b
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
        select d.* from stall.item_review_rollup_delta_0 d
        where (select exists (select from stall.item_review_rollup_delta_0))
          and d.tenant_key = $1::uuid
          and d.item_id = p.id
          and d.writer >= coalesce(b.floor, '0')
          and pg_visible_in_snapshot(d.writer, b.folded) is not true
        union all
        select d.* from stall.item_review_rollup_delta_1 d
        where (select exists (select from stall.item_review_rollup_delta_1))
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
      review_figures.stars as stars
  ) item
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found,
  case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by s.created_at desc, s.id desc) from shown s)
  end as items,
  (select json_build_array(to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.id::text)::text from shown s order by s.created_at desc, s.id desc limit 1) as first,
  (select json_build_array(to_char(s.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.id::text)::text from shown s order by s.created_at, s.id limit 1) as last,
  null as count
