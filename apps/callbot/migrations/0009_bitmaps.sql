-- Bitmaps: the rows that have a term as bits in page order, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/bitmap).
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- customer_bitmap: which rows of customer have which term.

-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table customer_bitmap_segment (
  workspace_id uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  low_created_at timestamp with time zone not null,
  low_id uuid not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (workspace_id, segment),
  unique (workspace_id, low_created_at, low_id)
) with (fillfactor = 50);

-- The rows of 64 slots each: slot = 64 * block + place in the arrays. Blocks ascend in key, places do not.
create table customer_bitmap_block (
  workspace_id uuid not null,
  segment bigint not null,
  block integer not null,
  low_created_at timestamp with time zone not null,
  low_id uuid not null,
  created_ats timestamp with time zone[] not null,
  ids uuid[] not null,
  primary key (workspace_id, segment, block)
) with (fillfactor = 85);
create index on customer_bitmap_block (workspace_id, low_created_at, low_id) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table customer_bitmap (
  workspace_id uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (workspace_id, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table customer_bitmap alter column bits set storage main, alter column term set storage plain;

-- Where the bins of a segment begin: bin 0 at lows[1]. Whether all rows have a value: then there is no need to look which.
create table customer_bitmap_duration_lows (
  workspace_id uuid not null,
  segment bigint not null,
  width integer not null,
  whole boolean not null,
  lows double precision[] not null,
  primary key (workspace_id, segment)
) with (fillfactor = 60);

-- Two rows a bin: one has the bits of rows whose value is before its middle, the other lists its own rows, of which so many
-- are before the middle; or it has the bits of those, where all have one value.
create table customer_bitmap_duration (
  workspace_id uuid not null,
  segment bigint not null,
  bin integer not null,
  listed boolean not null,
  place bigint not null generated always as (uuid_hash_extended(workspace_id, segment) # bin::bigint) stored,
  middle double precision,
  bits bit varying,
  before integer,
  "values" double precision[],
  slots integer[],
  primary key (workspace_id, segment, bin, listed)
);
-- One page instead of three: a tree is descended once for each segment.
create index on customer_bitmap_duration using hash (place) with (fillfactor = 50);
alter table customer_bitmap_duration
  alter column bits set storage main, alter column "values" set storage main, alter column slots set storage main;

-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table customer_bitmap_tail (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  created_at timestamp with time zone not null, -- '-infinity': links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  workspace_id uuid not null,
  id uuid not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text,
  old_duration double precision,
  new_duration double precision
) partition by list (generation);
create index on customer_bitmap_tail (workspace_id, writer);
create index on customer_bitmap_tail (writer);
create index on customer_bitmap_tail (workspace_id, id) where born = -1 or created_at = '-infinity';
create table customer_bitmap_tail_0 partition of customer_bitmap_tail for values in (0);
create table customer_bitmap_tail_1 partition of customer_bitmap_tail for values in (1);

select altiplano.isolate('customer_bitmap', 'workspace_id');
select altiplano.isolate('customer_bitmap_segment', 'workspace_id');
select altiplano.isolate('customer_bitmap_block', 'workspace_id');
select altiplano.isolate('customer_bitmap_duration', 'workspace_id');
select altiplano.isolate('customer_bitmap_duration_lows', 'workspace_id');
select altiplano.isolate('customer_bitmap_tail', 'workspace_id');
select altiplano.isolate('customer_bitmap_tail_0', 'workspace_id');
select altiplano.isolate('customer_bitmap_tail_1', 'workspace_id');

-- Settled rows whose duration is after `above` (or equal to it, `from_it`) and before `below` (or equal to it, `upto_it`); a null is
-- no bound. It runs as its owner, as bins are only found in time where row security is not in the way, and therefore
-- carries the tenant itself, and refuses one that is not the session's.
create function customer_bitmap_duration_between(of_tenant uuid, above double precision, from_it boolean, below double precision, upto_it boolean)
returns table (segment bigint, bits bit varying)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan rows 20 as $$
declare
  d record;
  b record;
  lower_bin integer;
  upper_bin integer;
  reached integer;
  result bit varying;
  lower bit varying;
begin
  perform altiplano.same_tenant(of_tenant);
  for d in select l.segment, l.width, l.whole, l.lows from customer_bitmap_duration_lows l where l.workspace_id = of_tenant loop
    lower_bin := nullif(case when above = 'NaN' then cardinality(d.lows) + 1 else width_bucket(above, d.lows) end - 1, -1);
    upper_bin := nullif(case when below = 'NaN' then cardinality(d.lows) + 1 else width_bucket(below, d.lows) end - 1, -1);
    lower := null;
    result := null;
    if lower_bin is not null then
      select bit_or(r.bits) filter (where not r.listed) as bits, bit_or(r.bits) filter (where r.listed) as own,
        max(r.middle) as middle, max(r.before) as before, max(r."values") as "values", max(r.slots) as slots
      into b
      from customer_bitmap_duration r
      where r.place = uuid_hash_extended(of_tenant, d.segment) # lower_bin::bigint
        and row (r.workspace_id, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, lower_bin);
      if lower_bin = upper_bin and b.slots is not null then
        segment := d.segment;
        bits := altiplano.bits_of(b.slots[coalesce(case when not (not from_it) then array_position(b."values", above) - 1 end, width_bucket(above, b."values")) + 1:coalesce(case when not upto_it then array_position(b."values", below) - 1 end, width_bucket(below, b."values"))], d.width);
        return next;
        continue;
      end if;
      if b.slots is null then
        -- Of a bin of one value all rows or none.
        result := case when (not from_it) or b.middle <> above then coalesce(b.bits | b.own, b.bits) else b.bits end;
      else
        reached := coalesce(case when not (not from_it) then array_position(b."values", above) - 1 end, width_bucket(above, b."values"));
        result := case
          when reached < b.before then b.bits & ~altiplano.bits_of(b.slots[reached + 1:b.before], d.width)
          else b.bits | altiplano.bits_of(b.slots[b.before + 1:reached], d.width)
        end;
      end if;
      lower := result;
    end if;
    if below is not null then
      continue when upper_bin is null; -- all values come after it
      if upper_bin is distinct from lower_bin then
        select bit_or(r.bits) filter (where not r.listed) as bits, bit_or(r.bits) filter (where r.listed) as own,
          max(r.middle) as middle, max(r.before) as before, max(r."values") as "values", max(r.slots) as slots
        into b
        from customer_bitmap_duration r
        where r.place = uuid_hash_extended(of_tenant, d.segment) # upper_bin::bigint
          and row (r.workspace_id, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, upper_bin);
      end if;
      if b.slots is null then
        -- Of a bin of one value all rows or none.
        result := case when upto_it or b.middle <> below then coalesce(b.bits | b.own, b.bits) else b.bits end;
      else
        reached := coalesce(case when not upto_it then array_position(b."values", below) - 1 end, width_bucket(below, b."values"));
        result := case
          when reached < b.before then b.bits & ~altiplano.bits_of(b.slots[reached + 1:b.before], d.width)
          else b.bits | altiplano.bits_of(b.slots[b.before + 1:reached], d.width)
        end;
      end if;
    elsif d.whole then
      result := ~"bit"(b'0', d.width, true);
    else
      select bit_or(r.bits) filter (where not r.listed) as bits, bit_or(r.bits) filter (where r.listed) as own,
        max(r.middle) as middle, max(r.before) as before, max(r."values") as "values", max(r.slots) as slots
      into b
      from customer_bitmap_duration r
      where r.place = uuid_hash_extended(of_tenant, d.segment) # cardinality(d.lows)::bigint
        and row (r.workspace_id, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, cardinality(d.lows));
      result := coalesce(b.bits | b.own, b.bits);
    end if;
    segment := d.segment;
    bits := case when lower is null then result else result & ~lower end;
    return next;
  end loop;
end $$;
revoke execute on function customer_bitmap_duration_between(uuid, double precision, boolean, double precision, boolean) from public;
do $$ begin execute format('grant execute on function customer_bitmap_duration_between(uuid, double precision, boolean, double precision, boolean) to %I', altiplano.app_role()); end $$;

create function customer_bitmap_duration_make(
  of_tenant uuid, of_segment bigint, of_width integer, is_whole boolean, all_values double precision[], all_slots integer[]
) returns void
language plpgsql set search_path from current set jit = off set work_mem = '32MB' as $$
begin
  delete from customer_bitmap_duration r where r.workspace_id = of_tenant and r.segment = of_segment;
  with pair as (
    select p.value, p.slot, rank() over (order by p.value) - 1 as rank, count(*) over (partition by p.value) as run,
      p.slot is null or p.value = 'NaN' as closes
    from (
      select u.value, u.slot from unnest(all_values, all_slots) u (value, slot)
      union all
      select null, null -- after all values: it has the last bin
    ) p
  ), ranked as (
    select p.*, p.closes or p.run > 600 as alone, p.rank / 525 as place,
      -- More rows than a bin holds, or so many of them that they would make another too large.
      p.run > 600 or (p.run > 75 and (p.rank + p.run - 1) / 525 > p.rank / 525) as apart
    from pair p
  ), binned as (
    select min(r.value) as low, min(r.rank) as rank, bool_or(r.closes) as closes, bool_or(r.alone) as alone,
      coalesce(array_agg(r.value order by r.value, r.slot) filter (where r.slot is not null), '{}') as "values",
      coalesce(array_agg(r.slot order by r.value, r.slot) filter (where r.slot is not null), '{}') as slots
    from ranked r
    group by case when not r.closes then r.place end, case when r.apart and not r.closes then r.rank end
  ), bin as (
    select (row_number() over (order by b.rank))::integer - 1 as bin, b.*,
      case when b.closes then 'NaN' when b.alone then b.low else b."values"[cardinality(b."values") / 2 + 1] end as middle
    from binned b
  ), middled as (
    select b.*, case when b.alone then 0 else array_position(b."values", b.middle) - 1 end as before from bin b
  ), halved as materialized (
    select m.*, altiplano.bits_of(m.slots[1:m.before], of_width) as first, altiplano.bits_of(m.slots[m.before + 1:], of_width) as rest
    from middled m
  ), upto as materialized (
    select h.*, coalesce(bit_or(h.first | h.rest) over (order by h.bin rows between unbounded preceding and 1 preceding),
      "bit"(b'0', of_width, true)) as start
    from halved h
  ), written as (
    insert into customer_bitmap_duration_lows as l (workspace_id, segment, width, whole, lows)
    select of_tenant, of_segment, of_width, is_whole, coalesce(array_agg(u.low order by u.bin) filter (where not u.closes), '{}') from upto u
    on conflict (workspace_id, segment) do update set width = excluded.width, whole = excluded.whole, lows = excluded.lows
  )
  insert into customer_bitmap_duration (workspace_id, segment, bin, listed, middle, bits, before, "values", slots)
  select of_tenant, of_segment, u.bin, false, u.middle, u.start | u.first, null, null, null
  from upto u
  union all
  select of_tenant, of_segment, u.bin, true, null, case when u.alone then u.rest end,
    case when not u.alone then u.before end, case when not u.alone then u."values" end, case when not u.alone then u.slots end
  from upto u
  where not u.closes or cardinality(u.slots) > 0;
end $$;
revoke execute on function customer_bitmap_duration_make(uuid, bigint, integer, boolean, double precision[], integer[]) from public;

create function customer_bitmap_duration_settle(of_tenant uuid, of_segment bigint, of_width integer, lacks boolean,
  gone double precision[], gone_slots integer[], came double precision[], came_slots integer[]) returns void
language plpgsql set search_path from current set enable_seqscan = off as $$
declare
  d customer_bitmap_duration_lows;
  went constant bit varying := altiplano.bits_of(gone_slots, of_width);
  alone integer[]; -- bins of one value
  fits boolean;
  one double precision;
  bin integer;
  change record;
begin
  select l.* into d from customer_bitmap_duration_lows l where l.workspace_id = of_tenant and l.segment = of_segment;
  select array_agg(r.bin) filter (where r.bits is not null) into alone from customer_bitmap_duration r where r.workspace_id = of_tenant and r.segment = of_segment and r.listed;
  alone := coalesce(alone, '{}');
  fits := d.segment is not null and cardinality(gone) + cardinality(came) <= 600;

  -- A value between a bin of one value and the next goes to the next, which then begins with it.
  if fits then
    foreach one in array came loop
      bin := case when one = 'NaN' then cardinality(d.lows) + 1 else width_bucket(one, d.lows) end - 1;
      if one = 'NaN' then
        fits := bin = any (alone);
        exit when not fits;
        continue;
      end if;
      if bin >= 0 and bin = any (alone) and d.lows[bin + 1] <> one or bin < 0 then
        bin := bin + 1;
        fits := bin < cardinality(d.lows) and bin <> all (alone);
        exit when not fits;
        d.lows[bin + 1] := one;
      end if;
    end loop;
  end if;
  fits := fits and not exists (
    select from customer_bitmap_duration r
    join (select case when c.value = 'NaN' then cardinality(d.lows) + 1 else width_bucket(c.value, d.lows) end - 1 as bin, count(*) as rows from unnest(came) c (value) group by 1) c on c.bin = r.bin
    where r.workspace_id = of_tenant and r.segment = of_segment and r.listed and cardinality(r.slots) + c.rows > 660);
  if not fits then
    perform customer_bitmap_duration_make(of_tenant, of_segment, of_width, coalesce(d.whole, true) and not lacks,
      array_agg(p.value), array_agg(p.slot))
    from (
      select v.value, v.slot
      from customer_bitmap_duration r cross join lateral unnest(r."values", r.slots) v (value, slot)
      where r.workspace_id = of_tenant and r.segment = of_segment and r.listed and get_bit(went, v.slot) = 0
      union all
      select coalesce(l.lows[r.bin + 1], 'NaN'), v.slot
      from customer_bitmap_duration r
      join customer_bitmap_duration_lows l on l.workspace_id = of_tenant and l.segment = of_segment
      cross join lateral (select r.bits & ~went as bits offset 0) own -- once: asked for a bit, stored ones are unpacked each time
      cross join lateral generate_series(0, of_width - 1) v (slot)
      where r.workspace_id = of_tenant and r.segment = of_segment and r.listed and r.bits is not null and get_bit(own.bits, v.slot) = 1
      union all
      select c.value, c.slot from unnest(came, came_slots) c (value, slot)
    ) p;
    return;
  end if;

  for change in
    select case when v.value = 'NaN' then cardinality(d.lows) + 1 else width_bucket(v.value, d.lows) end - 1 as bin,
      coalesce(array_agg(v.slot) filter (where not v.is_new), '{}') as gone,
      coalesce(array_agg(v.value) filter (where v.is_new), '{}') as came, coalesce(array_agg(v.slot) filter (where v.is_new), '{}') as came_slots
    from (
      select g.value, g.slot, false as is_new from unnest(gone, gone_slots) g (value, slot)
      union all
      select c.value, c.slot, true from unnest(came, came_slots) c (value, slot)
    ) v
    group by 1
  loop
    if change.bin = any (alone) then
      update customer_bitmap_duration r
      set bits = (r.bits & ~altiplano.bits_of(change.gone, of_width)) | altiplano.bits_of(change.came_slots, of_width)
      where r.workspace_id = of_tenant and r.segment = of_segment and r.bin = change.bin and r.listed;
    else
      update customer_bitmap_duration r
      set (before, "values", slots) = (
        select count(*) filter (where v.value < m.middle), coalesce(array_agg(v.value order by v.value, v.slot), '{}'),
          coalesce(array_agg(v.slot order by v.value, v.slot), '{}')
        from (
          select l.value, l.slot from unnest(r."values", r.slots) l (value, slot) where l.slot <> all (change.gone)
          union all
          select c.value, c.slot from unnest(change.came, change.came_slots) c (value, slot)
        ) v)
      from customer_bitmap_duration m
      where r.workspace_id = of_tenant and r.segment = of_segment and r.bin = change.bin and r.listed and m.workspace_id = of_tenant and m.segment = of_segment and m.bin = change.bin and not m.listed;
    end if;
  end loop;

  update customer_bitmap_duration r set bits = fresh.bits
  from (
    select o.bin, o.bits as old, (o.bits & ~went) | altiplano.bits_of(
      array(select c.slot from unnest(came, came_slots) c (value, slot) where c.value < o.middle is not false), of_width) as bits
    from customer_bitmap_duration o where o.workspace_id = of_tenant and o.segment = of_segment and not o.listed offset 0
  ) fresh
  where r.workspace_id = of_tenant and r.segment = of_segment and r.bin = fresh.bin and not r.listed and fresh.bits <> fresh.old;
  update customer_bitmap_duration_lows l set lows = d.lows, whole = d.whole and not lacks
  where l.workspace_id = of_tenant and l.segment = of_segment and (l.lows, l.whole) is distinct from (d.lows, d.whole and not lacks);
end $$;
revoke execute on function customer_bitmap_duration_settle(uuid, bigint, integer, boolean, double precision[], integer[], double precision[], integer[]) from public;

-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function customer_bitmap_unfolded(of_tenant uuid, since xid8, running xid8[]) returns setof customer_bitmap_tail
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from customer_bitmap_tail e
    where e.workspace_id = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function customer_bitmap_unfolded(uuid, xid8, xid8[]) from public;
do $$ begin execute format('grant execute on function customer_bitmap_unfolded(uuid, xid8, xid8[]) to %I', altiplano.app_role()); end $$;

create function customer_bitmap_piece(
  of_tenant uuid, of_segment bigint, from_at timestamp with time zone, from_id uuid, upto_at timestamp with time zone, upto_id uuid, most integer,
  out next_at timestamp with time zone, out next_id uuid
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
declare
  made_width integer;
  whole_1 boolean;
  values_1 double precision[];
  slots_1 integer[];
begin
  with source as materialized (
    select
      c.created_at, c.id,
      row_number() over (order by c.created_at, c.id)::integer - 1 as place,
      array[case when not c.is_deleted then 'live' end, coalesce('status=' || c.status, 'status'), coalesce('quality=' || c.quality, 'quality'), coalesce('call_status=' || c.call_status, 'call_status'), coalesce(altiplano.bounded_term('carrier=' || c.carrier), 'carrier'), case c.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end, case c.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end, coalesce('employee_id=' || c.employee_id::text, 'employee_id')] as terms,
      c.other_attributes,
      c.duration,
      coalesce(altiplano.fold(c.name), '') || chr(31) || coalesce(altiplano.fold(c.email), '') || chr(31) || coalesce(altiplano.fold(c.phone), '') as text
    from customer c
    where c.workspace_id = of_tenant
      and (c.created_at, c.id) >= (from_at, from_id)
      and (c.created_at, c.id) < (coalesce(upto_at, 'infinity'), coalesce(upto_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
    order by c.created_at, c.id
    limit most + 1
  ), size as materialized (
    select least(count(*), most) as rows, case when count(*) > 7168 then 61440 else 8192 end as width
    from source
  ), kept as (
    select r.*, r.place / 56 * 64 + r.place % 56 as slot from source r where r.place < most
  ), segment as (
    insert into customer_bitmap_segment (workspace_id, segment, low_created_at, low_id, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + 55) / 56),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (workspace_id, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into customer_bitmap_block (workspace_id, segment, block, low_created_at, low_id, created_ats, ids)
    select of_tenant, of_segment, b.block,
      case when b.block = 0 then from_at else b.created_ats[1] end, case when b.block = 0 then from_id else b.ids[1] end,
      b.created_ats, b.ids
    from (
      select k.place / 56 as block, array_agg(k.created_at order by k.place) as created_ats, array_agg(k.id order by k.place) as ids
      from kept k group by 1
      union all
      select 0, '{}', '{}' from size z where z.rows = 0
    ) b
  ), bits as (
    insert into customer_bitmap (workspace_id, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
      select unnest(k.terms), k.slot from kept k
      union all
      select a.term, k.slot from kept k cross join lateral altiplano.attribute_terms('other_attributes', k.other_attributes) a (term)
      union all
      select 'customer_campaign_labels=' || l.label_id, k.slot
      from kept k join customer_campaign_labels l on l.workspace_id = of_tenant and l.customer_id = k.id
      union all
      select g.term, k.slot from kept k cross join lateral altiplano.gram_terms(k.text) g (term)
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  select (select r.created_at from source r where r.place = most),
    (select r.id from source r where r.place = most),
    (select z.width from size z),
    count(k.duration) = count(*),
    array_agg(k.duration order by k.slot) filter (where k.duration is not null),
    array_agg(k.slot order by k.slot) filter (where k.duration is not null)
  into next_at, next_id, made_width, whole_1, values_1, slots_1
  from kept k;
  perform customer_bitmap_duration_make(of_tenant, of_segment, made_width, whole_1, values_1, slots_1);
end $$;
revoke execute on function customer_bitmap_piece(uuid, bigint, timestamp with time zone, uuid, timestamp with time zone, uuid, integer) from public;

-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function customer_bitmap_unwritten(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from customer_bitmap_tail d where d.workspace_id = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function customer_bitmap_unwritten(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function customer_bitmap_build(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last customer_bitmap_segment;
  rest record;
begin
  perform customer_bitmap_unwritten(of_tenant);
  insert into customer_bitmap_segment (workspace_id, segment, low_created_at, low_id, width, blocks, folded)
  select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '00000000-0000-0000-0000-000000000000', 8192, 0, '1:1:' -- nothing is visible in it
  where not exists (select from customer_bitmap_segment s where s.workspace_id = of_tenant)
  on conflict do nothing;
  select s.* into last from customer_bitmap_segment s where s.workspace_id = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := customer_bitmap_piece(of_tenant, last.segment, last.low_created_at, last.low_id, null, null, 53760);
  if rest.next_id is null then
    return false;
  end if;
  insert into customer_bitmap_segment (workspace_id, segment, low_created_at, low_id, width, blocks, folded)
  values (of_tenant, last.segment + 1099511627776, rest.next_at, rest.next_id, 8192, 0, '1:1:');
  return true;
end $$;
revoke execute on function customer_bitmap_build(uuid) from public;

create function customer_bitmap_replace(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first customer_bitmap_segment;
  after customer_bitmap_segment;
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from customer_bitmap_segment s
      where s.workspace_id = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment = replaced[1];
  select s.* into after from customer_bitmap_segment s
  where s.workspace_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from customer c
  where c.workspace_id = of_tenant and (c.created_at, c.id) >= (first.low_created_at, first.low_id)
    and (c.created_at, c.id) < (coalesce(after.low_created_at, 'infinity'), coalesce(after.low_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
  pieces := greatest(1, (held + 53759) / 53760);
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform customer_bitmap_renumber(of_tenant, after.segment);
    select s.* into after from customer_bitmap_segment s
    where s.workspace_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

  delete from customer_bitmap_segment t where t.workspace_id = of_tenant and t.segment = any (replaced);
  delete from customer_bitmap_block t where t.workspace_id = of_tenant and t.segment = any (replaced);
  delete from customer_bitmap_duration t where t.workspace_id = of_tenant and t.segment = any (replaced);
  delete from customer_bitmap_duration_lows t where t.workspace_id = of_tenant and t.segment = any (replaced);
  delete from customer_bitmap t
  where t.workspace_id = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := customer_bitmap_piece(of_tenant, fresh, first.low_created_at, first.low_id, after.low_created_at, after.low_id,
      least(53760, (held + pieces - 1) / pieces + 56)::integer);
    exit when rest.next_id is null;
    first.low_created_at := rest.next_at;
    first.low_id := rest.next_id;
    fresh := fresh + case when after is null then 1099511627776 else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function customer_bitmap_replace(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function customer_bitmap_renumber(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from customer_bitmap_segment s where s.workspace_id = of_tenant);
  old record;
begin
  perform from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + 1099511627776 * row_number() over (order by s.segment) as fresh
    from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment >= from_segment order by 1 desc
  loop
    update customer_bitmap_segment t set segment = old.fresh where t.workspace_id = of_tenant and t.segment = old.segment;
    update customer_bitmap_block t set segment = old.fresh where t.workspace_id = of_tenant and t.segment = old.segment;
    update customer_bitmap_duration t set segment = old.fresh where t.workspace_id = of_tenant and t.segment = old.segment;
    update customer_bitmap_duration_lows t set segment = old.fresh where t.workspace_id = of_tenant and t.segment = old.segment;
    update customer_bitmap t set segment = old.fresh where t.workspace_id = of_tenant and t.segment = old.segment;
  end loop;
end $$;
revoke execute on function customer_bitmap_renumber(uuid, bigint) from public;

create function customer_bitmap_rebuild(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform customer_bitmap_unwritten(of_tenant);
  perform customer_bitmap_replace(of_tenant, array[of_segment]);
end $$;
revoke execute on function customer_bitmap_rebuild(uuid, bigint) from public;

create function customer_bitmap_merge(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = 8192) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from customer_bitmap_segment s where s.workspace_id = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < 7 then
    return 0;
  end if;
  perform customer_bitmap_unwritten(of_tenant);
  perform customer_bitmap_replace(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function customer_bitmap_merge(uuid) from public;

create type customer_bitmap_entry as (
  segment bigint,
  block integer,
  slot integer,
  created_at timestamp with time zone,
  id uuid,
  born smallint,
  minus text[],
  plus text[],
  old_text text,
  new_text text,
  old_duration double precision,
  new_duration double precision
);

create function customer_bitmap_newcomers(of_tenant uuid, entries customer_bitmap_entry[])
returns table (segment bigint, block integer, place integer, created_at timestamp with time zone, id uuid)
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.ids) as taken, m.created_at, m.id,
      case when s.width = 8192 then s.blocks else 128 end as blocks -- a big one gets no more blocks
    from (
      select s.* from customer_bitmap_segment s where s.workspace_id = of_tenant order by s.segment desc limit 1
    ) s
    join customer_bitmap_block b on b.workspace_id = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
    left join lateral (
      select u.created_at, u.id from unnest(b.created_ats, b.ids) u (created_at, id) order by u.created_at desc, u.id desc limit 1
    ) m on true
  ), newcomer as (
    select e.segment, e.block, e.created_at, e.id
    from unnest(entries) e
    where e.slot is null
    group by 1, 2, 3, 4
    having sum(e.born) > 0
  ), marked as (
    select n.*, coalesce(n.segment = l.segment and n.block = l.block
                         and (l.id is null or (n.created_at, n.id) > (l.created_at, l.id)), false) as is_last
    from newcomer n left join last l on true
  ), inside as (
    select m.segment, m.block, m.created_at, m.id,
      (cardinality(b.ids) + row_number() over (partition by m.segment, m.block order by m.created_at, m.id) - 1)::integer as place
    from marked m
    join customer_bitmap_block b on b.workspace_id = of_tenant and b.segment = m.segment and b.block = m.block
    where not m.is_last
  ), behind as (
    select m.created_at, m.id, row_number() over (order by m.created_at, m.id) - 1 as place,
      l.taken + (select count(*) from inside i where i.segment = l.segment and i.block = l.block) as taken
    from marked m cross join last l
    where m.is_last
  )
  select i.segment, i.block, i.place, i.created_at, i.id from inside i
  union all
  select
    case when b.taken + b.place < 56 then l.segment else l.segment + 1099511627776 * (n.block / 128) end,
    case when b.taken + b.place < 56 then l.block else (n.block % 128)::integer end,
    case when b.taken + b.place < 56 then b.taken + b.place else n.place end::integer,
    b.created_at, b.id
  from behind b cross join last l
  cross join lateral (
    select l.blocks + (b.place - r.room) / 56 as block, (b.place - r.room) % 56 as place
    from (select greatest(0, 56 - b.taken) as room) r
  ) n
$$;
revoke execute on function customer_bitmap_newcomers(uuid, customer_bitmap_entry[]) from public;

create function customer_bitmap_settle(of_tenant uuid, entries customer_bitmap_entry[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places customer_bitmap_entry[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * 64 + n.place, n.created_at, n.id, null, null, null, null, null, null, null)::customer_bitmap_entry)
  into places
  from customer_bitmap_newcomers(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p.created_at order by p.slot) as created_ats, array_agg(p.id order by p.slot) as ids
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update customer_bitmap_block b set created_ats = b.created_ats || fresh.created_ats, ids = b.ids || fresh.ids
    where b.workspace_id = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into customer_bitmap_block (workspace_id, segment, block, low_created_at, low_id, created_ats, ids)
    values (of_tenant, fresh.segment, fresh.block, fresh.created_ats[1], fresh.ids[1], fresh.created_ats, fresh.ids);
    update customer_bitmap_segment s set blocks = fresh.block + 1
    where s.workspace_id = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into customer_bitmap_segment (workspace_id, segment, low_created_at, low_id, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.created_ats[1], fresh.ids[1], 8192, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), e.created_at, e.id,
      e.born, e.minus, e.plus, e.old_text, e.new_text, e.old_duration, e.new_duration)::customer_bitmap_entry
    from unnest(entries) e
    left join unnest(places) p on e.slot is null and (p.created_at, p.id) = (e.created_at, e.id)
    where coalesce(e.slot, p.slot) is not null -- neither came and went meanwhile, nor was it a link of a row that went
  );

  for change in
    select d.segment, d.term, s.width,
      array_agg(d.slot) filter (where d.sum < 0) as minus, array_agg(d.slot) filter (where d.sum > 0) as plus
    from (
      select t.segment, t.slot, t.term collate "C" as term, sum(t.sign) as sum
      from (
        select e.segment, e.slot, unnest(e.minus), -1 from unnest(entries) e
        union all
        select e.segment, e.slot, unnest(e.plus), 1 from unnest(entries) e
        union all
        select e.segment, e.slot, g.term, -1
        from unnest(entries) e cross join lateral (select distinct t from altiplano.gram_terms(e.old_text) t) g (term)
        where e.old_text is not null
        union all
        select e.segment, e.slot, g.term, 1
        from unnest(entries) e cross join lateral (select distinct t from altiplano.gram_terms(e.new_text) t) g (term)
        where e.new_text is not null
      ) t (segment, slot, term, sign)
      group by 1, 2, 3
      having sum(t.sign) <> 0
    ) d
    join customer_bitmap_segment s on s.workspace_id = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update customer_bitmap b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.workspace_id = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into customer_bitmap (workspace_id, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;


  for change in
    with moved as (
      select e.segment, v.value, e.slot, sum(v.sign) as sum
      from unnest(entries) e cross join lateral (values (e.old_duration, -1), (e.new_duration, 1)) v (value, sign)
      where v.value is not null
      group by 1, 2, 3
      having sum(v.sign) <> 0
    ), lacking as (
      select distinct e.segment from unnest(entries) e
      where e.new_duration is null and (e.born > 0 or e.born = 0 and e.old_duration is not null)
    )
    select s.segment, s.width, s.segment in (select l.segment from lacking l) as lacks,
      array_agg(m.value) filter (where m.sum < 0) as gone, array_agg(m.slot) filter (where m.sum < 0) as gone_slots,
      array_agg(m.value) filter (where m.sum > 0) as came, array_agg(m.slot) filter (where m.sum > 0) as came_slots
    from customer_bitmap_segment s
    left join moved m on m.segment = s.segment
    where s.workspace_id = of_tenant and (m.segment is not null or s.segment in (select l.segment from lacking l))
    group by s.segment, s.width
  loop
    perform customer_bitmap_duration_settle(of_tenant, change.segment, change.width, change.lacks,
      coalesce(change.gone, '{}'), coalesce(change.gone_slots, '{}'), coalesce(change.came, '{}'), coalesce(change.came_slots, '{}'));
  end loop;
end $$;
revoke execute on function customer_bitmap_settle(uuid, customer_bitmap_entry[], pg_snapshot) from public;

create function customer_bitmap_fold(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries customer_bitmap_entry[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where r.name = 'customer_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_bitmap'::regclass) and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into customer_bitmap_segment (workspace_id, segment, low_created_at, low_id, width, blocks, folded)
    select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '00000000-0000-0000-0000-000000000000', 8192, 1, '1:1:' -- nothing is visible in it
    where not exists (select from customer_bitmap_segment s where s.workspace_id = of_tenant)
      and exists (select from customer_bitmap_tail d where d.workspace_id = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into customer_bitmap_block (workspace_id, segment, block, low_created_at, low_id, created_ats, ids)
  select of_tenant, m.segment, 0, '-infinity', '00000000-0000-0000-0000-000000000000', '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from customer_bitmap_segment s where s.workspace_id = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
    select d.* from customer_bitmap_tail_0 d
    where d.workspace_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment = any (held))))
    union all
    select d.* from customer_bitmap_tail_1 d
    where d.workspace_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from customer_bitmap_segment s where s.workspace_id = of_tenant and s.segment = any (held))))
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      d.created_at, d.id, d.born, d.minus, d.plus, d.old_text, d.new_text, d.old_duration, d.new_duration, d.writer
    from tail d
    left join customer_bitmap_segment s on s.workspace_id = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, d.id)]
      when d.created_at then array_position(b.ids, d.id)
      else (select i from unnest(array_positions(b.ids, d.id)) i where b.created_ats[i] = d.created_at)
    end as slot
      from customer_bitmap_block b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.workspace_id = of_tenant and (b.low_created_at, b.low_id) <= (d.created_at, d.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, e.created_at, e.id, e.born, e.minus, e.plus, e.old_text, e.new_text, e.old_duration, e.new_duration)::customer_bitmap_entry),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join customer_bitmap_segment s on s.workspace_id = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from customer_bitmap_tail d where d.workspace_id = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > 8192 and not is_writer
    union
    select n.segment from customer_bitmap_newcomers(of_tenant, entries) n where n.place >= 64
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform customer_bitmap_settle(of_tenant, entries, snapshot);
  end if;
  update customer_bitmap_segment s set folded = snapshot where s.workspace_id = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform customer_bitmap_replace(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function customer_bitmap_fold(uuid) from public;

create function customer_bitmap_pending(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where r.name = 'customer_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_bitmap'::regclass));
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.workspace_id, count(*), min(d.noted_at)
  from (
    select d.workspace_id, d.created_at, d.id, d.writer, d.noted_at from customer_bitmap_tail_0 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
    union all
    select d.workspace_id, d.created_at, d.id, d.writer, d.noted_at from customer_bitmap_tail_1 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
  ) d
  left join lateral (
    select s.folded from customer_bitmap_segment s
    where s.workspace_id = d.workspace_id and (s.low_created_at, s.low_id) <= (d.created_at, d.id)
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function customer_bitmap_pending(integer) from public;

-- Past 20000 unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function customer_bitmap_bound(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from customer_bitmap_segment s where s.workspace_id = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
      select from customer_bitmap_tail_0 d
      where d.workspace_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
      union all
      select from customer_bitmap_tail_1 d
      where d.workspace_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
    ) d limit 20001
  ) d;
  if waiting > 20000
     and exists (select from altiplano.bitmap r
                 where r.name = 'customer_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'customer_bitmap'::regclass) and r.state = 'ready') then
    begin
      perform customer_bitmap_fold(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function customer_bitmap_bound(uuid) from public;

create function customer_bitmap_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, born, plus, new_text, new_duration)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    n.workspace_id, n.created_at, n.id, 1,
    array_remove(array[
      case when not n.is_deleted then 'live' end,
      coalesce('status=' || n.status, 'status'),
      coalesce('quality=' || n.quality, 'quality'),
      coalesce('call_status=' || n.call_status, 'call_status'),
      coalesce(altiplano.bounded_term('carrier=' || n.carrier), 'carrier'),
      case n.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end,
      case n.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end,
      coalesce('employee_id=' || n.employee_id::text, 'employee_id')
    ], null)
    || array(select t from altiplano.attribute_terms('other_attributes', n.other_attributes) t),
    coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.email), '') || chr(31) || coalesce(altiplano.fold(n.phone), ''),
    n.duration
  from new_rows n;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_bitmap_bound(t.workspace_id) from (select distinct r.workspace_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function customer_bitmap_update() returns trigger
language plpgsql security definer set search_path from current
set enable_seqscan = off as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.created_at = o.created_at and n.id = o.id
  where (o.id, o.is_deleted, o.status, o.quality, o.call_status, o.carrier, o.is_test, o.checked, o.employee_id, o.duration, o.name, o.email, o.phone, o.other_attributes::text)
    is distinct from (n.id, n.is_deleted, n.status, n.quality, n.call_status, n.carrier, n.is_test, n.checked, n.employee_id, n.duration, n.name, n.email, n.phone, n.other_attributes::text);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, minus, plus, old_text, new_text, old_duration, new_duration)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    n.workspace_id, n.created_at, n.id, p.segment, p.slot,
    array_remove(array[
      case when o.is_deleted is distinct from n.is_deleted then case when not o.is_deleted then 'live' end end,
      case when o.status is distinct from n.status then coalesce('status=' || o.status, 'status') end,
      case when o.quality is distinct from n.quality then coalesce('quality=' || o.quality, 'quality') end,
      case when o.call_status is distinct from n.call_status then coalesce('call_status=' || o.call_status, 'call_status') end,
      case when o.carrier is distinct from n.carrier then coalesce(altiplano.bounded_term('carrier=' || o.carrier), 'carrier') end,
      case when o.is_test is distinct from n.is_test then case o.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end end,
      case when o.checked is distinct from n.checked then case o.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end end,
      case when o.employee_id is distinct from n.employee_id then coalesce('employee_id=' || o.employee_id::text, 'employee_id') end
    ], null)
    || case when o.other_attributes::text is distinct from n.other_attributes::text then
      altiplano.other_attributes('other_attributes', o.other_attributes, n.other_attributes) end,
    array_remove(array[
      case when o.is_deleted is distinct from n.is_deleted then case when not n.is_deleted then 'live' end end,
      case when o.status is distinct from n.status then coalesce('status=' || n.status, 'status') end,
      case when o.quality is distinct from n.quality then coalesce('quality=' || n.quality, 'quality') end,
      case when o.call_status is distinct from n.call_status then coalesce('call_status=' || n.call_status, 'call_status') end,
      case when o.carrier is distinct from n.carrier then coalesce(altiplano.bounded_term('carrier=' || n.carrier), 'carrier') end,
      case when o.is_test is distinct from n.is_test then case n.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end end,
      case when o.checked is distinct from n.checked then case n.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end end,
      case when o.employee_id is distinct from n.employee_id then coalesce('employee_id=' || n.employee_id::text, 'employee_id') end
    ], null)
    || case when o.other_attributes::text is distinct from n.other_attributes::text then
      altiplano.other_attributes('other_attributes', n.other_attributes, o.other_attributes) end,
    case when (o.name, o.email, o.phone) is distinct from (n.name, n.email, n.phone) then coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.email), '') || chr(31) || coalesce(altiplano.fold(o.phone), '') end,
    case when (o.name, o.email, o.phone) is distinct from (n.name, n.email, n.phone) then coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.email), '') || chr(31) || coalesce(altiplano.fold(n.phone), '') end,
    case when o.duration is distinct from n.duration then o.duration end,
    case when o.duration is distinct from n.duration then n.duration end
  from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.created_at = o.created_at and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
        when o.created_at then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
      end as slot
      from customer_bitmap_block b
      where b.workspace_id = o.workspace_id and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.is_deleted, o.status, o.quality, o.call_status, o.carrier, o.is_test, o.checked, o.employee_id, o.duration, o.name, o.email, o.phone, o.other_attributes::text)
    is distinct from (n.id, n.is_deleted, n.status, n.quality, n.call_status, n.carrier, n.is_test, n.checked, n.employee_id, n.duration, n.name, n.email, n.phone, n.other_attributes::text);
  if moved then
    insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, born, minus, old_text, old_duration)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
      o.workspace_id, o.created_at, o.id, p.segment, p.slot, -1,
      array_remove(array[
        case when not o.is_deleted then 'live' end,
        coalesce('status=' || o.status, 'status'),
        coalesce('quality=' || o.quality, 'quality'),
        coalesce('call_status=' || o.call_status, 'call_status'),
        coalesce(altiplano.bounded_term('carrier=' || o.carrier), 'carrier'),
        case o.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end,
        case o.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end,
        coalesce('employee_id=' || o.employee_id::text, 'employee_id')
      ], null)
      || array(select t from altiplano.attribute_terms('other_attributes', o.other_attributes) t),
      coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.email), '') || chr(31) || coalesce(altiplano.fold(o.phone), ''),
      o.duration
    from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.created_at = o.created_at and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
          when o.created_at then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
        end as slot
        from customer_bitmap_block b
        where b.workspace_id = o.workspace_id and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
        order by b.low_created_at desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into customer_bitmap_tail (generation, workspace_id, created_at, id, born, plus, new_text, new_duration)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
      n.workspace_id, n.created_at, n.id, 1,
      array_remove(array[
        case when not n.is_deleted then 'live' end,
        coalesce('status=' || n.status, 'status'),
        coalesce('quality=' || n.quality, 'quality'),
        coalesce('call_status=' || n.call_status, 'call_status'),
        coalesce(altiplano.bounded_term('carrier=' || n.carrier), 'carrier'),
        case n.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end,
        case n.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end,
        coalesce('employee_id=' || n.employee_id::text, 'employee_id')
      ], null)
      || array(select t from altiplano.attribute_terms('other_attributes', n.other_attributes) t),
      coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.email), '') || chr(31) || coalesce(altiplano.fold(n.phone), ''),
      n.duration
    from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.created_at = o.created_at and n.id = o.id
    where o.id is null;
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'rows of % are moved under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
        hint = 'Their links move with them, and this snapshot may be older than one: begin isolation level read committed;';
    end if;
    -- Links changed by this very statement are noted by their own triggers where the row stands now, and would be noted twice:
    -- those that come after this one look for the mark, those that came before have left entries.
    perform set_config('altiplano.moved', statement_timestamp()::text, true)
    where exists (select from (
      select n.workspace_id, n.id, o.created_at as old_at, n.created_at as new_at
      from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.id = o.id
      where (o.id is null) = (n.id is null) and o.created_at is distinct from n.created_at
      offset 0
    ) m);
    if exists (
      select m.workspace_id, m.id, m.new_at from (
      select n.workspace_id, n.id, o.created_at as old_at, n.created_at as new_at
      from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.id = o.id
      where (o.id is null) = (n.id is null) and o.created_at is distinct from n.created_at
      offset 0
    ) m
      intersect
      select d.workspace_id, d.id, d.created_at from customer_bitmap_tail d
      where d.writer = pg_current_xact_id() and d.noted_at >= statement_timestamp() and d.born = 0) then
      raise exception 'rows of customer are moved and linked in statements of their own' using errcode = 'feature_not_supported',
        hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
    end if;
    insert into customer_bitmap_tail (generation, workspace_id, created_at, id, minus, plus)
    select coalesce((
      select r.generation from altiplano.bitmap r
      where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
      m.workspace_id, s.created_at, m.id, s.minus, s.plus
    from (
    select n.workspace_id, n.id, o.created_at as old_at, n.created_at as new_at
    from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.id = o.id
    where (o.id is null) = (n.id is null) and o.created_at is distinct from n.created_at
    offset 0
  ) m
    cross join lateral (
      select array_agg(k.term) as terms
      from (
        select 'customer_campaign_labels=' || l.label_id as term
        from customer_campaign_labels l where l.workspace_id = m.workspace_id and l.customer_id = m.id
      ) k
    ) k
    cross join lateral (values (m.old_at, k.terms, null), (m.new_at, null, k.terms)) s (created_at, minus, plus)
    where k.terms is not null;
    update customer_bitmap_tail d set created_at = o.created_at
    from (
      select o.workspace_id, o.created_at, o.id
      from old_rows o full join new_rows n on n.workspace_id = o.workspace_id and n.id = o.id
      where n.id is null
      offset 0
    ) o
    cross join lateral (
      select e.tableoid as part, e.ctid as entry
      from customer_bitmap_tail e
      where e.workspace_id = o.workspace_id and e.id = o.id and e.created_at = '-infinity' and e.writer is not distinct from pg_current_xact_id()
      offset 0
    ) e
    where d.tableoid = e.part and d.ctid = e.entry;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_bitmap_bound(t.workspace_id) from (select distinct r.workspace_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function customer_bitmap_delete() returns trigger
language plpgsql security definer set search_path from current
set enable_seqscan = off as $$
begin
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, born, minus, old_text, old_duration)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    o.workspace_id, o.created_at, o.id, p.segment, p.slot, -1,
    array_remove(array[
      case when not o.is_deleted then 'live' end,
      coalesce('status=' || o.status, 'status'),
      coalesce('quality=' || o.quality, 'quality'),
      coalesce('call_status=' || o.call_status, 'call_status'),
      coalesce(altiplano.bounded_term('carrier=' || o.carrier), 'carrier'),
      case o.is_test when true then 'is_test=true' when false then 'is_test=false' else 'is_test' end,
      case o.checked when true then 'checked=true' when false then 'checked=false' else 'checked' end,
      coalesce('employee_id=' || o.employee_id::text, 'employee_id')
    ], null)
    || array(select t from altiplano.attribute_terms('other_attributes', o.other_attributes) t),
    coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.email), '') || chr(31) || coalesce(altiplano.fold(o.phone), ''),
    o.duration
  from old_rows o
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
        when o.created_at then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
      end as slot
      from customer_bitmap_block b
      where b.workspace_id = o.workspace_id and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  update customer_bitmap_tail d set created_at = o.created_at
  from old_rows o
  cross join lateral (
    select e.tableoid as part, e.ctid as entry
    from customer_bitmap_tail e
    where e.workspace_id = o.workspace_id and e.id = o.id and e.created_at = '-infinity' and e.writer is not distinct from pg_current_xact_id()
    offset 0
  ) e
  where d.tableoid = e.part and d.ctid = e.entry;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_bitmap_bound(t.workspace_id) from (select distinct r.workspace_id from old_rows r order by 1) t;
  end if;
  return null;
