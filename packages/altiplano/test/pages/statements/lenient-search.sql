with entry as materialized (
  select exists (
    select from directory.person u
    where u.id = $2::bigint
      and u.firm_id = altiplano.same_tenant($1::uuid)
      and u.role = $3::text
  ) as current
),
grams as materialized (
  select array['~' || substr(f.text, 1, 3), '~' || substr(f.text, 2, 3), '~' || substr(f.text, 3, 3), '~' || substr(f.text, 4, 3)] as grams, f.text
  from (select altiplano.fold($6::text) as text) f
),
segments as materialized (
  select s.segment, s.width, s.folded, s.low_name as low_order, s.low_id as low_key
  from directory.person_bitmap_segment s
  where s.firm_id = $1::uuid
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
  select e.at, e.key, e.segment, e.width, e.minus, e.plus, e.old_text, e.new_text, case
    when e.slot is not null or e.born = 1 or e.segment is null then e.slot
    else (
      select 64 * b.block + k.place::integer - 1
      from (
        select b.block, b.names as ats, b.ids as keys
        from directory.person_bitmap_block b
        where b.firm_id = $1::uuid
          and (b.low_name, b.low_id) <= (e.at, e.key)
        order by b.low_name desc, b.low_id desc
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
      select e.name as at, e.id as key, e.writer, e.segment as named, e.slot as slotted, e.born as birth, e.minus, e.plus, e.old_text, e.new_text, case
        when e.segment = any(p.segments) then e.segment
        when (e.name, e.id) >= (p.last_order, p.last_key) then p.last
        else (select s.segment from segments s where (s.low_order, s.low_key) <= (e.name, e.id) order by s.segment desc limit 1)
      end as belongs
      from directory.person_bitmap_unfolded($1::uuid, (select p.since from places p), (select p.running from places p)) e
      cross join places p
      where (select e.current from entry e)
        and (e.plus && ($4::text[] || (select g.grams from grams g)) or e.minus && ($4::text[] || (select g.grams from grams g)) or e.born = 1 or e.old_text is not null or e.new_text is not null)
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
    where t.term = any(($4::text[] || (select g.grams from grams g)))
    union all select '<text', coalesce(strpos(u.new_text, g.text) > 0, false)::integer - coalesce(strpos(u.old_text, g.text) > 0, false)::integer from grams g
    where u.new_text is not null or u.old_text is not null
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
current as materialized (
  select s.segment, s.term, case when m.minus is null then s.bits else s.bits & ~m.minus end as bits
  from (
    select b.segment, b.term, b.bits from directory.person_bitmap b
    where b.firm_id = $1::uuid
      and b.term = any(($4::text[] || (select g.grams from grams g)))
      and (select e.current from entry e)
  ) s
  left join masks m on m.segment = s.segment and m.term = s.term
  union all
  select m.segment, m.term, m.plus from masks m
  where m.plus is not null
  union all
  select m.segment, '<text-', m.minus from masks m
  where m.term = '<text'
    and m.minus is not null
),
raw_hits as materialized (
  select c.segment,
    c.b1 & coalesce(coalesce(c.b2 & c.b3 & c.b4 & c.b5 & ~c.b6, c.b2 & c.b3 & c.b4 & c.b5) | c.b7, coalesce(c.b2 & c.b3 & c.b4 & c.b5 & ~c.b6, c.b2 & c.b3 & c.b4 & c.b5), c.b7) as hit
  from (
    select c.segment,
      bit_or(c.bits) filter (where c.term = any($5::text[])) as b1,
      bit_or(c.bits) filter (where c.term = (select g.grams[1] from grams g)) as b2,
      bit_or(c.bits) filter (where c.term = (select g.grams[2] from grams g)) as b3,
      bit_or(c.bits) filter (where c.term = (select g.grams[3] from grams g)) as b4,
      bit_or(c.bits) filter (where c.term = (select g.grams[4] from grams g)) as b5,
      bit_or(c.bits) filter (where c.term = '<text-') as b6,
      bit_or(c.bits) filter (where c.term = '<text') as b7
    from current c
    group by c.segment
  ) c
),
raw_fresh as materialized (
  select f.at, f.key, f.terms, f.hit
  from (
    select c.at, c.key, array_agg(c.term) as terms,
      bool_or(c.term = any($5::text[])) and bool_or(c.term = '<text') as hit
    from changes c
    where c.slot is null
      and c.net > 0
    group by c.at, c.key
  ) f
  where f.hit
),
verifiable as materialized (
  select coalesce((select sum(bit_count(h.hit)) from raw_hits h), 0)
    + (select count(*) from raw_fresh f) <= 2500 as yes
),
candidates as materialized (
  select h.segment, h.hit as bits from raw_hits h where (select v.yes from verifiable v)
),
verified as materialized (
  select k.segment, altiplano.bits_of(array_agg(k.slot), (select s.width from segments s where s.segment = k.segment)) as bits
  from (
    select h.segment, 64 * b.block + o.place - 1 as slot, b.ats[o.place] as at, b.keys[o.place] as key
    from candidates h
    cross join lateral (
      select array_agg(n) as blocks from generate_series(0, length(h.bits) / 64 - 1) n where bit_count(substring(h.bits from 64 * n + 1 for 64)) > 0
    ) g
    cross join lateral (
      select b.block, b.names as ats, b.ids as keys from directory.person_bitmap_block b
      where b.firm_id = $1::uuid and b.segment = h.segment and b.block = any(g.blocks)
      offset 0
    ) b
    cross join lateral unnest(array_positions(string_to_array(substring(h.bits from 64 * b.block + 1 for 64)::text, null), '1')) o (place)
  ) k
  cross join lateral (
    select * from directory.person t
    where t.firm_id = $1::uuid
      and t.id = k.key
      and t.name collate "C" = k.at
      and (select e.current from entry e)
      and (strpos(altiplano.fold(t.name), (select altiplano.fold($7::text))) > 0 or strpos(altiplano.fold(t.email), (select altiplano.fold($7::text))) > 0)
    offset 0
  ) t
  group by k.segment
),
hits as materialized (
  select h.segment, h.hit & v.bits as hit
  from raw_hits h
  join verified v on v.segment = h.segment
),
fresh as materialized (
  select k.*
  from (
    select f.* from raw_fresh f where (select v.yes from verifiable v)
  ) k
  cross join lateral (
    select * from directory.person t
    where t.firm_id = $1::uuid
      and t.id = k.key
      and t.name collate "C" = k.at
      and (select e.current from entry e)
      and (strpos(altiplano.fold(t.name), (select altiplano.fold($7::text))) > 0 or strpos(altiplano.fold(t.email), (select altiplano.fold($7::text))) > 0)
    offset 0
  ) t
),
skip as materialized (
  select least($8::bigint, (greatest((select coalesce(sum(bit_count(h.hit)), 0) from hits h) + (select count(*) from fresh f where f.hit), 1) - 1)::bigint / 25 * 25) as rows
),
start as materialized (
  select 0::bigint as segment, 0 as block, 0::numeric as before
  from (select (select s.rows from skip s) - count(*) as rows from fresh f where f.hit) a
  where a.rows <= 0
  union all
  select c.segment, b.block, c.before + b.before
  from (select (select s.rows from skip s) - count(*) as rows from fresh f where f.hit) a
  cross join (
    select h.segment, h.hit, bit_count(h.hit) as here, sum(bit_count(h.hit)) over (order by h.segment) - bit_count(h.hit) as before
    from hits h
  ) c
  cross join lateral (
    select g.block, bit_count(substring(c.hit from 64 * g.block + 1 for 64)) as here, sum(bit_count(substring(c.hit from 64 * g.block + 1 for 64))) over (order by g.block) - bit_count(substring(c.hit from 64 * g.block + 1 for 64)) as before
    from generate_series(0, length(c.hit) / 64 - 1) g (block)
  ) b
  where a.rows > 0
    and c.before <= a.rows and a.rows < c.before + c.here
    and c.before + b.before <= a.rows and a.rows < c.before + b.before + b.here
),
border as materialized (
  select b.low_name as at, b.low_id as key
  from directory.person_bitmap_block b
  where b.firm_id = $1::uuid
    and (b.segment, b.block) >= ((select s.segment from start s), (select s.block from start s))
  order by b.segment, b.block
  limit 1
),
pass as materialized (
  select (select s.rows from skip s) - s.before - (select count(*) from fresh f where f.hit and coalesce((f.at, f.key) < ((select b.at from border b), (select b.key from border b)), false)) as rows
  from start s
),
page as materialized (
  select t.name, t.id, t.department
  from (
    select k.at, k.key
    from (
      (
        select k.at, k.key, h.segment, k.slot
        from (
          select h.segment, h.hit as bits from hits h
          where bit_count(h.hit) > 0
            and h.segment >= (select s.segment from start s)
          order by h.segment
        ) h
        cross join lateral (
          select g.block from generate_series(0, length(h.bits) / 64 - 1) g (block)
          where bit_count(substring(h.bits from 64 * g.block + 1 for 64)) > 0
            and (h.segment, g.block) >= (select s.segment, s.block from start s)
        ) g
        cross join lateral (
          select k.at, k.key, 64 * g.block + k.place::integer - 1 as slot
          from directory.person_bitmap_block b
          cross join lateral unnest(b.names, b.ids) with ordinality k (at, key, place)
          where b.firm_id = $1::uuid
            and b.segment = h.segment
            and b.block = g.block
            and get_bit(h.bits, 64 * g.block + k.place::integer - 1) = 1
          order by k.at, k.key
        ) k
        limit (select p.rows from pass p) + 26
      )
      union all
      (
        select f.at, f.key, null, null from fresh f
        where f.hit
          and not coalesce((f.at, f.key) < ((select b.at from border b), (select b.key from border b)), false)
          and exists (select from start)
        order by f.at, f.key
        limit (select p.rows from pass p) + 26
      )
    ) k
    order by k.at, k.key
    limit 26 offset (select p.rows from pass p)
  ) k
  cross join lateral (
    select * from directory.person t
    where t.firm_id = $1::uuid
      and t.id = k.key
      and t.name collate "C" = k.at
      and (select e.current from entry e)
      and (strpos(altiplano.fold(t.name), (select altiplano.fold($7::text))) > 0 or strpos(altiplano.fold(t.email), (select altiplano.fold($7::text))) > 0)
    offset 0
  ) t
  order by t.name collate "C", t.id
),
shown as materialized (
  select p.name collate "C", p.id, row_to_json(item)::text as item
  from (
    select *
    from page p
    order by p.name collate "C", p.id
    limit 25
  ) p
  cross join lateral (
    select
      p.id as id,
      p.name as name,
      p.department as department
  ) item
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found,
  case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by s.name collate "C", s.id) from shown s)
  end as items,
  (select json_build_array(s.name collate "C"::text, s.id::text)::text from shown s order by s.name collate "C", s.id limit 1) as first,
  (select json_build_array(s.name collate "C"::text, s.id::text)::text from shown s order by s.name collate "C" desc, s.id desc limit 1) as last,
  case when (select v.yes from verifiable v) then (select coalesce(sum(bit_count(h.hit)), 0) from hits h) + (select count(*) from fresh f where f.hit) end as count
