-- Bitmaps: the rows that have a term as bits in page order, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/bitmap).
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- product_bitmap: which rows of product have which term.

-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table product_bitmap_segment (
  tenant_key uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  low_created_at timestamp with time zone not null,
  low_id uuid not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (tenant_key, segment),
  unique (tenant_key, low_created_at, low_id)
) with (fillfactor = 50);

-- The rows of 64 slots each: slot = 64 * block + place in the arrays. Blocks ascend in key, places do not.
create table product_bitmap_block (
  tenant_key uuid not null,
  segment bigint not null,
  block integer not null,
  low_created_at timestamp with time zone not null,
  low_id uuid not null,
  created_ats timestamp with time zone[] not null,
  ids uuid[] not null,
  primary key (tenant_key, segment, block)
) with (fillfactor = 85);
create index on product_bitmap_block (tenant_key, low_created_at, low_id) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table product_bitmap (
  tenant_key uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (tenant_key, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table product_bitmap alter column bits set storage main, alter column term set storage plain;

-- Where the bins of a segment begin: bin 0 at lows[1]. Whether all rows have a value: then there is no need to look which.
create table product_bitmap_price_lows (
  tenant_key uuid not null,
  segment bigint not null,
  width integer not null,
  whole boolean not null,
  lows numeric(12,2)[] not null,
  primary key (tenant_key, segment)
) with (fillfactor = 60);

-- Two rows a bin: one has the bits of rows whose value is before its middle, the other lists its own rows, of which so many
-- are before the middle; or it has the bits of those, where all have one value.
create table product_bitmap_price (
  tenant_key uuid not null,
  segment bigint not null,
  bin integer not null,
  listed boolean not null,
  place bigint not null generated always as (uuid_hash_extended(tenant_key, segment) # bin::bigint) stored,
  middle numeric(12,2),
  bits bit varying,
  before integer,
  "values" numeric(12,2)[],
  slots integer[],
  primary key (tenant_key, segment, bin, listed)
);
-- One page instead of three: a tree is descended once for each segment.
create index on product_bitmap_price using hash (place) with (fillfactor = 50);
alter table product_bitmap_price
  alter column bits set storage main, alter column "values" set storage main, alter column slots set storage main;

-- Where the bins of a segment begin: bin 0 at lows[1]. Whether all rows have a value: then there is no need to look which.
create table product_bitmap_average_rating_lows (
  tenant_key uuid not null,
  segment bigint not null,
  width integer not null,
  whole boolean not null,
  lows numeric(3,2)[] not null,
  primary key (tenant_key, segment)
) with (fillfactor = 60);

-- Two rows a bin: one has the bits of rows whose value is before its middle, the other lists its own rows, of which so many
-- are before the middle; or it has the bits of those, where all have one value.
create table product_bitmap_average_rating (
  tenant_key uuid not null,
  segment bigint not null,
  bin integer not null,
  listed boolean not null,
  place bigint not null generated always as (uuid_hash_extended(tenant_key, segment) # bin::bigint) stored,
  middle numeric(3,2),
  bits bit varying,
  before integer,
  "values" numeric(3,2)[],
  slots integer[],
  primary key (tenant_key, segment, bin, listed)
);
-- One page instead of three: a tree is descended once for each segment.
create index on product_bitmap_average_rating using hash (place) with (fillfactor = 50);
alter table product_bitmap_average_rating
  alter column bits set storage main, alter column "values" set storage main, alter column slots set storage main;

-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table product_bitmap_tail (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  created_at timestamp with time zone not null, -- '-infinity': links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  tenant_key uuid not null,
  id uuid not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text,
  old_price numeric(12,2),
  new_price numeric(12,2),
  old_average_rating numeric(3,2),
  new_average_rating numeric(3,2)
) partition by list (generation);
create index on product_bitmap_tail (tenant_key, writer);
create index on product_bitmap_tail (writer);
create index on product_bitmap_tail (tenant_key, id) where born = -1 or created_at = '-infinity';
create table product_bitmap_tail_0 partition of product_bitmap_tail for values in (0);
create table product_bitmap_tail_1 partition of product_bitmap_tail for values in (1);

select altiplano.isolate('product_bitmap', 'tenant_key');
select altiplano.isolate('product_bitmap_segment', 'tenant_key');
select altiplano.isolate('product_bitmap_block', 'tenant_key');
select altiplano.isolate('product_bitmap_price', 'tenant_key');
select altiplano.isolate('product_bitmap_price_lows', 'tenant_key');
select altiplano.isolate('product_bitmap_average_rating', 'tenant_key');
select altiplano.isolate('product_bitmap_average_rating_lows', 'tenant_key');
select altiplano.isolate('product_bitmap_tail', 'tenant_key');
select altiplano.isolate('product_bitmap_tail_0', 'tenant_key');
select altiplano.isolate('product_bitmap_tail_1', 'tenant_key');

-- Settled rows whose price is after `above` (or equal to it, `from_it`) and before `below` (or equal to it, `upto_it`); a null is
-- no bound. It runs as its owner, as bins are only found in time where row security is not in the way, and therefore
-- carries the tenant itself, and refuses one that is not the session's.
create function product_bitmap_price_between(of_tenant uuid, above numeric, from_it boolean, below numeric, upto_it boolean)
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
  for d in select l.segment, l.width, l.whole, l.lows from product_bitmap_price_lows l where l.tenant_key = of_tenant loop
    lower_bin := nullif(case when above = 'NaN' then cardinality(d.lows) + 1 else width_bucket(above, d.lows) end - 1, -1);
    upper_bin := nullif(case when below = 'NaN' then cardinality(d.lows) + 1 else width_bucket(below, d.lows) end - 1, -1);
    lower := null;
    result := null;
    if lower_bin is not null then
      select bit_or(r.bits) filter (where not r.listed) as bits, bit_or(r.bits) filter (where r.listed) as own,
        max(r.middle) as middle, max(r.before) as before, max(r."values") as "values", max(r.slots) as slots
      into b
      from product_bitmap_price r
      where r.place = uuid_hash_extended(of_tenant, d.segment) # lower_bin::bigint
        and row (r.tenant_key, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, lower_bin);
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
        from product_bitmap_price r
        where r.place = uuid_hash_extended(of_tenant, d.segment) # upper_bin::bigint
          and row (r.tenant_key, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, upper_bin);
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
      from product_bitmap_price r
      where r.place = uuid_hash_extended(of_tenant, d.segment) # cardinality(d.lows)::bigint
        and row (r.tenant_key, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, cardinality(d.lows));
      result := coalesce(b.bits | b.own, b.bits);
    end if;
    segment := d.segment;
    bits := case when lower is null then result else result & ~lower end;
    return next;
  end loop;
end $$;
revoke execute on function product_bitmap_price_between(uuid, numeric, boolean, numeric, boolean) from public;
do $$ begin execute format('grant execute on function product_bitmap_price_between(uuid, numeric, boolean, numeric, boolean) to %I', altiplano.app_role()); end $$;

create function product_bitmap_price_make(
  of_tenant uuid, of_segment bigint, of_width integer, is_whole boolean, all_values numeric(12,2)[], all_slots integer[]
) returns void
language plpgsql set search_path from current set jit = off set work_mem = '32MB' as $$
begin
  delete from product_bitmap_price r where r.tenant_key = of_tenant and r.segment = of_segment;
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
    insert into product_bitmap_price_lows as l (tenant_key, segment, width, whole, lows)
    select of_tenant, of_segment, of_width, is_whole, coalesce(array_agg(u.low order by u.bin) filter (where not u.closes), '{}') from upto u
    on conflict (tenant_key, segment) do update set width = excluded.width, whole = excluded.whole, lows = excluded.lows
  )
  insert into product_bitmap_price (tenant_key, segment, bin, listed, middle, bits, before, "values", slots)
  select of_tenant, of_segment, u.bin, false, u.middle, u.start | u.first, null, null, null
  from upto u
  union all
  select of_tenant, of_segment, u.bin, true, null, case when u.alone then u.rest end,
    case when not u.alone then u.before end, case when not u.alone then u."values" end, case when not u.alone then u.slots end
  from upto u
  where not u.closes or cardinality(u.slots) > 0;
end $$;
revoke execute on function product_bitmap_price_make(uuid, bigint, integer, boolean, numeric(12,2)[], integer[]) from public;

create function product_bitmap_price_settle(of_tenant uuid, of_segment bigint, of_width integer, lacks boolean,
  gone numeric(12,2)[], gone_slots integer[], came numeric(12,2)[], came_slots integer[]) returns void
language plpgsql set search_path from current set enable_seqscan = off as $$
declare
  d product_bitmap_price_lows;
  went constant bit varying := altiplano.bits_of(gone_slots, of_width);
  alone integer[]; -- bins of one value
  fits boolean;
  one numeric(12,2);
  bin integer;
  change record;
begin
  select l.* into d from product_bitmap_price_lows l where l.tenant_key = of_tenant and l.segment = of_segment;
  select array_agg(r.bin) filter (where r.bits is not null) into alone from product_bitmap_price r where r.tenant_key = of_tenant and r.segment = of_segment and r.listed;
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
    select from product_bitmap_price r
    join (select case when c.value = 'NaN' then cardinality(d.lows) + 1 else width_bucket(c.value, d.lows) end - 1 as bin, count(*) as rows from unnest(came) c (value) group by 1) c on c.bin = r.bin
    where r.tenant_key = of_tenant and r.segment = of_segment and r.listed and cardinality(r.slots) + c.rows > 660);
  if not fits then
    perform product_bitmap_price_make(of_tenant, of_segment, of_width, coalesce(d.whole, true) and not lacks,
      array_agg(p.value), array_agg(p.slot))
    from (
      select v.value, v.slot
      from product_bitmap_price r cross join lateral unnest(r."values", r.slots) v (value, slot)
      where r.tenant_key = of_tenant and r.segment = of_segment and r.listed and get_bit(went, v.slot) = 0
      union all
      select coalesce(l.lows[r.bin + 1], 'NaN'), v.slot
      from product_bitmap_price r
      join product_bitmap_price_lows l on l.tenant_key = of_tenant and l.segment = of_segment
      cross join lateral (select r.bits & ~went as bits offset 0) own -- once: asked for a bit, stored ones are unpacked each time
      cross join lateral generate_series(0, of_width - 1) v (slot)
      where r.tenant_key = of_tenant and r.segment = of_segment and r.listed and r.bits is not null and get_bit(own.bits, v.slot) = 1
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
      update product_bitmap_price r
      set bits = (r.bits & ~altiplano.bits_of(change.gone, of_width)) | altiplano.bits_of(change.came_slots, of_width)
      where r.tenant_key = of_tenant and r.segment = of_segment and r.bin = change.bin and r.listed;
    else
      update product_bitmap_price r
      set (before, "values", slots) = (
        select count(*) filter (where v.value < m.middle), coalesce(array_agg(v.value order by v.value, v.slot), '{}'),
          coalesce(array_agg(v.slot order by v.value, v.slot), '{}')
        from (
          select l.value, l.slot from unnest(r."values", r.slots) l (value, slot) where l.slot <> all (change.gone)
          union all
          select c.value, c.slot from unnest(change.came, change.came_slots) c (value, slot)
        ) v)
      from product_bitmap_price m
      where r.tenant_key = of_tenant and r.segment = of_segment and r.bin = change.bin and r.listed and m.tenant_key = of_tenant and m.segment = of_segment and m.bin = change.bin and not m.listed;
    end if;
  end loop;

  update product_bitmap_price r set bits = fresh.bits
  from (
    select o.bin, o.bits as old, (o.bits & ~went) | altiplano.bits_of(
      array(select c.slot from unnest(came, came_slots) c (value, slot) where c.value < o.middle is not false), of_width) as bits
    from product_bitmap_price o where o.tenant_key = of_tenant and o.segment = of_segment and not o.listed offset 0
  ) fresh
  where r.tenant_key = of_tenant and r.segment = of_segment and r.bin = fresh.bin and not r.listed and fresh.bits <> fresh.old;
  update product_bitmap_price_lows l set lows = d.lows, whole = d.whole and not lacks
  where l.tenant_key = of_tenant and l.segment = of_segment and (l.lows, l.whole) is distinct from (d.lows, d.whole and not lacks);
end $$;
revoke execute on function product_bitmap_price_settle(uuid, bigint, integer, boolean, numeric(12,2)[], integer[], numeric(12,2)[], integer[]) from public;

-- Settled rows whose average_rating is after `above` (or equal to it, `from_it`) and before `below` (or equal to it, `upto_it`); a null is
-- no bound. It runs as its owner, as bins are only found in time where row security is not in the way, and therefore
-- carries the tenant itself, and refuses one that is not the session's.
create function product_bitmap_average_rating_between(of_tenant uuid, above numeric, from_it boolean, below numeric, upto_it boolean)
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
  for d in select l.segment, l.width, l.whole, l.lows from product_bitmap_average_rating_lows l where l.tenant_key = of_tenant loop
    lower_bin := nullif(case when above = 'NaN' then cardinality(d.lows) + 1 else width_bucket(above, d.lows) end - 1, -1);
    upper_bin := nullif(case when below = 'NaN' then cardinality(d.lows) + 1 else width_bucket(below, d.lows) end - 1, -1);
    lower := null;
    result := null;
    if lower_bin is not null then
      select bit_or(r.bits) filter (where not r.listed) as bits, bit_or(r.bits) filter (where r.listed) as own,
        max(r.middle) as middle, max(r.before) as before, max(r."values") as "values", max(r.slots) as slots
      into b
      from product_bitmap_average_rating r
      where r.place = uuid_hash_extended(of_tenant, d.segment) # lower_bin::bigint
        and row (r.tenant_key, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, lower_bin);
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
        from product_bitmap_average_rating r
        where r.place = uuid_hash_extended(of_tenant, d.segment) # upper_bin::bigint
          and row (r.tenant_key, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, upper_bin);
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
      from product_bitmap_average_rating r
      where r.place = uuid_hash_extended(of_tenant, d.segment) # cardinality(d.lows)::bigint
        and row (r.tenant_key, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, cardinality(d.lows));
      result := coalesce(b.bits | b.own, b.bits);
    end if;
    segment := d.segment;
    bits := case when lower is null then result else result & ~lower end;
    return next;
  end loop;
end $$;
revoke execute on function product_bitmap_average_rating_between(uuid, numeric, boolean, numeric, boolean) from public;
do $$ begin execute format('grant execute on function product_bitmap_average_rating_between(uuid, numeric, boolean, numeric, boolean) to %I', altiplano.app_role()); end $$;

create function product_bitmap_average_rating_make(
  of_tenant uuid, of_segment bigint, of_width integer, is_whole boolean, all_values numeric(3,2)[], all_slots integer[]
) returns void
language plpgsql set search_path from current set jit = off set work_mem = '32MB' as $$
begin
  delete from product_bitmap_average_rating r where r.tenant_key = of_tenant and r.segment = of_segment;
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
    insert into product_bitmap_average_rating_lows as l (tenant_key, segment, width, whole, lows)
    select of_tenant, of_segment, of_width, is_whole, coalesce(array_agg(u.low order by u.bin) filter (where not u.closes), '{}') from upto u
    on conflict (tenant_key, segment) do update set width = excluded.width, whole = excluded.whole, lows = excluded.lows
  )
  insert into product_bitmap_average_rating (tenant_key, segment, bin, listed, middle, bits, before, "values", slots)
  select of_tenant, of_segment, u.bin, false, u.middle, u.start | u.first, null, null, null
  from upto u
  union all
  select of_tenant, of_segment, u.bin, true, null, case when u.alone then u.rest end,
    case when not u.alone then u.before end, case when not u.alone then u."values" end, case when not u.alone then u.slots end
  from upto u
  where not u.closes or cardinality(u.slots) > 0;
end $$;
revoke execute on function product_bitmap_average_rating_make(uuid, bigint, integer, boolean, numeric(3,2)[], integer[]) from public;

create function product_bitmap_average_rating_settle(of_tenant uuid, of_segment bigint, of_width integer, lacks boolean,
  gone numeric(3,2)[], gone_slots integer[], came numeric(3,2)[], came_slots integer[]) returns void
language plpgsql set search_path from current set enable_seqscan = off as $$
declare
  d product_bitmap_average_rating_lows;
  went constant bit varying := altiplano.bits_of(gone_slots, of_width);
  alone integer[]; -- bins of one value
  fits boolean;
  one numeric(3,2);
  bin integer;
  change record;
begin
  select l.* into d from product_bitmap_average_rating_lows l where l.tenant_key = of_tenant and l.segment = of_segment;
  select array_agg(r.bin) filter (where r.bits is not null) into alone from product_bitmap_average_rating r where r.tenant_key = of_tenant and r.segment = of_segment and r.listed;
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
    select from product_bitmap_average_rating r
    join (select case when c.value = 'NaN' then cardinality(d.lows) + 1 else width_bucket(c.value, d.lows) end - 1 as bin, count(*) as rows from unnest(came) c (value) group by 1) c on c.bin = r.bin
    where r.tenant_key = of_tenant and r.segment = of_segment and r.listed and cardinality(r.slots) + c.rows > 660);
  if not fits then
    perform product_bitmap_average_rating_make(of_tenant, of_segment, of_width, coalesce(d.whole, true) and not lacks,
      array_agg(p.value), array_agg(p.slot))
    from (
      select v.value, v.slot
      from product_bitmap_average_rating r cross join lateral unnest(r."values", r.slots) v (value, slot)
      where r.tenant_key = of_tenant and r.segment = of_segment and r.listed and get_bit(went, v.slot) = 0
      union all
      select coalesce(l.lows[r.bin + 1], 'NaN'), v.slot
      from product_bitmap_average_rating r
      join product_bitmap_average_rating_lows l on l.tenant_key = of_tenant and l.segment = of_segment
      cross join lateral (select r.bits & ~went as bits offset 0) own -- once: asked for a bit, stored ones are unpacked each time
      cross join lateral generate_series(0, of_width - 1) v (slot)
      where r.tenant_key = of_tenant and r.segment = of_segment and r.listed and r.bits is not null and get_bit(own.bits, v.slot) = 1
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
      update product_bitmap_average_rating r
      set bits = (r.bits & ~altiplano.bits_of(change.gone, of_width)) | altiplano.bits_of(change.came_slots, of_width)
      where r.tenant_key = of_tenant and r.segment = of_segment and r.bin = change.bin and r.listed;
    else
      update product_bitmap_average_rating r
      set (before, "values", slots) = (
        select count(*) filter (where v.value < m.middle), coalesce(array_agg(v.value order by v.value, v.slot), '{}'),
          coalesce(array_agg(v.slot order by v.value, v.slot), '{}')
        from (
          select l.value, l.slot from unnest(r."values", r.slots) l (value, slot) where l.slot <> all (change.gone)
          union all
          select c.value, c.slot from unnest(change.came, change.came_slots) c (value, slot)
        ) v)
      from product_bitmap_average_rating m
      where r.tenant_key = of_tenant and r.segment = of_segment and r.bin = change.bin and r.listed and m.tenant_key = of_tenant and m.segment = of_segment and m.bin = change.bin and not m.listed;
    end if;
  end loop;

  update product_bitmap_average_rating r set bits = fresh.bits
  from (
    select o.bin, o.bits as old, (o.bits & ~went) | altiplano.bits_of(
      array(select c.slot from unnest(came, came_slots) c (value, slot) where c.value < o.middle is not false), of_width) as bits
    from product_bitmap_average_rating o where o.tenant_key = of_tenant and o.segment = of_segment and not o.listed offset 0
  ) fresh
  where r.tenant_key = of_tenant and r.segment = of_segment and r.bin = fresh.bin and not r.listed and fresh.bits <> fresh.old;
  update product_bitmap_average_rating_lows l set lows = d.lows, whole = d.whole and not lacks
  where l.tenant_key = of_tenant and l.segment = of_segment and (l.lows, l.whole) is distinct from (d.lows, d.whole and not lacks);
end $$;
revoke execute on function product_bitmap_average_rating_settle(uuid, bigint, integer, boolean, numeric(3,2)[], integer[], numeric(3,2)[], integer[]) from public;

-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function product_bitmap_unfolded(of_tenant uuid, since xid8, running xid8[]) returns setof product_bitmap_tail
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from product_bitmap_tail e
    where e.tenant_key = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function product_bitmap_unfolded(uuid, xid8, xid8[]) from public;
do $$ begin execute format('grant execute on function product_bitmap_unfolded(uuid, xid8, xid8[]) to %I', altiplano.app_role()); end $$;

create function product_bitmap_piece(
  of_tenant uuid, of_segment bigint, from_at timestamp with time zone, from_id uuid, upto_at timestamp with time zone, upto_id uuid, most integer,
  out next_at timestamp with time zone, out next_id uuid
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
declare
  made_width integer;
  whole_1 boolean;
  values_1 numeric(12,2)[];
  slots_1 integer[];
  whole_2 boolean;
  values_2 numeric(3,2)[];
  slots_2 integer[];
begin
  with source as materialized (
    select
      c.created_at, c.id,
      row_number() over (order by c.created_at, c.id)::integer - 1 as place,
      array[case when not c.is_withdrawn then 'live' end, case c.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end] as terms,
      c.price,
      c.average_rating,
      coalesce(altiplano.words(c.name), '') as text
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
    where c.tenant_key = of_tenant
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
    insert into product_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + 55) / 56),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (tenant_key, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into product_bitmap_block (tenant_key, segment, block, low_created_at, low_id, created_ats, ids)
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
    insert into product_bitmap (tenant_key, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
      select unnest(k.terms), k.slot from kept k
      union all
      select 'product_category=' || l.category_id, k.slot
      from kept k join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product_category r) l on l.tenant_key = of_tenant and l.product_id = k.id
      union all
      select 'product_tag=' || l.tag_id, k.slot
      from kept k join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product_tag r) l on l.tenant_key = of_tenant and l.product_id = k.id
      union all
      select g.term, k.slot from kept k cross join lateral altiplano.gram_terms(k.text) g (term)
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  select (select r.created_at from source r where r.place = most),
    (select r.id from source r where r.place = most),
    (select z.width from size z),
    count(k.price) = count(*),
    array_agg(k.price order by k.slot) filter (where k.price is not null),
    array_agg(k.slot order by k.slot) filter (where k.price is not null),
    count(k.average_rating) = count(*),
    array_agg(k.average_rating order by k.slot) filter (where k.average_rating is not null),
    array_agg(k.slot order by k.slot) filter (where k.average_rating is not null)
  into next_at, next_id, made_width, whole_1, values_1, slots_1, whole_2, values_2, slots_2
  from kept k;
  perform product_bitmap_price_make(of_tenant, of_segment, made_width, whole_1, values_1, slots_1);
  perform product_bitmap_average_rating_make(of_tenant, of_segment, made_width, whole_2, values_2, slots_2);
end $$;
revoke execute on function product_bitmap_piece(uuid, bigint, timestamp with time zone, uuid, timestamp with time zone, uuid, integer) from public;

-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function product_bitmap_unwritten(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from product_bitmap_tail d where d.tenant_key = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function product_bitmap_unwritten(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function product_bitmap_build(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last product_bitmap_segment;
  rest record;
begin
  perform product_bitmap_unwritten(of_tenant);
  insert into product_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
  select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '00000000-0000-0000-0000-000000000000', 8192, 0, '1:1:' -- nothing is visible in it
  where not exists (select from product_bitmap_segment s where s.tenant_key = of_tenant)
  on conflict do nothing;
  select s.* into last from product_bitmap_segment s where s.tenant_key = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := product_bitmap_piece(of_tenant, last.segment, last.low_created_at, last.low_id, null, null, 53760);
  if rest.next_id is null then
    return false;
  end if;
  insert into product_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
  values (of_tenant, last.segment + 1099511627776, rest.next_at, rest.next_id, 8192, 0, '1:1:');
  return true;
end $$;
revoke execute on function product_bitmap_build(uuid) from public;

create function product_bitmap_replace(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first product_bitmap_segment;
  after product_bitmap_segment;
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from product_bitmap_segment s
      where s.tenant_key = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment = replaced[1];
  select s.* into after from product_bitmap_segment s
  where s.tenant_key = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
  where c.tenant_key = of_tenant and (c.created_at, c.id) >= (first.low_created_at, first.low_id)
    and (c.created_at, c.id) < (coalesce(after.low_created_at, 'infinity'), coalesce(after.low_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
  pieces := greatest(1, (held + 53759) / 53760);
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform product_bitmap_renumber(of_tenant, after.segment);
    select s.* into after from product_bitmap_segment s
    where s.tenant_key = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

  delete from product_bitmap_segment t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from product_bitmap_block t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from product_bitmap_price t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from product_bitmap_price_lows t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from product_bitmap_average_rating t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from product_bitmap_average_rating_lows t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from product_bitmap t
  where t.tenant_key = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := product_bitmap_piece(of_tenant, fresh, first.low_created_at, first.low_id, after.low_created_at, after.low_id,
      least(53760, (held + pieces - 1) / pieces + 56)::integer);
    exit when rest.next_id is null;
    first.low_created_at := rest.next_at;
    first.low_id := rest.next_id;
    fresh := fresh + case when after is null then 1099511627776 else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function product_bitmap_replace(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function product_bitmap_renumber(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from product_bitmap_segment s where s.tenant_key = of_tenant);
  old record;
begin
  perform from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + 1099511627776 * row_number() over (order by s.segment) as fresh
    from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment >= from_segment order by 1 desc
  loop
    update product_bitmap_segment t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update product_bitmap_block t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update product_bitmap_price t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update product_bitmap_price_lows t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update product_bitmap_average_rating t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update product_bitmap_average_rating_lows t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update product_bitmap t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
  end loop;
end $$;
revoke execute on function product_bitmap_renumber(uuid, bigint) from public;

create function product_bitmap_rebuild(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform product_bitmap_unwritten(of_tenant);
  perform product_bitmap_replace(of_tenant, array[of_segment]);
end $$;
revoke execute on function product_bitmap_rebuild(uuid, bigint) from public;

create function product_bitmap_merge(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = 8192) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from product_bitmap_segment s where s.tenant_key = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < 7 then
    return 0;
  end if;
  perform product_bitmap_unwritten(of_tenant);
  perform product_bitmap_replace(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function product_bitmap_merge(uuid) from public;

create type product_bitmap_entry as (
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
  old_price numeric(12,2),
  new_price numeric(12,2),
  old_average_rating numeric(3,2),
  new_average_rating numeric(3,2)
);

create function product_bitmap_newcomers(of_tenant uuid, entries product_bitmap_entry[])
returns table (segment bigint, block integer, place integer, created_at timestamp with time zone, id uuid)
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.ids) as taken, m.created_at, m.id,
      case when s.width = 8192 then s.blocks else 128 end as blocks -- a big one gets no more blocks
    from (
      select s.* from product_bitmap_segment s where s.tenant_key = of_tenant order by s.segment desc limit 1
    ) s
    join product_bitmap_block b on b.tenant_key = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
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
    join product_bitmap_block b on b.tenant_key = of_tenant and b.segment = m.segment and b.block = m.block
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
revoke execute on function product_bitmap_newcomers(uuid, product_bitmap_entry[]) from public;

create function product_bitmap_settle(of_tenant uuid, entries product_bitmap_entry[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places product_bitmap_entry[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * 64 + n.place, n.created_at, n.id, null, null, null, null, null, null, null, null, null)::product_bitmap_entry)
  into places
  from product_bitmap_newcomers(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p.created_at order by p.slot) as created_ats, array_agg(p.id order by p.slot) as ids
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update product_bitmap_block b set created_ats = b.created_ats || fresh.created_ats, ids = b.ids || fresh.ids
    where b.tenant_key = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into product_bitmap_block (tenant_key, segment, block, low_created_at, low_id, created_ats, ids)
    values (of_tenant, fresh.segment, fresh.block, fresh.created_ats[1], fresh.ids[1], fresh.created_ats, fresh.ids);
    update product_bitmap_segment s set blocks = fresh.block + 1
    where s.tenant_key = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into product_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.created_ats[1], fresh.ids[1], 8192, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), e.created_at, e.id,
      e.born, e.minus, e.plus, e.old_text, e.new_text, e.old_price, e.new_price, e.old_average_rating, e.new_average_rating)::product_bitmap_entry
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
    join product_bitmap_segment s on s.tenant_key = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update product_bitmap b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.tenant_key = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into product_bitmap (tenant_key, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;


  for change in
    with moved as (
      select e.segment, v.value, e.slot, sum(v.sign) as sum
      from unnest(entries) e cross join lateral (values (e.old_price, -1), (e.new_price, 1)) v (value, sign)
      where v.value is not null
      group by 1, 2, 3
      having sum(v.sign) <> 0
    ), lacking as (
      select distinct e.segment from unnest(entries) e
      where e.new_price is null and (e.born > 0 or e.born = 0 and e.old_price is not null)
    )
    select s.segment, s.width, s.segment in (select l.segment from lacking l) as lacks,
      array_agg(m.value) filter (where m.sum < 0) as gone, array_agg(m.slot) filter (where m.sum < 0) as gone_slots,
      array_agg(m.value) filter (where m.sum > 0) as came, array_agg(m.slot) filter (where m.sum > 0) as came_slots
    from product_bitmap_segment s
    left join moved m on m.segment = s.segment
    where s.tenant_key = of_tenant and (m.segment is not null or s.segment in (select l.segment from lacking l))
    group by s.segment, s.width
  loop
    perform product_bitmap_price_settle(of_tenant, change.segment, change.width, change.lacks,
      coalesce(change.gone, '{}'), coalesce(change.gone_slots, '{}'), coalesce(change.came, '{}'), coalesce(change.came_slots, '{}'));
  end loop;

  for change in
    with moved as (
      select e.segment, v.value, e.slot, sum(v.sign) as sum
      from unnest(entries) e cross join lateral (values (e.old_average_rating, -1), (e.new_average_rating, 1)) v (value, sign)
      where v.value is not null
      group by 1, 2, 3
      having sum(v.sign) <> 0
    ), lacking as (
      select distinct e.segment from unnest(entries) e
      where e.new_average_rating is null and (e.born > 0 or e.born = 0 and e.old_average_rating is not null)
    )
    select s.segment, s.width, s.segment in (select l.segment from lacking l) as lacks,
      array_agg(m.value) filter (where m.sum < 0) as gone, array_agg(m.slot) filter (where m.sum < 0) as gone_slots,
      array_agg(m.value) filter (where m.sum > 0) as came, array_agg(m.slot) filter (where m.sum > 0) as came_slots
    from product_bitmap_segment s
    left join moved m on m.segment = s.segment
    where s.tenant_key = of_tenant and (m.segment is not null or s.segment in (select l.segment from lacking l))
    group by s.segment, s.width
  loop
    perform product_bitmap_average_rating_settle(of_tenant, change.segment, change.width, change.lacks,
      coalesce(change.gone, '{}'), coalesce(change.gone_slots, '{}'), coalesce(change.came, '{}'), coalesce(change.came_slots, '{}'));
  end loop;
end $$;
revoke execute on function product_bitmap_settle(uuid, product_bitmap_entry[], pg_snapshot) from public;

create function product_bitmap_fold(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries product_bitmap_entry[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where r.name = 'product_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_bitmap'::regclass) and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into product_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
    select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '00000000-0000-0000-0000-000000000000', 8192, 1, '1:1:' -- nothing is visible in it
    where not exists (select from product_bitmap_segment s where s.tenant_key = of_tenant)
      and exists (select from product_bitmap_tail d where d.tenant_key = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into product_bitmap_block (tenant_key, segment, block, low_created_at, low_id, created_ats, ids)
  select of_tenant, m.segment, 0, '-infinity', '00000000-0000-0000-0000-000000000000', '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from product_bitmap_segment s where s.tenant_key = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
    select d.* from product_bitmap_tail_0 d
    where d.tenant_key = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held))))
    union all
    select d.* from product_bitmap_tail_1 d
    where d.tenant_key = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from product_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held))))
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      d.created_at, d.id, d.born, d.minus, d.plus, d.old_text, d.new_text, d.old_price, d.new_price, d.old_average_rating, d.new_average_rating, d.writer
    from tail d
    left join product_bitmap_segment s on s.tenant_key = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, d.id)]
      when d.created_at then array_position(b.ids, d.id)
      else (select i from unnest(array_positions(b.ids, d.id)) i where b.created_ats[i] = d.created_at)
    end as slot
      from product_bitmap_block b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.tenant_key = of_tenant and (b.low_created_at, b.low_id) <= (d.created_at, d.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, e.created_at, e.id, e.born, e.minus, e.plus, e.old_text, e.new_text, e.old_price, e.new_price, e.old_average_rating, e.new_average_rating)::product_bitmap_entry),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join product_bitmap_segment s on s.tenant_key = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from product_bitmap_tail d where d.tenant_key = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > 8192 and not is_writer
    union
    select n.segment from product_bitmap_newcomers(of_tenant, entries) n where n.place >= 64
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform product_bitmap_settle(of_tenant, entries, snapshot);
  end if;
  update product_bitmap_segment s set folded = snapshot where s.tenant_key = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform product_bitmap_replace(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function product_bitmap_fold(uuid) from public;

create function product_bitmap_pending(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where r.name = 'product_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_bitmap'::regclass));
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.tenant_key, count(*), min(d.noted_at)
  from (
    select d.tenant_key, d.created_at, d.id, d.writer, d.noted_at from product_bitmap_tail_0 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
    union all
    select d.tenant_key, d.created_at, d.id, d.writer, d.noted_at from product_bitmap_tail_1 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
  ) d
  left join lateral (
    select s.folded from product_bitmap_segment s
    where s.tenant_key = d.tenant_key and (s.low_created_at, s.low_id) <= (d.created_at, d.id)
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function product_bitmap_pending(integer) from public;

-- Past 20000 unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function product_bitmap_bound(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from product_bitmap_segment s where s.tenant_key = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
      select from product_bitmap_tail_0 d
      where d.tenant_key = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
      union all
      select from product_bitmap_tail_1 d
      where d.tenant_key = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
    ) d limit 20001
  ) d;
  if waiting > 20000
     and exists (select from altiplano.bitmap r
                 where r.name = 'product_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'product_bitmap'::regclass) and r.state = 'ready') then
    begin
      perform product_bitmap_fold(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function product_bitmap_bound(uuid) from public;

create function product_bitmap_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, born, plus, new_text, new_price, new_average_rating)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    n.tenant_key, n.created_at, n.id, 1,
    array_remove(array[
      case when not n.is_withdrawn then 'live' end,
      case n.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end
    ], null),
    coalesce(altiplano.words(n.name), ''),
    n.price,
    n.average_rating
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

create function product_bitmap_update() returns trigger
language plpgsql security definer set search_path from current
set enable_seqscan = off as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
  where (o.id, o.is_withdrawn, o.in_stock, o.price, o.average_rating, o.name)
    is distinct from (n.id, n.is_withdrawn, n.in_stock, n.price, n.average_rating, n.name);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, minus, plus, old_text, new_text, old_price, new_price, old_average_rating, new_average_rating)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    n.tenant_key, n.created_at, n.id, p.segment, p.slot,
    array_remove(array[
      case when o.is_withdrawn is distinct from n.is_withdrawn then case when not o.is_withdrawn then 'live' end end,
      case when o.in_stock is distinct from n.in_stock then case o.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end end
    ], null),
    array_remove(array[
      case when o.is_withdrawn is distinct from n.is_withdrawn then case when not n.is_withdrawn then 'live' end end,
      case when o.in_stock is distinct from n.in_stock then case n.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end end
    ], null),
    case when (o.name) is distinct from (n.name) then coalesce(altiplano.words(o.name), '') end,
    case when (o.name) is distinct from (n.name) then coalesce(altiplano.words(n.name), '') end,
    case when o.price is distinct from n.price then o.price end,
    case when o.price is distinct from n.price then n.price end,
    case when o.average_rating is distinct from n.average_rating then o.average_rating end,
    case when o.average_rating is distinct from n.average_rating then n.average_rating end
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
        when o.created_at then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
      end as slot
      from product_bitmap_block b
      where b.tenant_key = o.tenant_key and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.is_withdrawn, o.in_stock, o.price, o.average_rating, o.name)
    is distinct from (n.id, n.is_withdrawn, n.in_stock, n.price, n.average_rating, n.name);
  if moved then
    insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, born, minus, old_text, old_price, old_average_rating)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
      o.tenant_key, o.created_at, o.id, p.segment, p.slot, -1,
      array_remove(array[
        case when not o.is_withdrawn then 'live' end,
        case o.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end
      ], null),
      coalesce(altiplano.words(o.name), ''),
      o.price,
      o.average_rating
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
          when o.created_at then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
        end as slot
        from product_bitmap_block b
        where b.tenant_key = o.tenant_key and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
        order by b.low_created_at desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into product_bitmap_tail (generation, tenant_key, created_at, id, born, plus, new_text, new_price, new_average_rating)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
      n.tenant_key, n.created_at, n.id, 1,
      array_remove(array[
        case when not n.is_withdrawn then 'live' end,
        case n.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end
      ], null),
      coalesce(altiplano.words(n.name), ''),
      n.price,
      n.average_rating
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
    where o.id is null;
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'rows of % are moved under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
        hint = 'Their links move with them, and this snapshot may be older than one: begin isolation level read committed;';
    end if;
    -- Links changed by this very statement are noted by their own triggers where the row stands now, and would be noted twice:
    -- those that come after this one look for the mark, those that came before have left entries.
    perform set_config('altiplano.moved', statement_timestamp()::text, true)
    where exists (select from (
      select n.tenant_key, n.id, o.created_at as old_at, n.created_at as new_at
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.id = o.id
      where (o.id is null) = (n.id is null) and o.created_at is distinct from n.created_at
      offset 0
    ) m);
    if exists (
      select m.tenant_key, m.id, m.new_at from (
      select n.tenant_key, n.id, o.created_at as old_at, n.created_at as new_at
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.id = o.id
      where (o.id is null) = (n.id is null) and o.created_at is distinct from n.created_at
      offset 0
    ) m
      intersect
      select d.tenant_key, d.id, d.created_at from product_bitmap_tail d
      where d.writer = pg_current_xact_id() and d.noted_at >= statement_timestamp() and d.born = 0) then
      raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
        hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
    end if;
    insert into product_bitmap_tail (generation, tenant_key, created_at, id, minus, plus)
    select coalesce((
      select r.generation from altiplano.bitmap r
      where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
      m.tenant_key, s.created_at, m.id, s.minus, s.plus
    from (
    select n.tenant_key, n.id, o.created_at as old_at, n.created_at as new_at
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.id = o.id
    where (o.id is null) = (n.id is null) and o.created_at is distinct from n.created_at
    offset 0
  ) m
    cross join lateral (
      select array_agg(k.term) as terms
      from (
        select 'product_category=' || l.category_id as term
        from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product_category r) l where l.tenant_key = m.tenant_key and l.product_id = m.id
        union all
        select 'product_tag=' || l.tag_id as term
        from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product_tag r) l where l.tenant_key = m.tenant_key and l.product_id = m.id
      ) k
    ) k
    cross join lateral (values (m.old_at, k.terms, null), (m.new_at, null, k.terms)) s (created_at, minus, plus)
    where k.terms is not null;
    update product_bitmap_tail d set created_at = o.created_at
    from (
      select o.tenant_key, o.created_at, o.id
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.id = o.id
      where n.id is null
      offset 0
    ) o
    cross join lateral (
      select e.tableoid as part, e.ctid as entry
      from product_bitmap_tail e
      where e.tenant_key = o.tenant_key and e.id = o.id and e.created_at = '-infinity' and e.writer is not distinct from pg_current_xact_id()
      offset 0
    ) e
    where d.tableoid = e.part and d.ctid = e.entry;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