end $$;

revoke execute on function customer_bitmap_insert(), customer_bitmap_update(), customer_bitmap_delete() from public;

create trigger altiplano_customer_bitmap_insert after insert on customer
  referencing new table as new_rows for each statement execute function customer_bitmap_insert();
create trigger altiplano_customer_bitmap_update after update on customer
  referencing old table as old_rows new table as new_rows for each statement execute function customer_bitmap_update();
create trigger altiplano_customer_bitmap_delete after delete on customer
  referencing old table as old_rows for each statement execute function customer_bitmap_delete();

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function customer_bitmap_link_1_insert() returns trigger -- customer_campaign_labels
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from new_rows l
    join customer_bitmap_tail d on d.workspace_id = l.workspace_id and d.id = l.customer_id and d.born = -1
    join customer c on c.workspace_id = d.workspace_id and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of customer are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    k.workspace_id, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.workspace_id, l.customer_id as id, l.terms, c.created_at
    from (
      select l.workspace_id, l.customer_id, array_agg('customer_campaign_labels=' || l.label_id) as terms
      from new_rows l
      group by 1, 2
    ) l
    cross join lateral (
      select c.created_at from customer c
      where c.workspace_id = l.workspace_id and c.id = l.customer_id
      for key share
    ) c
  ) k
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, k.id)]
        when k.created_at then array_position(b.ids, k.id)
        else (select i from unnest(array_positions(b.ids, k.id)) i where b.created_ats[i] = k.created_at)
      end as slot
      from customer_bitmap_block b
      where b.workspace_id = k.workspace_id and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_bitmap_bound(t.workspace_id) from (select distinct r.workspace_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function customer_bitmap_link_1_update() returns trigger -- customer_campaign_labels
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from new_rows l
    join customer_bitmap_tail d on d.workspace_id = l.workspace_id and d.id = l.customer_id and d.born = -1
    join customer c on c.workspace_id = d.workspace_id and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of customer are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    k.workspace_id, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.workspace_id, l.customer_id as id, l.terms, coalesce(c.created_at, g.created_at, '-infinity') as created_at
    from (
      select l.workspace_id, l.customer_id, array_agg('customer_campaign_labels=' || l.label_id) as terms
      from (
      select a.workspace_id, a.customer_id, a.label_id from old_rows a
      except all select b.workspace_id, b.customer_id, b.label_id from new_rows b
    ) l
      group by 1, 2
    ) l
    left join lateral (
      select c.created_at from customer c
      where c.workspace_id = l.workspace_id and c.id = l.customer_id
      for key share
    ) c on true
    left join lateral (
      select d.created_at from customer_bitmap_tail d
      where c.created_at is null and d.workspace_id = l.workspace_id and d.id = l.customer_id
        and d.born = -1 and d.writer is not distinct from pg_current_xact_id()
      order by d.noted_at desc limit 1
    ) g on true
  ) k
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, k.id)]
        when k.created_at then array_position(b.ids, k.id)
        else (select i from unnest(array_positions(b.ids, k.id)) i where b.created_ats[i] = k.created_at)
      end as slot
      from customer_bitmap_block b
      where b.workspace_id = k.workspace_id and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    k.workspace_id, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.workspace_id, l.customer_id as id, l.terms, c.created_at
    from (
      select l.workspace_id, l.customer_id, array_agg('customer_campaign_labels=' || l.label_id) as terms
      from (
      select a.workspace_id, a.customer_id, a.label_id from new_rows a
      except all select b.workspace_id, b.customer_id, b.label_id from old_rows b
    ) l
      group by 1, 2
    ) l
    cross join lateral (
      select c.created_at from customer c
      where c.workspace_id = l.workspace_id and c.id = l.customer_id
      for key share
    ) c
  ) k
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, k.id)]
        when k.created_at then array_position(b.ids, k.id)
        else (select i from unnest(array_positions(b.ids, k.id)) i where b.created_ats[i] = k.created_at)
      end as slot
      from customer_bitmap_block b
      where b.workspace_id = k.workspace_id and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_bitmap_bound(t.workspace_id) from (select distinct r.workspace_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function customer_bitmap_link_1_delete() returns trigger -- customer_campaign_labels
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from old_rows l
    join customer_bitmap_tail d on d.workspace_id = l.workspace_id and d.id = l.customer_id and d.born = -1
    join customer c on c.workspace_id = d.workspace_id and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of customer are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into customer_bitmap_tail (generation, workspace_id, created_at, id, segment, slot, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'customer_bitmap'), 0),
    k.workspace_id, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.workspace_id, l.customer_id as id, l.terms, coalesce(c.created_at, g.created_at, '-infinity') as created_at
    from (
      select l.workspace_id, l.customer_id, array_agg('customer_campaign_labels=' || l.label_id) as terms
      from old_rows l
      group by 1, 2
    ) l
    left join lateral (
      select c.created_at from customer c
      where c.workspace_id = l.workspace_id and c.id = l.customer_id
      for key share
    ) c on true
    left join lateral (
      select d.created_at from customer_bitmap_tail d
      where c.created_at is null and d.workspace_id = l.workspace_id and d.id = l.customer_id
        and d.born = -1 and d.writer is not distinct from pg_current_xact_id()
      order by d.noted_at desc limit 1
    ) g on true
  ) k
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, k.id)]
        when k.created_at then array_position(b.ids, k.id)
        else (select i from unnest(array_positions(b.ids, k.id)) i where b.created_ats[i] = k.created_at)
      end as slot
      from customer_bitmap_block b
      where b.workspace_id = k.workspace_id and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform customer_bitmap_bound(t.workspace_id) from (select distinct r.workspace_id from old_rows r order by 1) t;
  end if;
  return null;
