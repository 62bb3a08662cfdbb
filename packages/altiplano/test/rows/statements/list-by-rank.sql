with entry as materialized (
  select u.role = $3::text as current
  from depot.person u
  join depot.person_firm m on m.person_id = u.id
  where u.id = $2::uuid
    and m.firm_id = altiplano.same_tenant($1::uuid)
),
segments as materialized (
  select s.segment, s.width, s.folded, s.low_created_at as low_order, s.low_id as low_key
  from depot.ticket_bitmap_segment s
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
  select e.at, e.key, e.segment, e.width, e.minus, e.plus, case
    when e.slot is not null or e.born = 1 or e.segment is null then e.slot
    else (
      select 64 * b.block + k.place::integer - 1
      from (
        select b.block, b.created_ats as ats, b.ids as keys
        from depot.ticket_bitmap_block b
        where b.firm_id = $1::uuid
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
      from depot.ticket_bitmap_unfolded($1::uuid, (select p.since from places p), (select p.running from places p)) e
      cross join places p
      where (select e.current from entry e)
        and (e.plus && $4::text[] or e.minus && $4::text[] or e.born = 1)
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
    where t.term = any($4::text[])
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
    select b.segment, b.term, b.bits from depot.ticket_bitmap b
    where b.firm_id = $1::uuid
      and b.term = any($4::text[])
      and (select e.current from entry e)
  ) s
  left join masks m on m.segment = s.segment and m.term = s.term
  union all
  select m.segment, m.term, m.plus from masks m
  where m.plus is not null
),
hits as materialized (
  select c.segment,
    c.b1 & c.b1 as hit
  from (
    select c.segment,
      bit_or(c.bits) filter (where c.term = any($5::text[])) as b1
    from current c
    group by c.segment
  ) c
),
fresh as materialized (
  select f.at, f.key, f.terms, f.hit
  from (
    select c.at, c.key, array_agg(c.term) as terms,
      bool_or(c.term = any($5::text[])) as hit
    from changes c
    where c.slot is null
      and c.net > 0
    group by c.at, c.key
  ) f
  where f.hit
),
walked as materialized (
  select t.priority, t.id, t.job_id, t.title, t.status, t.privacy, t.due_date, t.created_at, t.owner_id
  from (
    select * from depot.ticket t
    where t.firm_id = $1::uuid
    order by case t.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, t.id
    limit 5000
  ) t
  where (select e.current from entry e)
    and (t.owner_id = $6::uuid or t.privacy = any($7::text[]))
  order by case t.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, t.id
  limit 26
),
few as materialized (
  select coalesce((select sum(bit_count(h.hit)) from hits h), 0)
    + (select count(*) from fresh f where f.hit) <= 5000 as yes
),
sorted as materialized (
  select * from (
    select t.priority, t.id, t.job_id, t.title, t.status, t.privacy, t.due_date, t.created_at, t.owner_id
    from (
      select k.at, k.key from (
        select k.at, k.key, h.segment, k.slot
        from (
          select h.segment, h.hit as bits from hits h
          where bit_count(h.hit) > 0
          order by h.segment
        ) h
        cross join lateral (
          select g.block from generate_series(0, length(h.bits) / 64 - 1) g (block)
          where bit_count(substring(h.bits from 64 * g.block + 1 for 64)) > 0
        ) g
        cross join lateral (
          select k.at, k.key, 64 * g.block + k.place::integer - 1 as slot
          from depot.ticket_bitmap_block b
          cross join lateral unnest(b.created_ats, b.ids) with ordinality k (at, key, place)
          where b.firm_id = $1::uuid
            and b.segment = h.segment
            and b.block = g.block
            and get_bit(h.bits, 64 * g.block + k.place::integer - 1) = 1
          order by k.at, k.key
        ) k
      ) k
      union all
      select f.at, f.key from fresh f where f.hit
    ) k
    cross join lateral (
      select * from depot.ticket t
      where t.firm_id = $1::uuid
        and t.id = k.key
        and t.created_at = k.at
        and (select e.current from entry e)
        and (t.owner_id = $8::uuid or t.privacy = any($9::text[]))
      offset 0
    ) t
    where ((true))
    order by case t.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, t.id
    limit 26
  ) h
  where (select count(*) from walked) < 26
    and (select f.yes from few f)
),
rest as materialized (
  select t.priority, t.id, t.job_id, t.title, t.status, t.privacy, t.due_date, t.created_at, t.owner_id
  from depot.ticket t
  where t.firm_id = $1::uuid
    and (select e.current from entry e)
    and (select count(*) from walked) < 26
    and not (select f.yes from few f)
    and (t.owner_id = $6::uuid or t.privacy = any($7::text[]))
  order by case t.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, t.id
  limit 26
),
page as materialized (
  select * from walked
  where not (select count(*) from walked) < 26
  union all
  select * from sorted
  union all
  select * from rest
),
owner_rows as materialized (
  select o.id, o.name
  from depot.person o
  where o.firm_id = $1::uuid
    and o.id = any (array(select p.owner_id from page p))
),
shown as materialized (
  select p.priority, p.id, row_to_json(item)::text as item
  from (
    select *
    from page p
    order by case p.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, p.id
    limit 25
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
      ) r) as latest
  ) item
)
select
  (select count(*) from entry) as allowed,
  coalesce((select e.current from entry e), false) as current,
  (select count(*) from page) as found,
  case
    when (select sum(octet_length(s.item)) from shown s) > 33554432 then altiplano.refuse_reply()
    else (select string_agg(s.item, ',' order by case s.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, s.id) from shown s)
  end as items,
  (select json_build_array(case s.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end::text, s.id::text)::text from shown s order by case s.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end, s.id limit 1) as first,
  (select json_build_array(case s.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end::text, s.id::text)::text from shown s order by case s.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end desc, s.id desc limit 1) as last,
  null as count