create function product_bitmap_delete() returns trigger
language plpgsql security definer set search_path from current
set enable_seqscan = off as $$
begin
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, born, minus, old_text, old_price, old_average_rating)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    o.tenant_key, o.created_at, o.id, p.segment, p.slot, -1,
    array_remove(array[
      case when not o.is_withdrawn then 'live' end,
      case o.in_stock when true then 'in_stock=true' when false then 'in_stock=false' else 'in_stock' end
    ], null),
    coalesce(altiplano.words(o.name), ''),
    o.price,
    o.average_rating
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
        when o.created_at then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
      end as slot
      from product_bitmap_block b
      where b.tenant_key = o.tenant_key and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  update product_bitmap_tail d set created_at = o.created_at
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o
  cross join lateral (
    select e.tableoid as part, e.ctid as entry
    from product_bitmap_tail e
    where e.tenant_key = o.tenant_key and e.id = o.id and e.created_at = '-infinity' and e.writer is not distinct from pg_current_xact_id()
    offset 0
  ) e
  where d.tableoid = e.part and d.ctid = e.entry;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) r order by 1) t;
  end if;
  return null;
end $$;

revoke execute on function product_bitmap_insert(), product_bitmap_update(), product_bitmap_delete() from public;

create trigger altiplano_product_bitmap_insert after insert on product
  referencing new table as new_rows for each statement execute function product_bitmap_insert();