end $$;

create function customer_bitmap_link_1_truncate() returns trigger -- customer_campaign_labels
language plpgsql security definer set search_path from current as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception '% is truncated under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
      hint = 'This snapshot may be older than a link: begin isolation level read committed;';
  end if;
  lock table customer_bitmap_segment in share row exclusive mode; -- no fold meanwhile
  delete from customer_bitmap b where b.term >= 'customer_campaign_labels=' and b.term < 'customer_campaign_labels>';
  -- Nobody has a link in an open transaction: the table is locked.
  update customer_bitmap_tail d
  set minus = array(select t.term from unnest(d.minus) t (term) where not (t.term collate "C" >= 'customer_campaign_labels=' and t.term collate "C" < 'customer_campaign_labels>')),
      plus = array(select t.term from unnest(d.plus) t (term) where not (t.term collate "C" >= 'customer_campaign_labels=' and t.term collate "C" < 'customer_campaign_labels>'))
  where exists (select from unnest(d.minus || d.plus) t (term) where t.term collate "C" >= 'customer_campaign_labels=' and t.term collate "C" < 'customer_campaign_labels>');
  return null;
end $$;

revoke execute on function customer_bitmap_link_1_insert(), customer_bitmap_link_1_update(), customer_bitmap_link_1_delete(), customer_bitmap_link_1_truncate() from public;

