-- Shows one tenant to its member: the tenant is set for the session while it is looked at, and what was set before is set
-- again. It has no more rights than its caller, so row security holds in it as in a request for that tenant. Stable, so that
-- every tenant of a page is seen in the snapshot of the statement. Printed by the declaration (packages/altiplano/src/tenants).
-- Up Migration
-- Names are looked up in this schema and nowhere before it. Unnamed, a caller's temporary tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

create function workspace_shown(of_tenant uuid, customer_all boolean, customer_own uuid)
returns table (id uuid, name text, customer_count bigint, last_updated timestamp with time zone)
language plpgsql stable set search_path from current as $$
#variable_conflict use_column
declare
  outside constant text := coalesce(current_setting('altiplano.tenant', true), '');
begin
  if not exists (select from app_user_workspaces m where m.user_id = altiplano.caller() and m.workspace_id = of_tenant) then
    raise exception 'the caller is no member of the tenant' using errcode = 'ALT01';
  end if;
  perform set_config('altiplano.tenant', of_tenant::text, true);
  select t.id, t.name
  into id, name
  from workspace t where t.id = of_tenant;
  if not found then
    perform set_config('altiplano.tenant', outside, true);
    return;
  end if;
  if customer_all then
    if exists (
      select from customer_bitmap_unfolded(of_tenant,
        (select pg_snapshot_xmax(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant order by 1 limit 1),
        array(select pg_snapshot_xip(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant))
    ) then
      customer_count := (
        with entry as materialized (
          select true as current
        ),
        segments as materialized (
          select s.segment, s.width, s.folded, s.low_created_at as low_order, s.low_id as low_key
          from customer_bitmap_segment s
          where s.workspace_id = of_tenant
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
                from customer_bitmap_block b
                where b.workspace_id = of_tenant
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
              from customer_bitmap_unfolded(of_tenant, (select p.since from places p), (select p.running from places p)) e
              cross join places p
              where (select e.current from entry e)
                and (e.plus && array['live']::text[] or e.minus && array['live']::text[])
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
            where t.term = any(array['live']::text[])
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
            select b.segment, b.term, b.bits from customer_bitmap b
            where b.workspace_id = of_tenant
              and b.term = any(array['live']::text[])
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
              bit_or(c.bits) filter (where c.term = 'live') as b1
            from current c
            group by c.segment
          ) c
        ),
        fresh as materialized (
          select f.at, f.key, f.terms, f.hit
          from (
            select c.at, c.key, array_agg(c.term) as terms,
              bool_or(c.term = 'live') as hit
            from changes c
            where c.slot is null
              and c.net > 0
            group by c.at, c.key
          ) f
          where f.hit
        )
        select ((select coalesce(sum(bit_count(h.hit)), 0) from hits h) + (select count(*) from fresh f where f.hit))::bigint
      );
    else
      customer_count := (
        select coalesce(sum(bit_count(b.bits)), 0)
        from customer_bitmap b
        where b.workspace_id = of_tenant and b.term = 'live'
      );
    end if;
  elsif customer_own is not null then
    if exists (
      select from customer_bitmap_unfolded(of_tenant,
        (select pg_snapshot_xmax(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant order by 1 limit 1),
        array(select pg_snapshot_xip(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant))
    ) then
      customer_count := (
        with entry as materialized (
          select true as current
        ),
        segments as materialized (
          select s.segment, s.width, s.folded, s.low_created_at as low_order, s.low_id as low_key
          from customer_bitmap_segment s
          where s.workspace_id = of_tenant
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
                from customer_bitmap_block b
                where b.workspace_id = of_tenant
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
              from customer_bitmap_unfolded(of_tenant, (select p.since from places p), (select p.running from places p)) e
              cross join places p
              where (select e.current from entry e)
                and (e.plus && array['live', 'employee_id=' || customer_own]::text[] or e.minus && array['live', 'employee_id=' || customer_own]::text[])
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
            where t.term = any(array['live', 'employee_id=' || customer_own]::text[])
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
            select b.segment, b.term, b.bits from customer_bitmap b
            where b.workspace_id = of_tenant
              and b.term = any(array['live', 'employee_id=' || customer_own]::text[])
              and (select e.current from entry e)
          ) s
          left join masks m on m.segment = s.segment and m.term = s.term
          union all
          select m.segment, m.term, m.plus from masks m
          where m.plus is not null
        ),
        hits as materialized (
          select c.segment,
            c.b1 & c.b2 as hit
          from (
            select c.segment,
              bit_or(c.bits) filter (where c.term = 'live') as b1,
              bit_or(c.bits) filter (where c.term = any(array['employee_id=' || customer_own]::text[])) as b2
            from current c
            group by c.segment
          ) c
        ),
        fresh as materialized (
          select f.at, f.key, f.terms, f.hit
          from (
            select c.at, c.key, array_agg(c.term) as terms,
              bool_or(c.term = 'live') and bool_or(c.term = any(array['employee_id=' || customer_own]::text[])) as hit
            from changes c
            where c.slot is null
              and c.net > 0
            group by c.at, c.key
          ) f
          where f.hit
        )
        select ((select coalesce(sum(bit_count(h.hit)), 0) from hits h) + (select count(*) from fresh f where f.hit))::bigint
      );
    else
      customer_count := (
        select coalesce(sum(bit_count(b.bits & o.bits)), 0)
        from customer_bitmap o
        join customer_bitmap b on b.workspace_id = o.workspace_id and b.segment = o.segment
        where o.workspace_id = of_tenant and o.term = 'employee_id=' || customer_own and b.workspace_id = of_tenant and b.term = 'live'
      );
    end if;
  else
    customer_count := 0;
  end if;
  if customer_all then
    last_updated := (
      select c.updated_at
      from customer c
      where c.workspace_id = of_tenant and not c.is_deleted and c.updated_at is not null
      order by c.updated_at desc
      limit 1
    );
  elsif customer_own is not null then
    last_updated := (
      select c.updated_at
      from customer c
      where c.workspace_id = of_tenant and c.employee_id = customer_own and not c.is_deleted and c.updated_at is not null
      order by c.updated_at desc
      limit 1
    );
  end if;
  perform set_config('altiplano.tenant', outside, true);
  return next;
end
$$;
revoke execute on function workspace_shown(uuid, boolean, uuid) from public;
do $$ begin execute format('grant execute on function workspace_shown(uuid, boolean, uuid) to %I', altiplano.app_role()); end $$;

-- Down Migration
drop function workspace_shown(uuid, boolean, uuid);