create trigger altiplano_product_bitmap_update after update on product
  referencing old table as old_rows new table as new_rows for each statement execute function product_bitmap_update();
create trigger altiplano_product_bitmap_delete after delete on product
  referencing old table as old_rows for each statement execute function product_bitmap_delete();

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function product_bitmap_link_1_insert() returns trigger -- product_category
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) l
    join product_bitmap_tail d on d.tenant_key = l.tenant_key and d.id = l.product_id and d.born = -1
    join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c on c.tenant_key = d.tenant_key and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, c.created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_category=' || l.category_id) as terms
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) l
      group by 1, 2
    ) l
    cross join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function product_bitmap_link_1_update() returns trigger -- product_category
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) l
    join product_bitmap_tail d on d.tenant_key = l.tenant_key and d.id = l.product_id and d.born = -1
    join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c on c.tenant_key = d.tenant_key and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, coalesce(c.created_at, g.created_at, '-infinity') as created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_category=' || l.category_id) as terms
      from (
      select a.tenant_key, a.product_id, a.category_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) a
      except all select b.tenant_key, b.product_id, b.category_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) b
    ) l
      group by 1, 2
    ) l
    left join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
      for key share
    ) c on true
    left join lateral (
      select d.created_at from product_bitmap_tail d
      where c.created_at is null and d.tenant_key = l.tenant_key and d.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, c.created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_category=' || l.category_id) as terms
      from (
      select a.tenant_key, a.product_id, a.category_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) a
      except all select b.tenant_key, b.product_id, b.category_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) b
    ) l
      group by 1, 2
    ) l
    cross join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function product_bitmap_link_1_delete() returns trigger -- product_category
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) l
    join product_bitmap_tail d on d.tenant_key = l.tenant_key and d.id = l.product_id and d.born = -1
    join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c on c.tenant_key = d.tenant_key and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, coalesce(c.created_at, g.created_at, '-infinity') as created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_category=' || l.category_id) as terms
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) l
      group by 1, 2
    ) l
    left join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
      for key share
    ) c on true
    left join lateral (
      select d.created_at from product_bitmap_tail d
      where c.created_at is null and d.tenant_key = l.tenant_key and d.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) r order by 1) t;
  end if;
  return null;