create trigger altiplano_customer_bitmap_insert after insert on customer_campaign_labels
  referencing new table as new_rows for each statement execute function customer_bitmap_link_1_insert();
create trigger altiplano_customer_bitmap_update after update on customer_campaign_labels
  referencing old table as old_rows new table as new_rows for each statement execute function customer_bitmap_link_1_update();
create trigger altiplano_customer_bitmap_delete after delete on customer_campaign_labels
  referencing old table as old_rows for each statement execute function customer_bitmap_link_1_delete();
create trigger altiplano_customer_bitmap_truncate after truncate on customer_campaign_labels
  for each statement execute function customer_bitmap_link_1_truncate();

create function customer_bitmap_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate customer_bitmap, customer_bitmap_segment, customer_bitmap_block, customer_bitmap_duration, customer_bitmap_duration_lows, customer_bitmap_tail;
  return null;
end $$;
revoke execute on function customer_bitmap_truncate() from public;
create trigger altiplano_customer_bitmap_truncate after truncate on customer
  for each statement execute function customer_bitmap_truncate();

insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), 'customer_bitmap', '{"tenant":"workspace_id","table":"customer","key":"id","deleted":"is_deleted","order":"created_at","columns":["status","quality","call_status","carrier","is_test","checked","employee_id"],"ranges":["duration"],"links":[{"link":"customer_campaign_labels","parent":"customer_id","target":"label_id"}],"attributes":["other_attributes"],"search":["name","email","phone"]}');