end $$;

create function product_bitmap_link_1_truncate() returns trigger -- product_category
language plpgsql security definer set search_path from current as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception '% is truncated under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
      hint = 'This snapshot may be older than a link: begin isolation level read committed;';
  end if;
  lock table product_bitmap_segment in share row exclusive mode; -- no fold meanwhile
  delete from product_bitmap b where b.term >= 'product_category=' and b.term < 'product_category>';
  -- Nobody has a link in an open transaction: the table is locked.
  update product_bitmap_tail d
  set minus = array(select t.term from unnest(d.minus) t (term) where not (t.term collate "C" >= 'product_category=' and t.term collate "C" < 'product_category>')),
      plus = array(select t.term from unnest(d.plus) t (term) where not (t.term collate "C" >= 'product_category=' and t.term collate "C" < 'product_category>'))
  where exists (select from unnest(d.minus || d.plus) t (term) where t.term collate "C" >= 'product_category=' and t.term collate "C" < 'product_category>');
  return null;
end $$;

revoke execute on function product_bitmap_link_1_insert(), product_bitmap_link_1_update(), product_bitmap_link_1_delete(), product_bitmap_link_1_truncate() from public;

create trigger altiplano_product_bitmap_insert after insert on product_category
  referencing new table as new_rows for each statement execute function product_bitmap_link_1_insert();
create trigger altiplano_product_bitmap_update after update on product_category
  referencing old table as old_rows new table as new_rows for each statement execute function product_bitmap_link_1_update();
create trigger altiplano_product_bitmap_delete after delete on product_category
  referencing old table as old_rows for each statement execute function product_bitmap_link_1_delete();
create trigger altiplano_product_bitmap_truncate after truncate on product_category
  for each statement execute function product_bitmap_link_1_truncate();

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function product_bitmap_link_2_insert() returns trigger -- product_tag
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) l
    join product_bitmap_tail d on d.tenant_key = l.tenant_key and d.id = l.product_id and d.born = -1
    join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c on c.tenant_key = d.tenant_key and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, c.created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_tag=' || l.tag_id) as terms
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) l
      group by 1, 2
    ) l
    cross join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function product_bitmap_link_2_update() returns trigger -- product_tag
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) l
    join product_bitmap_tail d on d.tenant_key = l.tenant_key and d.id = l.product_id and d.born = -1
    join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c on c.tenant_key = d.tenant_key and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, coalesce(c.created_at, g.created_at, '-infinity') as created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_tag=' || l.tag_id) as terms
      from (
      select a.tenant_key, a.product_id, a.tag_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) a
      except all select b.tenant_key, b.product_id, b.tag_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) b
    ) l
      group by 1, 2
    ) l
    left join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
      for key share
    ) c on true
    left join lateral (
      select d.created_at from product_bitmap_tail d
      where c.created_at is null and d.tenant_key = l.tenant_key and d.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, c.created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_tag=' || l.tag_id) as terms
      from (
      select a.tenant_key, a.product_id, a.tag_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) a
      except all select b.tenant_key, b.product_id, b.tag_id from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) b
    ) l
      group by 1, 2
    ) l
    cross join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