-- Down Migration
drop trigger altiplano_customer_bitmap_truncate on customer;
drop function customer_bitmap_truncate();
drop trigger altiplano_customer_bitmap_insert on customer_campaign_labels;
drop function customer_bitmap_link_1_insert();
drop trigger altiplano_customer_bitmap_update on customer_campaign_labels;
drop function customer_bitmap_link_1_update();
drop trigger altiplano_customer_bitmap_delete on customer_campaign_labels;
drop function customer_bitmap_link_1_delete();
drop trigger altiplano_customer_bitmap_truncate on customer_campaign_labels;
drop function customer_bitmap_link_1_truncate();
drop trigger altiplano_customer_bitmap_insert on customer;
drop function customer_bitmap_insert();
drop trigger altiplano_customer_bitmap_update on customer;
drop function customer_bitmap_update();
drop trigger altiplano_customer_bitmap_delete on customer;
drop function customer_bitmap_delete();
drop function customer_bitmap_bound(uuid);
drop function customer_bitmap_unfolded(uuid, xid8, xid8[]);
drop function customer_bitmap_pending(integer);
drop function customer_bitmap_fold(uuid);
drop function customer_bitmap_settle(uuid, customer_bitmap_entry[], pg_snapshot);
drop function customer_bitmap_newcomers(uuid, customer_bitmap_entry[]);
drop function customer_bitmap_merge(uuid);
drop function customer_bitmap_rebuild(uuid, bigint);
drop function customer_bitmap_renumber(uuid, bigint);
drop function customer_bitmap_replace(uuid, bigint[]);
drop function customer_bitmap_build(uuid);
drop function customer_bitmap_unwritten(uuid);
drop function customer_bitmap_piece(uuid, bigint, timestamp with time zone, uuid, timestamp with time zone, uuid, integer);
drop function customer_bitmap_duration_between(uuid, double precision, boolean, double precision, boolean);
drop function customer_bitmap_duration_make(uuid, bigint, integer, boolean, double precision[], integer[]);
drop function customer_bitmap_duration_settle(uuid, bigint, integer, boolean, double precision[], integer[], double precision[], integer[]);
drop type customer_bitmap_entry;
drop table customer_bitmap_tail;
drop table customer_bitmap_duration;
drop table customer_bitmap_duration_lows;
drop table customer_bitmap_block;
drop table customer_bitmap_segment;
drop table customer_bitmap;
delete from altiplano.bitmap where schema_name = current_schema() and name = 'customer_bitmap';