-- Each row is looked up by its key and held until the end: its place in the order cannot change meanwhile.
create function product_bitmap_link_2_delete() returns trigger -- product_tag
language plpgsql security definer set search_path from current
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
begin
  if current_setting('altiplano.moved', true) = statement_timestamp()::text and exists (
    select from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) l
    join product_bitmap_tail d on d.tenant_key = l.tenant_key and d.id = l.product_id and d.born = -1
    join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c on c.tenant_key = d.tenant_key and c.id = d.id
    where d.writer is not distinct from pg_current_xact_id() and d.noted_at >= statement_timestamp()) then
    raise exception 'rows of product are moved and linked in statements of their own' using errcode = 'feature_not_supported',
      hint = 'Send the change of created_at and that of the links one after the other; a transaction may hold both.';
  end if;
  insert into product_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'product_bitmap'), 0),
    k.tenant_key, k.created_at, k.id, p.segment, p.slot, k.terms
  from (
    select l.tenant_key, l.product_id as id, l.terms, coalesce(c.created_at, g.created_at, '-infinity') as created_at
    from (
      select l.tenant_key, l.product_id, array_agg('product_tag=' || l.tag_id) as terms
      from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) l
      group by 1, 2
    ) l
    left join lateral (
      select c.created_at from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from product r) c
      where c.tenant_key = l.tenant_key and c.id = l.product_id
      for key share
    ) c on true
    left join lateral (
      select d.created_at from product_bitmap_tail d
      where c.created_at is null and d.tenant_key = l.tenant_key and d.id = l.product_id
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
      from product_bitmap_block b
      where b.tenant_key = k.tenant_key and (b.low_created_at, b.low_id) <= (k.created_at, k.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform product_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) r order by 1) t;
  end if;
  return null;
end $$;

create function product_bitmap_link_2_truncate() returns trigger -- product_tag
language plpgsql security definer set search_path from current as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception '% is truncated under read committed only', tg_table_name using errcode = 'invalid_transaction_state',
      hint = 'This snapshot may be older than a link: begin isolation level read committed;';
  end if;
  lock table product_bitmap_segment in share row exclusive mode; -- no fold meanwhile
  delete from product_bitmap b where b.term >= 'product_tag=' and b.term < 'product_tag>';
  -- Nobody has a link in an open transaction: the table is locked.
  update product_bitmap_tail d
  set minus = array(select t.term from unnest(d.minus) t (term) where not (t.term collate "C" >= 'product_tag=' and t.term collate "C" < 'product_tag>')),
      plus = array(select t.term from unnest(d.plus) t (term) where not (t.term collate "C" >= 'product_tag=' and t.term collate "C" < 'product_tag>'))
  where exists (select from unnest(d.minus || d.plus) t (term) where t.term collate "C" >= 'product_tag=' and t.term collate "C" < 'product_tag>');
  return null;
end $$;

revoke execute on function product_bitmap_link_2_insert(), product_bitmap_link_2_update(), product_bitmap_link_2_delete(), product_bitmap_link_2_truncate() from public;

create trigger altiplano_product_bitmap_insert after insert on product_tag
  referencing new table as new_rows for each statement execute function product_bitmap_link_2_insert();
create trigger altiplano_product_bitmap_update after update on product_tag
  referencing old table as old_rows new table as new_rows for each statement execute function product_bitmap_link_2_update();
create trigger altiplano_product_bitmap_delete after delete on product_tag
  referencing old table as old_rows for each statement execute function product_bitmap_link_2_delete();
create trigger altiplano_product_bitmap_truncate after truncate on product_tag
  for each statement execute function product_bitmap_link_2_truncate();

create function product_bitmap_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate product_bitmap, product_bitmap_segment, product_bitmap_block, product_bitmap_price, product_bitmap_price_lows, product_bitmap_average_rating, product_bitmap_average_rating_lows, product_bitmap_tail;
  return null;
end $$;
revoke execute on function product_bitmap_truncate() from public;
create trigger altiplano_product_bitmap_truncate after truncate on product
  for each statement execute function product_bitmap_truncate();

insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), 'product_bitmap', '{"tenant":"tenant_key","untenanted":true,"table":"product","key":"id","deleted":"is_withdrawn","order":"created_at","columns":["in_stock"],"ranges":["price","average_rating"],"decimals":["price","average_rating"],"links":[{"link":"product_category","parent":"product_id","target":"category_id"},{"link":"product_tag","parent":"product_id","target":"tag_id"}],"attributes":[],"search":["name"],"words":true}');

-- shop_order_bitmap: which rows of shop_order have which term.

-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table shop_order_bitmap_segment (
  tenant_key uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  low_created_at timestamp with time zone not null,
  low_id uuid not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (tenant_key, segment),
  unique (tenant_key, low_created_at, low_id)
) with (fillfactor = 50);

-- The rows of 64 slots each: slot = 64 * block + place in the arrays. Blocks ascend in key, places do not.
create table shop_order_bitmap_block (
  tenant_key uuid not null,
  segment bigint not null,
  block integer not null,
  low_created_at timestamp with time zone not null,
  low_id uuid not null,
  created_ats timestamp with time zone[] not null,
  ids uuid[] not null,
  primary key (tenant_key, segment, block)
) with (fillfactor = 85);
create index on shop_order_bitmap_block (tenant_key, low_created_at, low_id) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table shop_order_bitmap (
  tenant_key uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (tenant_key, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table shop_order_bitmap alter column bits set storage main, alter column term set storage plain;

-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table shop_order_bitmap_tail (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  created_at timestamp with time zone not null, -- '-infinity': links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  tenant_key uuid not null,
  id uuid not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text
) partition by list (generation);
create index on shop_order_bitmap_tail (tenant_key, writer);
create index on shop_order_bitmap_tail (writer);
create index on shop_order_bitmap_tail (tenant_key, id) where born = -1 or created_at = '-infinity';
create table shop_order_bitmap_tail_0 partition of shop_order_bitmap_tail for values in (0);
create table shop_order_bitmap_tail_1 partition of shop_order_bitmap_tail for values in (1);

select altiplano.isolate('shop_order_bitmap', 'tenant_key');
select altiplano.isolate('shop_order_bitmap_segment', 'tenant_key');
select altiplano.isolate('shop_order_bitmap_block', 'tenant_key');
select altiplano.isolate('shop_order_bitmap_tail', 'tenant_key');
select altiplano.isolate('shop_order_bitmap_tail_0', 'tenant_key');
select altiplano.isolate('shop_order_bitmap_tail_1', 'tenant_key');

-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function shop_order_bitmap_unfolded(of_tenant uuid, since xid8, running xid8[]) returns setof shop_order_bitmap_tail
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from shop_order_bitmap_tail e
    where e.tenant_key = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function shop_order_bitmap_unfolded(uuid, xid8, xid8[]) from public;
do $$ begin execute format('grant execute on function shop_order_bitmap_unfolded(uuid, xid8, xid8[]) to %I', altiplano.app_role()); end $$;

create function shop_order_bitmap_piece(
  of_tenant uuid, of_segment bigint, from_at timestamp with time zone, from_id uuid, upto_at timestamp with time zone, upto_id uuid, most integer,
  out next_at timestamp with time zone, out next_id uuid
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
begin
  with source as materialized (
    select
      c.created_at, c.id,
      row_number() over (order by c.created_at, c.id)::integer - 1 as place,
      array['live', coalesce('status=' || c.status, 'status'), coalesce('shopper_id=' || c.shopper_id::text, 'shopper_id')] as terms
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from shop_order r) c
    where c.tenant_key = of_tenant
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
    insert into shop_order_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + 55) / 56),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (tenant_key, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into shop_order_bitmap_block (tenant_key, segment, block, low_created_at, low_id, created_ats, ids)
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
    insert into shop_order_bitmap (tenant_key, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
      select unnest(k.terms), k.slot from kept k
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  select r.created_at, r.id into next_at, next_id from source r where r.place = most;
end $$;
revoke execute on function shop_order_bitmap_piece(uuid, bigint, timestamp with time zone, uuid, timestamp with time zone, uuid, integer) from public;

-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function shop_order_bitmap_unwritten(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from shop_order_bitmap_tail d where d.tenant_key = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function shop_order_bitmap_unwritten(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function shop_order_bitmap_build(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last shop_order_bitmap_segment;
  rest record;
begin
  perform shop_order_bitmap_unwritten(of_tenant);
  insert into shop_order_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
  select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '00000000-0000-0000-0000-000000000000', 8192, 0, '1:1:' -- nothing is visible in it
  where not exists (select from shop_order_bitmap_segment s where s.tenant_key = of_tenant)
  on conflict do nothing;
  select s.* into last from shop_order_bitmap_segment s where s.tenant_key = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := shop_order_bitmap_piece(of_tenant, last.segment, last.low_created_at, last.low_id, null, null, 53760);
  if rest.next_id is null then
    return false;
  end if;
  insert into shop_order_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
  values (of_tenant, last.segment + 1099511627776, rest.next_at, rest.next_id, 8192, 0, '1:1:');
  return true;
end $$;
revoke execute on function shop_order_bitmap_build(uuid) from public;

create function shop_order_bitmap_replace(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first shop_order_bitmap_segment;
  after shop_order_bitmap_segment;
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from shop_order_bitmap_segment s
      where s.tenant_key = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment = replaced[1];
  select s.* into after from shop_order_bitmap_segment s
  where s.tenant_key = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from shop_order r) c
  where c.tenant_key = of_tenant and (c.created_at, c.id) >= (first.low_created_at, first.low_id)
    and (c.created_at, c.id) < (coalesce(after.low_created_at, 'infinity'), coalesce(after.low_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
  pieces := greatest(1, (held + 53759) / 53760);
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform shop_order_bitmap_renumber(of_tenant, after.segment);
    select s.* into after from shop_order_bitmap_segment s
    where s.tenant_key = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

  delete from shop_order_bitmap_segment t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from shop_order_bitmap_block t where t.tenant_key = of_tenant and t.segment = any (replaced);
  delete from shop_order_bitmap t
  where t.tenant_key = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := shop_order_bitmap_piece(of_tenant, fresh, first.low_created_at, first.low_id, after.low_created_at, after.low_id,
      least(53760, (held + pieces - 1) / pieces + 56)::integer);
    exit when rest.next_id is null;
    first.low_created_at := rest.next_at;
    first.low_id := rest.next_id;
    fresh := fresh + case when after is null then 1099511627776 else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function shop_order_bitmap_replace(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function shop_order_bitmap_renumber(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from shop_order_bitmap_segment s where s.tenant_key = of_tenant);
  old record;
begin
  perform from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + 1099511627776 * row_number() over (order by s.segment) as fresh
    from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment >= from_segment order by 1 desc
  loop
    update shop_order_bitmap_segment t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update shop_order_bitmap_block t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
    update shop_order_bitmap t set segment = old.fresh where t.tenant_key = of_tenant and t.segment = old.segment;
  end loop;
end $$;
revoke execute on function shop_order_bitmap_renumber(uuid, bigint) from public;

create function shop_order_bitmap_rebuild(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform shop_order_bitmap_unwritten(of_tenant);
  perform shop_order_bitmap_replace(of_tenant, array[of_segment]);
end $$;
revoke execute on function shop_order_bitmap_rebuild(uuid, bigint) from public;

create function shop_order_bitmap_merge(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = 8192) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from shop_order_bitmap_segment s where s.tenant_key = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < 7 then
    return 0;
  end if;
  perform shop_order_bitmap_unwritten(of_tenant);
  perform shop_order_bitmap_replace(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function shop_order_bitmap_merge(uuid) from public;

create type shop_order_bitmap_entry as (
  segment bigint,
  block integer,
  slot integer,
  created_at timestamp with time zone,
  id uuid,
  born smallint,
  minus text[],
  plus text[],
  old_text text,
  new_text text
);

create function shop_order_bitmap_newcomers(of_tenant uuid, entries shop_order_bitmap_entry[])
returns table (segment bigint, block integer, place integer, created_at timestamp with time zone, id uuid)
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.ids) as taken, m.created_at, m.id,
      case when s.width = 8192 then s.blocks else 128 end as blocks -- a big one gets no more blocks
    from (
      select s.* from shop_order_bitmap_segment s where s.tenant_key = of_tenant order by s.segment desc limit 1
    ) s
    join shop_order_bitmap_block b on b.tenant_key = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
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
    join shop_order_bitmap_block b on b.tenant_key = of_tenant and b.segment = m.segment and b.block = m.block
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
revoke execute on function shop_order_bitmap_newcomers(uuid, shop_order_bitmap_entry[]) from public;

create function shop_order_bitmap_settle(of_tenant uuid, entries shop_order_bitmap_entry[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places shop_order_bitmap_entry[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * 64 + n.place, n.created_at, n.id, null, null, null, null, null)::shop_order_bitmap_entry)
  into places
  from shop_order_bitmap_newcomers(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p.created_at order by p.slot) as created_ats, array_agg(p.id order by p.slot) as ids
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update shop_order_bitmap_block b set created_ats = b.created_ats || fresh.created_ats, ids = b.ids || fresh.ids
    where b.tenant_key = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into shop_order_bitmap_block (tenant_key, segment, block, low_created_at, low_id, created_ats, ids)
    values (of_tenant, fresh.segment, fresh.block, fresh.created_ats[1], fresh.ids[1], fresh.created_ats, fresh.ids);
    update shop_order_bitmap_segment s set blocks = fresh.block + 1
    where s.tenant_key = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into shop_order_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.created_ats[1], fresh.ids[1], 8192, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), e.created_at, e.id,
      e.born, e.minus, e.plus, e.old_text, e.new_text)::shop_order_bitmap_entry
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
      ) t (segment, slot, term, sign)
      group by 1, 2, 3
      having sum(t.sign) <> 0
    ) d
    join shop_order_bitmap_segment s on s.tenant_key = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update shop_order_bitmap b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.tenant_key = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into shop_order_bitmap (tenant_key, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;

end $$;
revoke execute on function shop_order_bitmap_settle(uuid, shop_order_bitmap_entry[], pg_snapshot) from public;

create function shop_order_bitmap_fold(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries shop_order_bitmap_entry[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where r.name = 'shop_order_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'shop_order_bitmap'::regclass) and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into shop_order_bitmap_segment (tenant_key, segment, low_created_at, low_id, width, blocks, folded)
    select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '00000000-0000-0000-0000-000000000000', 8192, 1, '1:1:' -- nothing is visible in it
    where not exists (select from shop_order_bitmap_segment s where s.tenant_key = of_tenant)
      and exists (select from shop_order_bitmap_tail d where d.tenant_key = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into shop_order_bitmap_block (tenant_key, segment, block, low_created_at, low_id, created_ats, ids)
  select of_tenant, m.segment, 0, '-infinity', '00000000-0000-0000-0000-000000000000', '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
    select d.* from shop_order_bitmap_tail_0 d
    where d.tenant_key = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held))))
    union all
    select d.* from shop_order_bitmap_tail_1 d
    where d.tenant_key = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from shop_order_bitmap_segment s where s.tenant_key = of_tenant and s.segment = any (held))))
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      d.created_at, d.id, d.born, d.minus, d.plus, d.old_text, d.new_text, d.writer
    from tail d
    left join shop_order_bitmap_segment s on s.tenant_key = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, d.id)]
      when d.created_at then array_position(b.ids, d.id)
      else (select i from unnest(array_positions(b.ids, d.id)) i where b.created_ats[i] = d.created_at)
    end as slot
      from shop_order_bitmap_block b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.tenant_key = of_tenant and (b.low_created_at, b.low_id) <= (d.created_at, d.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, e.created_at, e.id, e.born, e.minus, e.plus, e.old_text, e.new_text)::shop_order_bitmap_entry),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join shop_order_bitmap_segment s on s.tenant_key = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from shop_order_bitmap_tail d where d.tenant_key = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > 8192 and not is_writer
    union
    select n.segment from shop_order_bitmap_newcomers(of_tenant, entries) n where n.place >= 64
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform shop_order_bitmap_settle(of_tenant, entries, snapshot);
  end if;
  update shop_order_bitmap_segment s set folded = snapshot where s.tenant_key = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform shop_order_bitmap_replace(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function shop_order_bitmap_fold(uuid) from public;

create function shop_order_bitmap_pending(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where r.name = 'shop_order_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'shop_order_bitmap'::regclass));
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.tenant_key, count(*), min(d.noted_at)
  from (
    select d.tenant_key, d.created_at, d.id, d.writer, d.noted_at from shop_order_bitmap_tail_0 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
    union all
    select d.tenant_key, d.created_at, d.id, d.writer, d.noted_at from shop_order_bitmap_tail_1 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
  ) d
  left join lateral (
    select s.folded from shop_order_bitmap_segment s
    where s.tenant_key = d.tenant_key and (s.low_created_at, s.low_id) <= (d.created_at, d.id)
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function shop_order_bitmap_pending(integer) from public;

-- Past 20000 unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function shop_order_bitmap_bound(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from shop_order_bitmap_segment s where s.tenant_key = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
      select from shop_order_bitmap_tail_0 d
      where d.tenant_key = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
      union all
      select from shop_order_bitmap_tail_1 d
      where d.tenant_key = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
    ) d limit 20001
  ) d;
  if waiting > 20000
     and exists (select from altiplano.bitmap r
                 where r.name = 'shop_order_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'shop_order_bitmap'::regclass) and r.state = 'ready') then
    begin
      perform shop_order_bitmap_fold(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function shop_order_bitmap_bound(uuid) from public;

create function shop_order_bitmap_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into shop_order_bitmap_tail (generation, tenant_key, created_at, id, born, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'shop_order_bitmap'), 0),
    n.tenant_key, n.created_at, n.id, 1,
    array_remove(array[
      'live',
      coalesce('status=' || n.status, 'status'),
      coalesce('shopper_id=' || n.shopper_id::text, 'shopper_id')
    ], null)
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform shop_order_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

create function shop_order_bitmap_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
  where (o.id, o.status, o.shopper_id)
    is distinct from (n.id, n.status, n.shopper_id);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into shop_order_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, minus, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'shop_order_bitmap'), 0),
    n.tenant_key, n.created_at, n.id, p.segment, p.slot,
    array_remove(array[
      case when o.status is distinct from n.status then coalesce('status=' || o.status, 'status') end,
      case when o.shopper_id is distinct from n.shopper_id then coalesce('shopper_id=' || o.shopper_id::text, 'shopper_id') end
    ], null),
    array_remove(array[
      case when o.status is distinct from n.status then coalesce('status=' || n.status, 'status') end,
      case when o.shopper_id is distinct from n.shopper_id then coalesce('shopper_id=' || n.shopper_id::text, 'shopper_id') end
    ], null)
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
        when o.created_at then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
      end as slot
      from shop_order_bitmap_block b
      where b.tenant_key = o.tenant_key and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.status, o.shopper_id)
    is distinct from (n.id, n.status, n.shopper_id);
  if moved then
    insert into shop_order_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, born, minus)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'shop_order_bitmap'), 0),
      o.tenant_key, o.created_at, o.id, p.segment, p.slot, -1,
      array_remove(array[
        'live',
        coalesce('status=' || o.status, 'status'),
        coalesce('shopper_id=' || o.shopper_id::text, 'shopper_id')
      ], null)
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
          when o.created_at then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
        end as slot
        from shop_order_bitmap_block b
        where b.tenant_key = o.tenant_key and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
        order by b.low_created_at desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into shop_order_bitmap_tail (generation, tenant_key, created_at, id, born, plus)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'shop_order_bitmap'), 0),
      n.tenant_key, n.created_at, n.id, 1,
      array_remove(array[
        'live',
        coalesce('status=' || n.status, 'status'),
        coalesce('shopper_id=' || n.shopper_id::text, 'shopper_id')
      ], null)
    from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o full join (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) n on n.tenant_key = o.tenant_key and n.created_at = o.created_at and n.id = o.id
    where o.id is null;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform shop_order_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from new_rows r) r order by 1) t;
  end if;
  return null;
end $$;

create function shop_order_bitmap_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into shop_order_bitmap_tail (generation, tenant_key, created_at, id, segment, slot, born, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'shop_order_bitmap'), 0),
    o.tenant_key, o.created_at, o.id, p.segment, p.slot, -1,
    array_remove(array[
      'live',
      coalesce('status=' || o.status, 'status'),
      coalesce('shopper_id=' || o.shopper_id::text, 'shopper_id')
    ], null)
  from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) o
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.created_ats[array_position(b.ids, o.id)]
        when o.created_at then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.created_ats[i] = o.created_at)
      end as slot
      from shop_order_bitmap_block b
      where b.tenant_key = o.tenant_key and (b.low_created_at, b.low_id) <= (o.created_at, o.id)
      order by b.low_created_at desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform shop_order_bitmap_bound(t.tenant_key) from (select distinct r.tenant_key from (select '00000000-0000-0000-0000-000000000000'::uuid as tenant_key, r.* from old_rows r) r order by 1) t;
  end if;
  return null;
end $$;

revoke execute on function shop_order_bitmap_insert(), shop_order_bitmap_update(), shop_order_bitmap_delete() from public;

create trigger altiplano_shop_order_bitmap_insert after insert on shop_order
  referencing new table as new_rows for each statement execute function shop_order_bitmap_insert();
create trigger altiplano_shop_order_bitmap_update after update on shop_order
  referencing old table as old_rows new table as new_rows for each statement execute function shop_order_bitmap_update();
create trigger altiplano_shop_order_bitmap_delete after delete on shop_order
  referencing old table as old_rows for each statement execute function shop_order_bitmap_delete();

create function shop_order_bitmap_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate shop_order_bitmap, shop_order_bitmap_segment, shop_order_bitmap_block, shop_order_bitmap_tail;
  return null;
end $$;
revoke execute on function shop_order_bitmap_truncate() from public;
create trigger altiplano_shop_order_bitmap_truncate after truncate on shop_order
  for each statement execute function shop_order_bitmap_truncate();

insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), 'shop_order_bitmap', '{"tenant":"tenant_key","untenanted":true,"table":"shop_order","key":"id","deleted":null,"order":"created_at","columns":["status","shopper_id"],"ranges":[],"links":[],"attributes":[],"search":[]}');

-- Down Migration
drop trigger altiplano_shop_order_bitmap_truncate on shop_order;
drop function shop_order_bitmap_truncate();
drop trigger altiplano_shop_order_bitmap_insert on shop_order;
drop function shop_order_bitmap_insert();
drop trigger altiplano_shop_order_bitmap_update on shop_order;
drop function shop_order_bitmap_update();
drop trigger altiplano_shop_order_bitmap_delete on shop_order;
drop function shop_order_bitmap_delete();
drop function shop_order_bitmap_bound(uuid);
drop function shop_order_bitmap_unfolded(uuid, xid8, xid8[]);
drop function shop_order_bitmap_pending(integer);
drop function shop_order_bitmap_fold(uuid);
drop function shop_order_bitmap_settle(uuid, shop_order_bitmap_entry[], pg_snapshot);
drop function shop_order_bitmap_newcomers(uuid, shop_order_bitmap_entry[]);
drop function shop_order_bitmap_merge(uuid);
drop function shop_order_bitmap_rebuild(uuid, bigint);
drop function shop_order_bitmap_renumber(uuid, bigint);
drop function shop_order_bitmap_replace(uuid, bigint[]);
drop function shop_order_bitmap_build(uuid);
drop function shop_order_bitmap_unwritten(uuid);
drop function shop_order_bitmap_piece(uuid, bigint, timestamp with time zone, uuid, timestamp with time zone, uuid, integer);
drop type shop_order_bitmap_entry;
drop table shop_order_bitmap_tail;
drop table shop_order_bitmap_block;
drop table shop_order_bitmap_segment;
drop table shop_order_bitmap;
delete from altiplano.bitmap where schema_name = current_schema() and name = 'shop_order_bitmap';
drop trigger altiplano_product_bitmap_truncate on product;
drop function product_bitmap_truncate();
drop trigger altiplano_product_bitmap_insert on product_category;
drop function product_bitmap_link_1_insert();
drop trigger altiplano_product_bitmap_update on product_category;
drop function product_bitmap_link_1_update();
drop trigger altiplano_product_bitmap_delete on product_category;
drop function product_bitmap_link_1_delete();
drop trigger altiplano_product_bitmap_truncate on product_category;
drop function product_bitmap_link_1_truncate();
drop trigger altiplano_product_bitmap_insert on product_tag;
drop function product_bitmap_link_2_insert();
drop trigger altiplano_product_bitmap_update on product_tag;
drop function product_bitmap_link_2_update();
drop trigger altiplano_product_bitmap_delete on product_tag;
drop function product_bitmap_link_2_delete();
drop trigger altiplano_product_bitmap_truncate on product_tag;
drop function product_bitmap_link_2_truncate();
drop trigger altiplano_product_bitmap_insert on product;
drop function product_bitmap_insert();
drop trigger altiplano_product_bitmap_update on product;
drop function product_bitmap_update();
drop trigger altiplano_product_bitmap_delete on product;
drop function product_bitmap_delete();
drop function product_bitmap_bound(uuid);
drop function product_bitmap_unfolded(uuid, xid8, xid8[]);
drop function product_bitmap_pending(integer);
drop function product_bitmap_fold(uuid);
drop function product_bitmap_settle(uuid, product_bitmap_entry[], pg_snapshot);
drop function product_bitmap_newcomers(uuid, product_bitmap_entry[]);
drop function product_bitmap_merge(uuid);
drop function product_bitmap_rebuild(uuid, bigint);
drop function product_bitmap_renumber(uuid, bigint);
drop function product_bitmap_replace(uuid, bigint[]);
drop function product_bitmap_build(uuid);
drop function product_bitmap_unwritten(uuid);
drop function product_bitmap_piece(uuid, bigint, timestamp with time zone, uuid, timestamp with time zone, uuid, integer);
drop function product_bitmap_price_between(uuid, numeric, boolean, numeric, boolean);
drop function product_bitmap_price_make(uuid, bigint, integer, boolean, numeric(12,2)[], integer[]);
drop function product_bitmap_price_settle(uuid, bigint, integer, boolean, numeric(12,2)[], integer[], numeric(12,2)[], integer[]);
drop function product_bitmap_average_rating_between(uuid, numeric, boolean, numeric, boolean);
drop function product_bitmap_average_rating_make(uuid, bigint, integer, boolean, numeric(3,2)[], integer[]);
drop function product_bitmap_average_rating_settle(uuid, bigint, integer, boolean, numeric(3,2)[], integer[], numeric(3,2)[], integer[]);
drop type product_bitmap_entry;
drop table product_bitmap_tail;
drop table product_bitmap_price;
drop table product_bitmap_price_lows;
drop table product_bitmap_average_rating;
drop table product_bitmap_average_rating_lows;
drop table product_bitmap_block;
drop table product_bitmap_segment;
drop table product_bitmap;
delete from altiplano.bitmap where schema_name = current_schema() and name = 'product_bitmap';
