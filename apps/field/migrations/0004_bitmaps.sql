-- Bitmaps: the rows that have a term as bits in page order, exact in every snapshot. Printed by the declaration
-- (packages/altiplano/src/bitmap).
-- Up Migration
-- Functions below run as their owner: names resolve in this schema and nowhere before it. Unnamed, a caller's temporary
-- tables would come first.
select set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- tracking_bitmap: which rows of tracking have which term.

-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table tracking_bitmap_segment (
  tenant_id uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  low_receiveddate timestamp with time zone not null,
  low_id bigint not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (tenant_id, segment),
  unique (tenant_id, low_receiveddate, low_id)
) with (fillfactor = 50);

-- The rows of 64 slots each: slot = 64 * block + place in the arrays. Blocks ascend in key, places do not.
create table tracking_bitmap_block (
  tenant_id uuid not null,
  segment bigint not null,
  block integer not null,
  low_receiveddate timestamp with time zone not null,
  low_id bigint not null,
  receiveddates timestamp with time zone[] not null,
  ids bigint[] not null,
  primary key (tenant_id, segment, block)
) with (fillfactor = 85);
create index on tracking_bitmap_block (tenant_id, low_receiveddate, low_id) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table tracking_bitmap (
  tenant_id uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (tenant_id, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table tracking_bitmap alter column bits set storage main, alter column term set storage plain;

-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table tracking_bitmap_tail (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  receiveddate timestamp with time zone not null, -- '-infinity': links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  tenant_id uuid not null,
  id bigint not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text
) partition by list (generation);
create index on tracking_bitmap_tail (tenant_id, writer);
create index on tracking_bitmap_tail (writer);
create index on tracking_bitmap_tail (tenant_id, id) where born = -1 or receiveddate = '-infinity';
create table tracking_bitmap_tail_0 partition of tracking_bitmap_tail for values in (0);
create table tracking_bitmap_tail_1 partition of tracking_bitmap_tail for values in (1);

select altiplano.isolate('tracking_bitmap', 'tenant_id');
select altiplano.isolate('tracking_bitmap_segment', 'tenant_id');
select altiplano.isolate('tracking_bitmap_block', 'tenant_id');
select altiplano.isolate('tracking_bitmap_tail', 'tenant_id');
select altiplano.isolate('tracking_bitmap_tail_0', 'tenant_id');
select altiplano.isolate('tracking_bitmap_tail_1', 'tenant_id');

-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function tracking_bitmap_unfolded(of_tenant uuid, since xid8, running xid8[]) returns setof tracking_bitmap_tail
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from tracking_bitmap_tail e
    where e.tenant_id = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function tracking_bitmap_unfolded(uuid, xid8, xid8[]) from public;
do $$ begin execute format('grant execute on function tracking_bitmap_unfolded(uuid, xid8, xid8[]) to %I', altiplano.app_role()); end $$;

create function tracking_bitmap_piece(
  of_tenant uuid, of_segment bigint, from_at timestamp with time zone, from_id bigint, upto_at timestamp with time zone, upto_id bigint, most integer,
  out next_at timestamp with time zone, out next_id bigint
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
begin
  with source as materialized (
    select
      c.receiveddate, c.id,
      row_number() over (order by c.receiveddate, c.id)::integer - 1 as place,
      array['live', coalesce('people_id=' || c.people_id::text, 'people_id'), coalesce('identifier=' || c.identifier, 'identifier'), coalesce(altiplano.bounded_term('deviceid=' || c.deviceid), 'deviceid')] as terms
    from tracking c
    where c.tenant_id = of_tenant
      and (c.receiveddate, c.id) >= (from_at, from_id)
      and (c.receiveddate, c.id) < (coalesce(upto_at, 'infinity'), coalesce(upto_id, '9223372036854775807'))
    order by c.receiveddate, c.id
    limit most + 1
  ), size as materialized (
    select least(count(*), most) as rows, case when count(*) > 7168 then 61440 else 8192 end as width
    from source
  ), kept as (
    select r.*, r.place / 56 * 64 + r.place % 56 as slot from source r where r.place < most
  ), segment as (
    insert into tracking_bitmap_segment (tenant_id, segment, low_receiveddate, low_id, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + 55) / 56),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (tenant_id, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into tracking_bitmap_block (tenant_id, segment, block, low_receiveddate, low_id, receiveddates, ids)
    select of_tenant, of_segment, b.block,
      case when b.block = 0 then from_at else b.receiveddates[1] end, case when b.block = 0 then from_id else b.ids[1] end,
      b.receiveddates, b.ids
    from (
      select k.place / 56 as block, array_agg(k.receiveddate order by k.place) as receiveddates, array_agg(k.id order by k.place) as ids
      from kept k group by 1
      union all
      select 0, '{}', '{}' from size z where z.rows = 0
    ) b
  ), bits as (
    insert into tracking_bitmap (tenant_id, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
      select unnest(k.terms), k.slot from kept k
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  select r.receiveddate, r.id into next_at, next_id from source r where r.place = most;
end $$;
revoke execute on function tracking_bitmap_piece(uuid, bigint, timestamp with time zone, bigint, timestamp with time zone, bigint, integer) from public;

-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function tracking_bitmap_unwritten(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from tracking_bitmap_tail d where d.tenant_id = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function tracking_bitmap_unwritten(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function tracking_bitmap_build(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last tracking_bitmap_segment;
  rest record;
begin
  perform tracking_bitmap_unwritten(of_tenant);
  insert into tracking_bitmap_segment (tenant_id, segment, low_receiveddate, low_id, width, blocks, folded)
  select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '-9223372036854775808', 8192, 0, '1:1:' -- nothing is visible in it
  where not exists (select from tracking_bitmap_segment s where s.tenant_id = of_tenant)
  on conflict do nothing;
  select s.* into last from tracking_bitmap_segment s where s.tenant_id = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := tracking_bitmap_piece(of_tenant, last.segment, last.low_receiveddate, last.low_id, null, null, 53760);
  if rest.next_id is null then
    return false;
  end if;
  insert into tracking_bitmap_segment (tenant_id, segment, low_receiveddate, low_id, width, blocks, folded)
  values (of_tenant, last.segment + 1099511627776, rest.next_at, rest.next_id, 8192, 0, '1:1:');
  return true;
end $$;
revoke execute on function tracking_bitmap_build(uuid) from public;

create function tracking_bitmap_replace(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first tracking_bitmap_segment;
  after tracking_bitmap_segment;
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from tracking_bitmap_segment s
      where s.tenant_id = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment = replaced[1];
  select s.* into after from tracking_bitmap_segment s
  where s.tenant_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from tracking c
  where c.tenant_id = of_tenant and (c.receiveddate, c.id) >= (first.low_receiveddate, first.low_id)
    and (c.receiveddate, c.id) < (coalesce(after.low_receiveddate, 'infinity'), coalesce(after.low_id, '9223372036854775807'));
  pieces := greatest(1, (held + 53759) / 53760);
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform tracking_bitmap_renumber(of_tenant, after.segment);
    select s.* into after from tracking_bitmap_segment s
    where s.tenant_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

  delete from tracking_bitmap_segment t where t.tenant_id = of_tenant and t.segment = any (replaced);
  delete from tracking_bitmap_block t where t.tenant_id = of_tenant and t.segment = any (replaced);
  delete from tracking_bitmap t
  where t.tenant_id = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := tracking_bitmap_piece(of_tenant, fresh, first.low_receiveddate, first.low_id, after.low_receiveddate, after.low_id,
      least(53760, (held + pieces - 1) / pieces + 56)::integer);
    exit when rest.next_id is null;
    first.low_receiveddate := rest.next_at;
    first.low_id := rest.next_id;
    fresh := fresh + case when after is null then 1099511627776 else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function tracking_bitmap_replace(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function tracking_bitmap_renumber(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from tracking_bitmap_segment s where s.tenant_id = of_tenant);
  old record;
begin
  perform from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + 1099511627776 * row_number() over (order by s.segment) as fresh
    from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment >= from_segment order by 1 desc
  loop
    update tracking_bitmap_segment t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
    update tracking_bitmap_block t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
    update tracking_bitmap t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
  end loop;
end $$;
revoke execute on function tracking_bitmap_renumber(uuid, bigint) from public;

create function tracking_bitmap_rebuild(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform tracking_bitmap_unwritten(of_tenant);
  perform tracking_bitmap_replace(of_tenant, array[of_segment]);
end $$;
revoke execute on function tracking_bitmap_rebuild(uuid, bigint) from public;

create function tracking_bitmap_merge(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = 8192) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from tracking_bitmap_segment s where s.tenant_id = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < 7 then
    return 0;
  end if;
  perform tracking_bitmap_unwritten(of_tenant);
  perform tracking_bitmap_replace(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function tracking_bitmap_merge(uuid) from public;

create type tracking_bitmap_entry as (
  segment bigint,
  block integer,
  slot integer,
  receiveddate timestamp with time zone,
  id bigint,
  born smallint,
  minus text[],
  plus text[],
  old_text text,
  new_text text
);

create function tracking_bitmap_newcomers(of_tenant uuid, entries tracking_bitmap_entry[])
returns table (segment bigint, block integer, place integer, receiveddate timestamp with time zone, id bigint)
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.ids) as taken, m.receiveddate, m.id,
      case when s.width = 8192 then s.blocks else 128 end as blocks -- a big one gets no more blocks
    from (
      select s.* from tracking_bitmap_segment s where s.tenant_id = of_tenant order by s.segment desc limit 1
    ) s
    join tracking_bitmap_block b on b.tenant_id = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
    left join lateral (
      select u.receiveddate, u.id from unnest(b.receiveddates, b.ids) u (receiveddate, id) order by u.receiveddate desc, u.id desc limit 1
    ) m on true
  ), newcomer as (
    select e.segment, e.block, e.receiveddate, e.id
    from unnest(entries) e
    where e.slot is null
    group by 1, 2, 3, 4
    having sum(e.born) > 0
  ), marked as (
    select n.*, coalesce(n.segment = l.segment and n.block = l.block
                         and (l.id is null or (n.receiveddate, n.id) > (l.receiveddate, l.id)), false) as is_last
    from newcomer n left join last l on true
  ), inside as (
    select m.segment, m.block, m.receiveddate, m.id,
      (cardinality(b.ids) + row_number() over (partition by m.segment, m.block order by m.receiveddate, m.id) - 1)::integer as place
    from marked m
    join tracking_bitmap_block b on b.tenant_id = of_tenant and b.segment = m.segment and b.block = m.block
    where not m.is_last
  ), behind as (
    select m.receiveddate, m.id, row_number() over (order by m.receiveddate, m.id) - 1 as place,
      l.taken + (select count(*) from inside i where i.segment = l.segment and i.block = l.block) as taken
    from marked m cross join last l
    where m.is_last
  )
  select i.segment, i.block, i.place, i.receiveddate, i.id from inside i
  union all
  select
    case when b.taken + b.place < 56 then l.segment else l.segment + 1099511627776 * (n.block / 128) end,
    case when b.taken + b.place < 56 then l.block else (n.block % 128)::integer end,
    case when b.taken + b.place < 56 then b.taken + b.place else n.place end::integer,
    b.receiveddate, b.id
  from behind b cross join last l
  cross join lateral (
    select l.blocks + (b.place - r.room) / 56 as block, (b.place - r.room) % 56 as place
    from (select greatest(0, 56 - b.taken) as room) r
  ) n
$$;
revoke execute on function tracking_bitmap_newcomers(uuid, tracking_bitmap_entry[]) from public;

create function tracking_bitmap_settle(of_tenant uuid, entries tracking_bitmap_entry[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places tracking_bitmap_entry[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * 64 + n.place, n.receiveddate, n.id, null, null, null, null, null)::tracking_bitmap_entry)
  into places
  from tracking_bitmap_newcomers(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p.receiveddate order by p.slot) as receiveddates, array_agg(p.id order by p.slot) as ids
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update tracking_bitmap_block b set receiveddates = b.receiveddates || fresh.receiveddates, ids = b.ids || fresh.ids
    where b.tenant_id = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into tracking_bitmap_block (tenant_id, segment, block, low_receiveddate, low_id, receiveddates, ids)
    values (of_tenant, fresh.segment, fresh.block, fresh.receiveddates[1], fresh.ids[1], fresh.receiveddates, fresh.ids);
    update tracking_bitmap_segment s set blocks = fresh.block + 1
    where s.tenant_id = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into tracking_bitmap_segment (tenant_id, segment, low_receiveddate, low_id, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.receiveddates[1], fresh.ids[1], 8192, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), e.receiveddate, e.id,
      e.born, e.minus, e.plus, e.old_text, e.new_text)::tracking_bitmap_entry
    from unnest(entries) e
    left join unnest(places) p on e.slot is null and (p.receiveddate, p.id) = (e.receiveddate, e.id)
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
    join tracking_bitmap_segment s on s.tenant_id = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update tracking_bitmap b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.tenant_id = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into tracking_bitmap (tenant_id, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;

end $$;
revoke execute on function tracking_bitmap_settle(uuid, tracking_bitmap_entry[], pg_snapshot) from public;

create function tracking_bitmap_fold(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries tracking_bitmap_entry[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where r.name = 'tracking_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'tracking_bitmap'::regclass) and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into tracking_bitmap_segment (tenant_id, segment, low_receiveddate, low_id, width, blocks, folded)
    select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '-9223372036854775808', 8192, 1, '1:1:' -- nothing is visible in it
    where not exists (select from tracking_bitmap_segment s where s.tenant_id = of_tenant)
      and exists (select from tracking_bitmap_tail d where d.tenant_id = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into tracking_bitmap_block (tenant_id, segment, block, low_receiveddate, low_id, receiveddates, ids)
  select of_tenant, m.segment, 0, '-infinity', '-9223372036854775808', '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
    select d.* from tracking_bitmap_tail_0 d
    where d.tenant_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held))))
    union all
    select d.* from tracking_bitmap_tail_1 d
    where d.tenant_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from tracking_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held))))
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      d.receiveddate, d.id, d.born, d.minus, d.plus, d.old_text, d.new_text, d.writer
    from tail d
    left join tracking_bitmap_segment s on s.tenant_id = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, b.block * 64 - 1 + case b.receiveddates[array_position(b.ids, d.id)]
      when d.receiveddate then array_position(b.ids, d.id)
      else (select i from unnest(array_positions(b.ids, d.id)) i where b.receiveddates[i] = d.receiveddate)
    end as slot
      from tracking_bitmap_block b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.tenant_id = of_tenant and (b.low_receiveddate, b.low_id) <= (d.receiveddate, d.id)
      order by b.low_receiveddate desc, b.low_id desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, e.receiveddate, e.id, e.born, e.minus, e.plus, e.old_text, e.new_text)::tracking_bitmap_entry),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join tracking_bitmap_segment s on s.tenant_id = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from tracking_bitmap_tail d where d.tenant_id = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > 8192 and not is_writer
    union
    select n.segment from tracking_bitmap_newcomers(of_tenant, entries) n where n.place >= 64
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform tracking_bitmap_settle(of_tenant, entries, snapshot);
  end if;
  update tracking_bitmap_segment s set folded = snapshot where s.tenant_id = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform tracking_bitmap_replace(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function tracking_bitmap_fold(uuid) from public;

create function tracking_bitmap_pending(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where r.name = 'tracking_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'tracking_bitmap'::regclass));
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.tenant_id, count(*), min(d.noted_at)
  from (
    select d.tenant_id, d.receiveddate, d.id, d.writer, d.noted_at from tracking_bitmap_tail_0 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
    union all
    select d.tenant_id, d.receiveddate, d.id, d.writer, d.noted_at from tracking_bitmap_tail_1 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
  ) d
  left join lateral (
    select s.folded from tracking_bitmap_segment s
    where s.tenant_id = d.tenant_id and (s.low_receiveddate, s.low_id) <= (d.receiveddate, d.id)
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function tracking_bitmap_pending(integer) from public;

-- Past 20000 unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function tracking_bitmap_bound(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from tracking_bitmap_segment s where s.tenant_id = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
      select from tracking_bitmap_tail_0 d
      where d.tenant_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
      union all
      select from tracking_bitmap_tail_1 d
      where d.tenant_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
    ) d limit 20001
  ) d;
  if waiting > 20000
     and exists (select from altiplano.bitmap r
                 where r.name = 'tracking_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'tracking_bitmap'::regclass) and r.state = 'ready') then
    begin
      perform tracking_bitmap_fold(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function tracking_bitmap_bound(uuid) from public;

create function tracking_bitmap_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into tracking_bitmap_tail (generation, tenant_id, receiveddate, id, born, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'tracking_bitmap'), 0),
    n.tenant_id, n.receiveddate, n.id, 1,
    array_remove(array[
      'live',
      coalesce('people_id=' || n.people_id::text, 'people_id'),
      coalesce('identifier=' || n.identifier, 'identifier'),
      coalesce(altiplano.bounded_term('deviceid=' || n.deviceid), 'deviceid')
    ], null)
  from new_rows n;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform tracking_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function tracking_bitmap_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.receiveddate = o.receiveddate and n.id = o.id
  where (o.id, o.people_id, o.identifier, o.deviceid)
    is distinct from (n.id, n.people_id, n.identifier, n.deviceid);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into tracking_bitmap_tail (generation, tenant_id, receiveddate, id, segment, slot, minus, plus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'tracking_bitmap'), 0),
    n.tenant_id, n.receiveddate, n.id, p.segment, p.slot,
    array_remove(array[
      case when o.people_id is distinct from n.people_id then coalesce('people_id=' || o.people_id::text, 'people_id') end,
      case when o.identifier is distinct from n.identifier then coalesce('identifier=' || o.identifier, 'identifier') end,
      case when o.deviceid is distinct from n.deviceid then coalesce(altiplano.bounded_term('deviceid=' || o.deviceid), 'deviceid') end
    ], null),
    array_remove(array[
      case when o.people_id is distinct from n.people_id then coalesce('people_id=' || n.people_id::text, 'people_id') end,
      case when o.identifier is distinct from n.identifier then coalesce('identifier=' || n.identifier, 'identifier') end,
      case when o.deviceid is distinct from n.deviceid then coalesce(altiplano.bounded_term('deviceid=' || n.deviceid), 'deviceid') end
    ], null)
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.receiveddate = o.receiveddate and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.receiveddates[array_position(b.ids, o.id)]
        when o.receiveddate then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.receiveddates[i] = o.receiveddate)
      end as slot
      from tracking_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_receiveddate, b.low_id) <= (o.receiveddate, o.id)
      order by b.low_receiveddate desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.people_id, o.identifier, o.deviceid)
    is distinct from (n.id, n.people_id, n.identifier, n.deviceid);
  if moved then
    insert into tracking_bitmap_tail (generation, tenant_id, receiveddate, id, segment, slot, born, minus)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'tracking_bitmap'), 0),
      o.tenant_id, o.receiveddate, o.id, p.segment, p.slot, -1,
      array_remove(array[
        'live',
        coalesce('people_id=' || o.people_id::text, 'people_id'),
        coalesce('identifier=' || o.identifier, 'identifier'),
        coalesce(altiplano.bounded_term('deviceid=' || o.deviceid), 'deviceid')
      ], null)
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.receiveddate = o.receiveddate and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.receiveddates[array_position(b.ids, o.id)]
          when o.receiveddate then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.receiveddates[i] = o.receiveddate)
        end as slot
        from tracking_bitmap_block b
        where b.tenant_id = o.tenant_id and (b.low_receiveddate, b.low_id) <= (o.receiveddate, o.id)
        order by b.low_receiveddate desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into tracking_bitmap_tail (generation, tenant_id, receiveddate, id, born, plus)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'tracking_bitmap'), 0),
      n.tenant_id, n.receiveddate, n.id, 1,
      array_remove(array[
        'live',
        coalesce('people_id=' || n.people_id::text, 'people_id'),
        coalesce('identifier=' || n.identifier, 'identifier'),
        coalesce(altiplano.bounded_term('deviceid=' || n.deviceid), 'deviceid')
      ], null)
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.receiveddate = o.receiveddate and n.id = o.id
    where o.id is null;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform tracking_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function tracking_bitmap_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into tracking_bitmap_tail (generation, tenant_id, receiveddate, id, segment, slot, born, minus)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'tracking_bitmap'), 0),
    o.tenant_id, o.receiveddate, o.id, p.segment, p.slot, -1,
    array_remove(array[
      'live',
      coalesce('people_id=' || o.people_id::text, 'people_id'),
      coalesce('identifier=' || o.identifier, 'identifier'),
      coalesce(altiplano.bounded_term('deviceid=' || o.deviceid), 'deviceid')
    ], null)
  from old_rows o
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.receiveddates[array_position(b.ids, o.id)]
        when o.receiveddate then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.receiveddates[i] = o.receiveddate)
      end as slot
      from tracking_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_receiveddate, b.low_id) <= (o.receiveddate, o.id)
      order by b.low_receiveddate desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform tracking_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from old_rows r order by 1) t;
  end if;
  return null;
end $$;

revoke execute on function tracking_bitmap_insert(), tracking_bitmap_update(), tracking_bitmap_delete() from public;

create trigger altiplano_tracking_bitmap_insert after insert on tracking
  referencing new table as new_rows for each statement execute function tracking_bitmap_insert();
create trigger altiplano_tracking_bitmap_update after update on tracking
  referencing old table as old_rows new table as new_rows for each statement execute function tracking_bitmap_update();
create trigger altiplano_tracking_bitmap_delete after delete on tracking
  referencing old table as old_rows for each statement execute function tracking_bitmap_delete();

create function tracking_bitmap_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate tracking_bitmap, tracking_bitmap_segment, tracking_bitmap_block, tracking_bitmap_tail;
  return null;
end $$;
revoke execute on function tracking_bitmap_truncate() from public;
create trigger altiplano_tracking_bitmap_truncate after truncate on tracking
  for each statement execute function tracking_bitmap_truncate();

insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), 'tracking_bitmap', '{"tenant":"tenant_id","table":"tracking","key":"id","deleted":null,"order":"receiveddate","keyType":"bigint","columns":["people_id","identifier","deviceid"],"ranges":[],"links":[],"attributes":[],"search":[]}');

-- journal_bitmap: which rows of journal_entry have which term.

-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table journal_bitmap_segment (
  tenant_id uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  low_timestamp timestamp with time zone not null,
  low_id bigint not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (tenant_id, segment),
  unique (tenant_id, low_timestamp, low_id)
) with (fillfactor = 50);

-- The rows of 64 slots each: slot = 64 * block + place in the arrays. Blocks ascend in key, places do not.
create table journal_bitmap_block (
  tenant_id uuid not null,
  segment bigint not null,
  block integer not null,
  low_timestamp timestamp with time zone not null,
  low_id bigint not null,
  timestamps timestamp with time zone[] not null,
  ids bigint[] not null,
  primary key (tenant_id, segment, block)
) with (fillfactor = 85);
create index on journal_bitmap_block (tenant_id, low_timestamp, low_id) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table journal_bitmap (
  tenant_id uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (tenant_id, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table journal_bitmap alter column bits set storage main, alter column term set storage plain;

-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table journal_bitmap_tail (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  "timestamp" timestamp with time zone not null, -- '-infinity': links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  tenant_id uuid not null,
  id bigint not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text
) partition by list (generation);
create index on journal_bitmap_tail (tenant_id, writer);
create index on journal_bitmap_tail (writer);
create index on journal_bitmap_tail (tenant_id, id) where born = -1 or "timestamp" = '-infinity';
create table journal_bitmap_tail_0 partition of journal_bitmap_tail for values in (0);
create table journal_bitmap_tail_1 partition of journal_bitmap_tail for values in (1);

select altiplano.isolate('journal_bitmap', 'tenant_id');
select altiplano.isolate('journal_bitmap_segment', 'tenant_id');
select altiplano.isolate('journal_bitmap_block', 'tenant_id');
select altiplano.isolate('journal_bitmap_tail', 'tenant_id');
select altiplano.isolate('journal_bitmap_tail_0', 'tenant_id');
select altiplano.isolate('journal_bitmap_tail_1', 'tenant_id');

-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function journal_bitmap_unfolded(of_tenant uuid, since xid8, running xid8[]) returns setof journal_bitmap_tail
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from journal_bitmap_tail e
    where e.tenant_id = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function journal_bitmap_unfolded(uuid, xid8, xid8[]) from public;
do $$ begin execute format('grant execute on function journal_bitmap_unfolded(uuid, xid8, xid8[]) to %I', altiplano.app_role()); end $$;

create function journal_bitmap_piece(
  of_tenant uuid, of_segment bigint, from_at timestamp with time zone, from_id bigint, upto_at timestamp with time zone, upto_id bigint, most integer,
  out next_at timestamp with time zone, out next_id bigint
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
begin
  with source as materialized (
    select
      c."timestamp", c.id,
      row_number() over (order by c."timestamp", c.id)::integer - 1 as place,
      array[case when not c.is_deleted then 'live' end, coalesce('entry_type=' || c.entry_type, 'entry_type'), coalesce('privacy_scope=' || c.privacy_scope, 'privacy_scope'), coalesce('user_id=' || c.user_id::text, 'user_id')] as terms,
      coalesce(altiplano.fold(c.title), '') as text
    from journal_entry c
    where c.tenant_id = of_tenant
      and (c."timestamp", c.id) >= (from_at, from_id)
      and (c."timestamp", c.id) < (coalesce(upto_at, 'infinity'), coalesce(upto_id, '9223372036854775807'))
    order by c."timestamp", c.id
    limit most + 1
  ), size as materialized (
    select least(count(*), most) as rows, case when count(*) > 7168 then 61440 else 8192 end as width
    from source
  ), kept as (
    select r.*, r.place / 56 * 64 + r.place % 56 as slot from source r where r.place < most
  ), segment as (
    insert into journal_bitmap_segment (tenant_id, segment, low_timestamp, low_id, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + 55) / 56),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (tenant_id, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into journal_bitmap_block (tenant_id, segment, block, low_timestamp, low_id, timestamps, ids)
    select of_tenant, of_segment, b.block,
      case when b.block = 0 then from_at else b.timestamps[1] end, case when b.block = 0 then from_id else b.ids[1] end,
      b.timestamps, b.ids
    from (
      select k.place / 56 as block, array_agg(k."timestamp" order by k.place) as timestamps, array_agg(k.id order by k.place) as ids
      from kept k group by 1
      union all
      select 0, '{}', '{}' from size z where z.rows = 0
    ) b
  ), bits as (
    insert into journal_bitmap (tenant_id, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
      select unnest(k.terms), k.slot from kept k
      union all
      select g.term, k.slot from kept k cross join lateral altiplano.gram_terms(k.text) g (term)
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  select r."timestamp", r.id into next_at, next_id from source r where r.place = most;
end $$;
revoke execute on function journal_bitmap_piece(uuid, bigint, timestamp with time zone, bigint, timestamp with time zone, bigint, integer) from public;

-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function journal_bitmap_unwritten(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from journal_bitmap_tail d where d.tenant_id = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function journal_bitmap_unwritten(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function journal_bitmap_build(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last journal_bitmap_segment;
  rest record;
begin
  perform journal_bitmap_unwritten(of_tenant);
  insert into journal_bitmap_segment (tenant_id, segment, low_timestamp, low_id, width, blocks, folded)
  select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '-9223372036854775808', 8192, 0, '1:1:' -- nothing is visible in it
  where not exists (select from journal_bitmap_segment s where s.tenant_id = of_tenant)
  on conflict do nothing;
  select s.* into last from journal_bitmap_segment s where s.tenant_id = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := journal_bitmap_piece(of_tenant, last.segment, last.low_timestamp, last.low_id, null, null, 53760);
  if rest.next_id is null then
    return false;
  end if;
  insert into journal_bitmap_segment (tenant_id, segment, low_timestamp, low_id, width, blocks, folded)
  values (of_tenant, last.segment + 1099511627776, rest.next_at, rest.next_id, 8192, 0, '1:1:');
  return true;
end $$;
revoke execute on function journal_bitmap_build(uuid) from public;

create function journal_bitmap_replace(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first journal_bitmap_segment;
  after journal_bitmap_segment;
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from journal_bitmap_segment s
      where s.tenant_id = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment = replaced[1];
  select s.* into after from journal_bitmap_segment s
  where s.tenant_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from journal_entry c
  where c.tenant_id = of_tenant and (c."timestamp", c.id) >= (first.low_timestamp, first.low_id)
    and (c."timestamp", c.id) < (coalesce(after.low_timestamp, 'infinity'), coalesce(after.low_id, '9223372036854775807'));
  pieces := greatest(1, (held + 53759) / 53760);
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform journal_bitmap_renumber(of_tenant, after.segment);
    select s.* into after from journal_bitmap_segment s
    where s.tenant_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

  delete from journal_bitmap_segment t where t.tenant_id = of_tenant and t.segment = any (replaced);
  delete from journal_bitmap_block t where t.tenant_id = of_tenant and t.segment = any (replaced);
  delete from journal_bitmap t
  where t.tenant_id = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := journal_bitmap_piece(of_tenant, fresh, first.low_timestamp, first.low_id, after.low_timestamp, after.low_id,
      least(53760, (held + pieces - 1) / pieces + 56)::integer);
    exit when rest.next_id is null;
    first.low_timestamp := rest.next_at;
    first.low_id := rest.next_id;
    fresh := fresh + case when after is null then 1099511627776 else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function journal_bitmap_replace(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function journal_bitmap_renumber(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from journal_bitmap_segment s where s.tenant_id = of_tenant);
  old record;
begin
  perform from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + 1099511627776 * row_number() over (order by s.segment) as fresh
    from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment >= from_segment order by 1 desc
  loop
    update journal_bitmap_segment t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
    update journal_bitmap_block t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
    update journal_bitmap t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
  end loop;
end $$;
revoke execute on function journal_bitmap_renumber(uuid, bigint) from public;

create function journal_bitmap_rebuild(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform journal_bitmap_unwritten(of_tenant);
  perform journal_bitmap_replace(of_tenant, array[of_segment]);
end $$;
revoke execute on function journal_bitmap_rebuild(uuid, bigint) from public;

create function journal_bitmap_merge(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = 8192) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from journal_bitmap_segment s where s.tenant_id = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < 7 then
    return 0;
  end if;
  perform journal_bitmap_unwritten(of_tenant);
  perform journal_bitmap_replace(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function journal_bitmap_merge(uuid) from public;

create type journal_bitmap_entry as (
  segment bigint,
  block integer,
  slot integer,
  "timestamp" timestamp with time zone,
  id bigint,
  born smallint,
  minus text[],
  plus text[],
  old_text text,
  new_text text
);

create function journal_bitmap_newcomers(of_tenant uuid, entries journal_bitmap_entry[])
returns table (segment bigint, block integer, place integer, "timestamp" timestamp with time zone, id bigint)
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.ids) as taken, m."timestamp", m.id,
      case when s.width = 8192 then s.blocks else 128 end as blocks -- a big one gets no more blocks
    from (
      select s.* from journal_bitmap_segment s where s.tenant_id = of_tenant order by s.segment desc limit 1
    ) s
    join journal_bitmap_block b on b.tenant_id = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
    left join lateral (
      select u."timestamp", u.id from unnest(b.timestamps, b.ids) u ("timestamp", id) order by u."timestamp" desc, u.id desc limit 1
    ) m on true
  ), newcomer as (
    select e.segment, e.block, e."timestamp", e.id
    from unnest(entries) e
    where e.slot is null
    group by 1, 2, 3, 4
    having sum(e.born) > 0
  ), marked as (
    select n.*, coalesce(n.segment = l.segment and n.block = l.block
                         and (l.id is null or (n."timestamp", n.id) > (l."timestamp", l.id)), false) as is_last
    from newcomer n left join last l on true
  ), inside as (
    select m.segment, m.block, m."timestamp", m.id,
      (cardinality(b.ids) + row_number() over (partition by m.segment, m.block order by m."timestamp", m.id) - 1)::integer as place
    from marked m
    join journal_bitmap_block b on b.tenant_id = of_tenant and b.segment = m.segment and b.block = m.block
    where not m.is_last
  ), behind as (
    select m."timestamp", m.id, row_number() over (order by m."timestamp", m.id) - 1 as place,
      l.taken + (select count(*) from inside i where i.segment = l.segment and i.block = l.block) as taken
    from marked m cross join last l
    where m.is_last
  )
  select i.segment, i.block, i.place, i."timestamp", i.id from inside i
  union all
  select
    case when b.taken + b.place < 56 then l.segment else l.segment + 1099511627776 * (n.block / 128) end,
    case when b.taken + b.place < 56 then l.block else (n.block % 128)::integer end,
    case when b.taken + b.place < 56 then b.taken + b.place else n.place end::integer,
    b."timestamp", b.id
  from behind b cross join last l
  cross join lateral (
    select l.blocks + (b.place - r.room) / 56 as block, (b.place - r.room) % 56 as place
    from (select greatest(0, 56 - b.taken) as room) r
  ) n
$$;
revoke execute on function journal_bitmap_newcomers(uuid, journal_bitmap_entry[]) from public;

create function journal_bitmap_settle(of_tenant uuid, entries journal_bitmap_entry[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places journal_bitmap_entry[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * 64 + n.place, n."timestamp", n.id, null, null, null, null, null)::journal_bitmap_entry)
  into places
  from journal_bitmap_newcomers(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p."timestamp" order by p.slot) as timestamps, array_agg(p.id order by p.slot) as ids
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update journal_bitmap_block b set timestamps = b.timestamps || fresh.timestamps, ids = b.ids || fresh.ids
    where b.tenant_id = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into journal_bitmap_block (tenant_id, segment, block, low_timestamp, low_id, timestamps, ids)
    values (of_tenant, fresh.segment, fresh.block, fresh.timestamps[1], fresh.ids[1], fresh.timestamps, fresh.ids);
    update journal_bitmap_segment s set blocks = fresh.block + 1
    where s.tenant_id = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into journal_bitmap_segment (tenant_id, segment, low_timestamp, low_id, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.timestamps[1], fresh.ids[1], 8192, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), e."timestamp", e.id,
      e.born, e.minus, e.plus, e.old_text, e.new_text)::journal_bitmap_entry
    from unnest(entries) e
    left join unnest(places) p on e.slot is null and (p."timestamp", p.id) = (e."timestamp", e.id)
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
    join journal_bitmap_segment s on s.tenant_id = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update journal_bitmap b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.tenant_id = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into journal_bitmap (tenant_id, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;

end $$;
revoke execute on function journal_bitmap_settle(uuid, journal_bitmap_entry[], pg_snapshot) from public;

create function journal_bitmap_fold(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries journal_bitmap_entry[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where r.name = 'journal_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'journal_bitmap'::regclass) and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into journal_bitmap_segment (tenant_id, segment, low_timestamp, low_id, width, blocks, folded)
    select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '-infinity', '-9223372036854775808', 8192, 1, '1:1:' -- nothing is visible in it
    where not exists (select from journal_bitmap_segment s where s.tenant_id = of_tenant)
      and exists (select from journal_bitmap_tail d where d.tenant_id = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into journal_bitmap_block (tenant_id, segment, block, low_timestamp, low_id, timestamps, ids)
  select of_tenant, m.segment, 0, '-infinity', '-9223372036854775808', '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from journal_bitmap_segment s where s.tenant_id = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
    select d.* from journal_bitmap_tail_0 d
    where d.tenant_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held))))
    union all
    select d.* from journal_bitmap_tail_1 d
    where d.tenant_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from journal_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held))))
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      d."timestamp", d.id, d.born, d.minus, d.plus, d.old_text, d.new_text, d.writer
    from tail d
    left join journal_bitmap_segment s on s.tenant_id = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, b.block * 64 - 1 + case b.timestamps[array_position(b.ids, d.id)]
      when d."timestamp" then array_position(b.ids, d.id)
      else (select i from unnest(array_positions(b.ids, d.id)) i where b.timestamps[i] = d."timestamp")
    end as slot
      from journal_bitmap_block b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.tenant_id = of_tenant and (b.low_timestamp, b.low_id) <= (d."timestamp", d.id)
      order by b.low_timestamp desc, b.low_id desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, e."timestamp", e.id, e.born, e.minus, e.plus, e.old_text, e.new_text)::journal_bitmap_entry),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join journal_bitmap_segment s on s.tenant_id = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from journal_bitmap_tail d where d.tenant_id = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > 8192 and not is_writer
    union
    select n.segment from journal_bitmap_newcomers(of_tenant, entries) n where n.place >= 64
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform journal_bitmap_settle(of_tenant, entries, snapshot);
  end if;
  update journal_bitmap_segment s set folded = snapshot where s.tenant_id = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform journal_bitmap_replace(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function journal_bitmap_fold(uuid) from public;

create function journal_bitmap_pending(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where r.name = 'journal_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'journal_bitmap'::regclass));
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.tenant_id, count(*), min(d.noted_at)
  from (
    select d.tenant_id, d."timestamp", d.id, d.writer, d.noted_at from journal_bitmap_tail_0 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
    union all
    select d.tenant_id, d."timestamp", d.id, d.writer, d.noted_at from journal_bitmap_tail_1 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
  ) d
  left join lateral (
    select s.folded from journal_bitmap_segment s
    where s.tenant_id = d.tenant_id and (s.low_timestamp, s.low_id) <= (d."timestamp", d.id)
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function journal_bitmap_pending(integer) from public;

-- Past 20000 unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function journal_bitmap_bound(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from journal_bitmap_segment s where s.tenant_id = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
      select from journal_bitmap_tail_0 d
      where d.tenant_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
      union all
      select from journal_bitmap_tail_1 d
      where d.tenant_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
    ) d limit 20001
  ) d;
  if waiting > 20000
     and exists (select from altiplano.bitmap r
                 where r.name = 'journal_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'journal_bitmap'::regclass) and r.state = 'ready') then
    begin
      perform journal_bitmap_fold(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function journal_bitmap_bound(uuid) from public;

create function journal_bitmap_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into journal_bitmap_tail (generation, tenant_id, "timestamp", id, born, plus, new_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'journal_bitmap'), 0),
    n.tenant_id, n."timestamp", n.id, 1,
    array_remove(array[
      case when not n.is_deleted then 'live' end,
      coalesce('entry_type=' || n.entry_type, 'entry_type'),
      coalesce('privacy_scope=' || n.privacy_scope, 'privacy_scope'),
      coalesce('user_id=' || n.user_id::text, 'user_id')
    ], null),
    coalesce(altiplano.fold(n.title), '')
  from new_rows n;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform journal_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function journal_bitmap_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n."timestamp" = o."timestamp" and n.id = o.id
  where (o.id, o.is_deleted, o.entry_type, o.privacy_scope, o.user_id, o.title)
    is distinct from (n.id, n.is_deleted, n.entry_type, n.privacy_scope, n.user_id, n.title);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into journal_bitmap_tail (generation, tenant_id, "timestamp", id, segment, slot, minus, plus, old_text, new_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'journal_bitmap'), 0),
    n.tenant_id, n."timestamp", n.id, p.segment, p.slot,
    array_remove(array[
      case when o.is_deleted is distinct from n.is_deleted then case when not o.is_deleted then 'live' end end,
      case when o.entry_type is distinct from n.entry_type then coalesce('entry_type=' || o.entry_type, 'entry_type') end,
      case when o.privacy_scope is distinct from n.privacy_scope then coalesce('privacy_scope=' || o.privacy_scope, 'privacy_scope') end,
      case when o.user_id is distinct from n.user_id then coalesce('user_id=' || o.user_id::text, 'user_id') end
    ], null),
    array_remove(array[
      case when o.is_deleted is distinct from n.is_deleted then case when not n.is_deleted then 'live' end end,
      case when o.entry_type is distinct from n.entry_type then coalesce('entry_type=' || n.entry_type, 'entry_type') end,
      case when o.privacy_scope is distinct from n.privacy_scope then coalesce('privacy_scope=' || n.privacy_scope, 'privacy_scope') end,
      case when o.user_id is distinct from n.user_id then coalesce('user_id=' || n.user_id::text, 'user_id') end
    ], null),
    case when (o.title) is distinct from (n.title) then coalesce(altiplano.fold(o.title), '') end,
    case when (o.title) is distinct from (n.title) then coalesce(altiplano.fold(n.title), '') end
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n."timestamp" = o."timestamp" and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.timestamps[array_position(b.ids, o.id)]
        when o."timestamp" then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.timestamps[i] = o."timestamp")
      end as slot
      from journal_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_timestamp, b.low_id) <= (o."timestamp", o.id)
      order by b.low_timestamp desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.is_deleted, o.entry_type, o.privacy_scope, o.user_id, o.title)
    is distinct from (n.id, n.is_deleted, n.entry_type, n.privacy_scope, n.user_id, n.title);
  if moved then
    insert into journal_bitmap_tail (generation, tenant_id, "timestamp", id, segment, slot, born, minus, old_text)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'journal_bitmap'), 0),
      o.tenant_id, o."timestamp", o.id, p.segment, p.slot, -1,
      array_remove(array[
        case when not o.is_deleted then 'live' end,
        coalesce('entry_type=' || o.entry_type, 'entry_type'),
        coalesce('privacy_scope=' || o.privacy_scope, 'privacy_scope'),
        coalesce('user_id=' || o.user_id::text, 'user_id')
      ], null),
      coalesce(altiplano.fold(o.title), '')
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n."timestamp" = o."timestamp" and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.timestamps[array_position(b.ids, o.id)]
          when o."timestamp" then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.timestamps[i] = o."timestamp")
        end as slot
        from journal_bitmap_block b
        where b.tenant_id = o.tenant_id and (b.low_timestamp, b.low_id) <= (o."timestamp", o.id)
        order by b.low_timestamp desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into journal_bitmap_tail (generation, tenant_id, "timestamp", id, born, plus, new_text)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'journal_bitmap'), 0),
      n.tenant_id, n."timestamp", n.id, 1,
      array_remove(array[
        case when not n.is_deleted then 'live' end,
        coalesce('entry_type=' || n.entry_type, 'entry_type'),
        coalesce('privacy_scope=' || n.privacy_scope, 'privacy_scope'),
        coalesce('user_id=' || n.user_id::text, 'user_id')
      ], null),
      coalesce(altiplano.fold(n.title), '')
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n."timestamp" = o."timestamp" and n.id = o.id
    where o.id is null;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform journal_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function journal_bitmap_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into journal_bitmap_tail (generation, tenant_id, "timestamp", id, segment, slot, born, minus, old_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'journal_bitmap'), 0),
    o.tenant_id, o."timestamp", o.id, p.segment, p.slot, -1,
    array_remove(array[
      case when not o.is_deleted then 'live' end,
      coalesce('entry_type=' || o.entry_type, 'entry_type'),
      coalesce('privacy_scope=' || o.privacy_scope, 'privacy_scope'),
      coalesce('user_id=' || o.user_id::text, 'user_id')
    ], null),
    coalesce(altiplano.fold(o.title), '')
  from old_rows o
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.timestamps[array_position(b.ids, o.id)]
        when o."timestamp" then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.timestamps[i] = o."timestamp")
      end as slot
      from journal_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_timestamp, b.low_id) <= (o."timestamp", o.id)
      order by b.low_timestamp desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform journal_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from old_rows r order by 1) t;
  end if;
  return null;
end $$;

revoke execute on function journal_bitmap_insert(), journal_bitmap_update(), journal_bitmap_delete() from public;

create trigger altiplano_journal_bitmap_insert after insert on journal_entry
  referencing new table as new_rows for each statement execute function journal_bitmap_insert();
create trigger altiplano_journal_bitmap_update after update on journal_entry
  referencing old table as old_rows new table as new_rows for each statement execute function journal_bitmap_update();
create trigger altiplano_journal_bitmap_delete after delete on journal_entry
  referencing old table as old_rows for each statement execute function journal_bitmap_delete();

create function journal_bitmap_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate journal_bitmap, journal_bitmap_segment, journal_bitmap_block, journal_bitmap_tail;
  return null;
end $$;
revoke execute on function journal_bitmap_truncate() from public;
create trigger altiplano_journal_bitmap_truncate after truncate on journal_entry
  for each statement execute function journal_bitmap_truncate();

insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), 'journal_bitmap', '{"tenant":"tenant_id","table":"journal_entry","key":"id","deleted":"is_deleted","order":"timestamp","keyType":"bigint","columns":["entry_type","privacy_scope","user_id"],"ranges":[],"links":[],"attributes":[],"search":["title"]}');

-- people_bitmap: which rows of people have which term.

-- Key ranges of a tenant's rows, in key order: what a snapshot saw of a row's changes is in the bits of its segment.
create table people_bitmap_segment (
  tenant_id uuid not null,
  segment bigint not null, -- ascends with the key and is never given twice
  low_name text collate "C" not null,
  low_id bigint not null,
  width integer not null,
  blocks integer not null,
  folded pg_snapshot not null,
  primary key (tenant_id, segment),
  unique (tenant_id, low_name, low_id)
) with (fillfactor = 50);

-- The rows of 64 slots each: slot = 64 * block + place in the arrays. Blocks ascend in key, places do not.
create table people_bitmap_block (
  tenant_id uuid not null,
  segment bigint not null,
  block integer not null,
  low_name text collate "C" not null,
  low_id bigint not null,
  names text[] collate "C" not null,
  ids bigint[] not null,
  primary key (tenant_id, segment, block)
) with (fillfactor = 85);
create index on people_bitmap_block (tenant_id, low_name, low_id) include (segment, block);

-- Bits are compressed in the row and terms are plain: out of line, each would cost a look into TOAST (5,700 buffers for 1,100 rows).
create table people_bitmap (
  tenant_id uuid not null,
  term text collate "C" not null,
  segment bigint not null,
  bits bit varying not null,
  primary key (tenant_id, term, segment)
) with (fillfactor = 85, toast_tuple_target = 128);
alter table people_bitmap alter column bits set storage main, alter column term set storage plain;

-- Appended to by triggers; which entries count, a segment's snapshot decides. Writers lock only the generation they write.
create table people_bitmap_tail (
  -- Widest first: no byte is lost between columns, of which 5,000 entries would make 10 pages.
  writer xid8 not null default pg_current_xact_id(),
  noted_at timestamptz not null default clock_timestamp(),
  name text collate "C" not null, -- '': links whose row went before them, until it says where it stood
  segment bigint, -- null where the row was not settled
  tenant_id uuid not null,
  id bigint not null,
  slot integer,
  generation smallint not null,
  born smallint not null default 0, -- 1: the row came to this key, -1: it went
  minus text[],
  plus text[],
  old_text text, -- both are null where the text stayed as it was
  new_text text
) partition by list (generation);
create index on people_bitmap_tail (tenant_id, writer);
create index on people_bitmap_tail (writer);
create index on people_bitmap_tail (tenant_id, id) where born = -1 or name = '';
create table people_bitmap_tail_0 partition of people_bitmap_tail for values in (0);
create table people_bitmap_tail_1 partition of people_bitmap_tail for values in (1);

select altiplano.isolate('people_bitmap', 'tenant_id');
select altiplano.isolate('people_bitmap_segment', 'tenant_id');
select altiplano.isolate('people_bitmap_block', 'tenant_id');
select altiplano.isolate('people_bitmap_tail', 'tenant_id');
select altiplano.isolate('people_bitmap_tail_0', 'tenant_id');
select altiplano.isolate('people_bitmap_tail_1', 'tenant_id');

-- Entries that may not be in the bits yet: of writers since the oldest segment's snapshot, or running in one of them. It runs as
-- its owner and therefore carries the tenant itself, and refuses one that is not the session's.
create function people_bitmap_unfolded(of_tenant uuid, since xid8, running xid8[]) returns setof people_bitmap_tail
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_indexscan = off set enable_bitmapscan = on rows 500 as $$
begin
  perform altiplano.same_tenant(of_tenant);
  return query select * from people_bitmap_tail e
    where e.tenant_id = of_tenant and (e.writer >= coalesce(since, '0') or e.writer = any (coalesce(running, '{}')));
end $$;
revoke execute on function people_bitmap_unfolded(uuid, xid8, xid8[]) from public;
do $$ begin execute format('grant execute on function people_bitmap_unfolded(uuid, xid8, xid8[]) to %I', altiplano.app_role()); end $$;

create function people_bitmap_piece(
  of_tenant uuid, of_segment bigint, from_at text, from_id bigint, upto_at text, upto_id bigint, most integer,
  out next_at text, out next_id bigint
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
begin
  with source as materialized (
    select
      c.name collate "C", c.id,
      row_number() over (order by c.name collate "C", c.id)::integer - 1 as place,
      array['live'] as terms,
      coalesce(altiplano.fold(c.name), '') || chr(31) || coalesce(altiplano.fold(c.code), '') || chr(31) || coalesce(altiplano.fold(c.email), '') as text
    from people c
    where c.tenant_id = of_tenant
      and (c.name collate "C", c.id) >= (from_at, from_id)
      and (c.name collate "C", c.id) < (coalesce(upto_at, (select m.name collate "C" || '~' from people m where m.tenant_id = of_tenant order by m.name collate "C" desc limit 1)), coalesce(upto_id, '9223372036854775807'))
    order by c.name collate "C", c.id
    limit most + 1
  ), size as materialized (
    select least(count(*), most) as rows, case when count(*) > 7168 then 61440 else 8192 end as width
    from source
  ), kept as (
    select r.*, r.place / 56 * 64 + r.place % 56 as slot from source r where r.place < most
  ), segment as (
    insert into people_bitmap_segment (tenant_id, segment, low_name, low_id, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + 55) / 56),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (tenant_id, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into people_bitmap_block (tenant_id, segment, block, low_name, low_id, names, ids)
    select of_tenant, of_segment, b.block,
      case when b.block = 0 then from_at else b.names[1] end, case when b.block = 0 then from_id else b.ids[1] end,
      b.names, b.ids
    from (
      select k.place / 56 as block, array_agg(k.name order by k.place) as names, array_agg(k.id order by k.place) as ids
      from kept k group by 1
      union all
      select 0, '{}', '{}' from size z where z.rows = 0
    ) b
  ), bits as (
    insert into people_bitmap (tenant_id, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
      select unnest(k.terms), k.slot from kept k
      union all
      select g.term, k.slot from kept k cross join lateral altiplano.gram_terms(k.text) g (term)
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  select r.name, r.id into next_at, next_id from source r where r.place = most;
end $$;
revoke execute on function people_bitmap_piece(uuid, bigint, text, bigint, text, bigint, integer) from public;

-- What this transaction has written is in its rows already, and its entries would be counted once more.
create function people_bitmap_unwritten(of_tenant uuid) returns void
language plpgsql as $$
begin
  if exists (
    select from people_bitmap_tail d where d.tenant_id = of_tenant and d.writer = pg_current_xact_id_if_assigned()
  ) then
    raise exception 'this transaction has written rows itself' using errcode = 'invalid_transaction_state',
      hint = 'Commit them first: they would be counted twice.';
  end if;
end $$;
revoke execute on function people_bitmap_unwritten(uuid) from public;

-- A segment without blocks says where the next one begins, so a build goes on where it was.
create function people_bitmap_build(of_tenant uuid) returns boolean
language plpgsql security definer set search_path from current as $$
declare
  last people_bitmap_segment;
  rest record;
begin
  perform people_bitmap_unwritten(of_tenant);
  insert into people_bitmap_segment (tenant_id, segment, low_name, low_id, width, blocks, folded)
  select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '', '-9223372036854775808', 8192, 0, '1:1:' -- nothing is visible in it
  where not exists (select from people_bitmap_segment s where s.tenant_id = of_tenant)
  on conflict do nothing;
  select s.* into last from people_bitmap_segment s where s.tenant_id = of_tenant order by s.segment desc limit 1 for update;
  if last.blocks > 0 then
    return false;
  end if;
  rest := people_bitmap_piece(of_tenant, last.segment, last.low_name, last.low_id, null, null, 53760);
  if rest.next_id is null then
    return false;
  end if;
  insert into people_bitmap_segment (tenant_id, segment, low_name, low_id, width, blocks, folded)
  values (of_tenant, last.segment + 1099511627776, rest.next_at, rest.next_id, 8192, 0, '1:1:');
  return true;
end $$;
revoke execute on function people_bitmap_build(uuid) from public;

create function people_bitmap_replace(of_tenant uuid, replaced bigint[]) returns void
language plpgsql security definer set search_path from current as $$
declare
  first people_bitmap_segment;
  after people_bitmap_segment;
  fresh bigint := replaced[cardinality(replaced)] + 1;
  held bigint;
  pieces bigint;
  rest record;
begin
  perform from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (replaced) order by s.segment for update;
  if (select count(*) <> cardinality(replaced) or count(*) filter (where s.segment = any (replaced)) <> cardinality(replaced)
      from people_bitmap_segment s
      where s.tenant_id = of_tenant and s.segment between replaced[1] and replaced[cardinality(replaced)]) then
    return; -- some of them were made again meanwhile
  end if;
  select s.* into first from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment = replaced[1];
  select s.* into after from people_bitmap_segment s
  where s.tenant_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  select count(*) into held from people c
  where c.tenant_id = of_tenant and (c.name collate "C", c.id) >= (first.low_name, first.low_id)
    and (c.name collate "C", c.id) < (coalesce(after.low_name, (select m.name collate "C" || '~' from people m where m.tenant_id = of_tenant order by m.name collate "C" desc limit 1)), coalesce(after.low_id, '9223372036854775807'));
  pieces := greatest(1, (held + 53759) / 53760);
  if after.segment - replaced[cardinality(replaced)] < 2 * pieces + 8 then
    perform people_bitmap_renumber(of_tenant, after.segment);
    select s.* into after from people_bitmap_segment s
    where s.tenant_id = of_tenant and s.segment > replaced[cardinality(replaced)] order by s.segment limit 1;
  end if;

  delete from people_bitmap_segment t where t.tenant_id = of_tenant and t.segment = any (replaced);
  delete from people_bitmap_block t where t.tenant_id = of_tenant and t.segment = any (replaced);
  delete from people_bitmap t
  where t.tenant_id = of_tenant and t.segment = any (replaced);

  loop
    -- A few that came after the count still fit.
    rest := people_bitmap_piece(of_tenant, fresh, first.low_name, first.low_id, after.low_name, after.low_id,
      least(53760, (held + pieces - 1) / pieces + 56)::integer);
    exit when rest.next_id is null;
    first.low_name := rest.next_at;
    first.low_id := rest.next_id;
    fresh := fresh + case when after is null then 1099511627776 else greatest(1, (after.segment - fresh) / (pieces + 2)) end;
  end loop;
end $$;
revoke execute on function people_bitmap_replace(uuid, bigint[]) from public;

-- No number is left before a segment: it and all that follow get new ones, as far apart as at first.
create function people_bitmap_renumber(of_tenant uuid, from_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
declare
  last constant bigint := (select max(s.segment) from people_bitmap_segment s where s.tenant_id = of_tenant);
  old record;
begin
  perform from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment >= from_segment order by s.segment for update;
  for old in
    select s.segment, last + 1099511627776 * row_number() over (order by s.segment) as fresh
    from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment >= from_segment order by 1 desc
  loop
    update people_bitmap_segment t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
    update people_bitmap_block t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
    update people_bitmap t set segment = old.fresh where t.tenant_id = of_tenant and t.segment = old.segment;
  end loop;
end $$;
revoke execute on function people_bitmap_renumber(uuid, bigint) from public;

create function people_bitmap_rebuild(of_tenant uuid, of_segment bigint) returns void
language plpgsql security definer set search_path from current as $$
begin
  perform people_bitmap_unwritten(of_tenant);
  perform people_bitmap_replace(of_tenant, array[of_segment]);
end $$;
revoke execute on function people_bitmap_rebuild(uuid, bigint) from public;

create function people_bitmap_merge(of_tenant uuid) returns integer
language plpgsql security definer set search_path from current as $$
declare
  smalls bigint[];
begin
  -- The last one is still appended to.
  select array_agg(s.segment order by s.segment) into smalls
  from (
    select s.segment, bool_and(s.width = 8192) over (order by s.segment desc) as is_small,
      row_number() over (order by s.segment desc) as place
    from people_bitmap_segment s where s.tenant_id = of_tenant
  ) s
  where s.is_small and s.place > 1;
  if coalesce(cardinality(smalls), 0) < 7 then
    return 0;
  end if;
  perform people_bitmap_unwritten(of_tenant);
  perform people_bitmap_replace(of_tenant, smalls);
  return cardinality(smalls);
end $$;
revoke execute on function people_bitmap_merge(uuid) from public;

create type people_bitmap_entry as (
  segment bigint,
  block integer,
  slot integer,
  name text collate "C",
  id bigint,
  born smallint,
  minus text[],
  plus text[],
  old_text text,
  new_text text
);

create function people_bitmap_newcomers(of_tenant uuid, entries people_bitmap_entry[])
returns table (segment bigint, block integer, place integer, name text, id bigint)
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.ids) as taken, m.name, m.id,
      case when s.width = 8192 then s.blocks else 128 end as blocks -- a big one gets no more blocks
    from (
      select s.* from people_bitmap_segment s where s.tenant_id = of_tenant order by s.segment desc limit 1
    ) s
    join people_bitmap_block b on b.tenant_id = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
    left join lateral (
      select u.name, u.id from unnest(b.names, b.ids) u (name, id) order by u.name desc, u.id desc limit 1
    ) m on true
  ), newcomer as (
    select e.segment, e.block, e.name collate "C", e.id
    from unnest(entries) e
    where e.slot is null
    group by 1, 2, 3, 4
    having sum(e.born) > 0
  ), marked as (
    select n.*, coalesce(n.segment = l.segment and n.block = l.block
                         and (l.id is null or (n.name collate "C", n.id) > (l.name collate "C", l.id)), false) as is_last
    from newcomer n left join last l on true
  ), inside as (
    select m.segment, m.block, m.name collate "C", m.id,
      (cardinality(b.ids) + row_number() over (partition by m.segment, m.block order by m.name collate "C", m.id) - 1)::integer as place
    from marked m
    join people_bitmap_block b on b.tenant_id = of_tenant and b.segment = m.segment and b.block = m.block
    where not m.is_last
  ), behind as (
    select m.name collate "C", m.id, row_number() over (order by m.name collate "C", m.id) - 1 as place,
      l.taken + (select count(*) from inside i where i.segment = l.segment and i.block = l.block) as taken
    from marked m cross join last l
    where m.is_last
  )
  select i.segment, i.block, i.place, i.name collate "C", i.id from inside i
  union all
  select
    case when b.taken + b.place < 56 then l.segment else l.segment + 1099511627776 * (n.block / 128) end,
    case when b.taken + b.place < 56 then l.block else (n.block % 128)::integer end,
    case when b.taken + b.place < 56 then b.taken + b.place else n.place end::integer,
    b.name collate "C", b.id
  from behind b cross join last l
  cross join lateral (
    select l.blocks + (b.place - r.room) / 56 as block, (b.place - r.room) % 56 as place
    from (select greatest(0, 56 - b.taken) as room) r
  ) n
$$;
revoke execute on function people_bitmap_newcomers(uuid, people_bitmap_entry[]) from public;

create function people_bitmap_settle(of_tenant uuid, entries people_bitmap_entry[], snapshot pg_snapshot) returns void
language plpgsql set enable_seqscan = off set work_mem = '32MB' as $$
declare
  places people_bitmap_entry[];
  fresh record;
  change record;
begin
  select array_agg(row (n.segment, n.block, n.block * 64 + n.place, n.name collate "C", n.id, null, null, null, null, null)::people_bitmap_entry)
  into places
  from people_bitmap_newcomers(of_tenant, entries) n;

  for fresh in
    select p.segment, p.block, array_agg(p.name order by p.slot) as names, array_agg(p.id order by p.slot) as ids
    from unnest(places) p group by 1, 2 order by 1, 2
  loop
    update people_bitmap_block b set names = b.names || fresh.names, ids = b.ids || fresh.ids
    where b.tenant_id = of_tenant and b.segment = fresh.segment and b.block = fresh.block;
    continue when found;
    insert into people_bitmap_block (tenant_id, segment, block, low_name, low_id, names, ids)
    values (of_tenant, fresh.segment, fresh.block, fresh.names[1], fresh.ids[1], fresh.names, fresh.ids);
    update people_bitmap_segment s set blocks = fresh.block + 1
    where s.tenant_id = of_tenant and s.segment = fresh.segment;
    continue when found;
    insert into people_bitmap_segment (tenant_id, segment, low_name, low_id, width, blocks, folded)
    values (of_tenant, fresh.segment, fresh.names[1], fresh.ids[1], 8192, 1, snapshot);
  end loop;

  entries := array(
    select row (coalesce(p.segment, e.segment), e.block, coalesce(e.slot, p.slot), e.name collate "C", e.id,
      e.born, e.minus, e.plus, e.old_text, e.new_text)::people_bitmap_entry
    from unnest(entries) e
    left join unnest(places) p on e.slot is null and (p.name collate "C", p.id) = (e.name collate "C", e.id)
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
    join people_bitmap_segment s on s.tenant_id = of_tenant and s.segment = d.segment
    group by 1, 2, 3
  loop
    update people_bitmap b
    set bits = (b.bits & ~altiplano.bits_of(change.minus, change.width)) | altiplano.bits_of(change.plus, change.width)
    where b.tenant_id = of_tenant and b.term = change.term and b.segment = change.segment;
    if not found and change.plus is not null then
      insert into people_bitmap (tenant_id, term, segment, bits)
      values (of_tenant, change.term, change.segment, altiplano.bits_of(change.plus, change.width));
    end if;
  end loop;

end $$;
revoke execute on function people_bitmap_settle(uuid, people_bitmap_entry[], pg_snapshot) from public;

create function people_bitmap_fold(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries people_bitmap_entry[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where r.name = 'people_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'people_bitmap'::regclass) and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into people_bitmap_segment (tenant_id, segment, low_name, low_id, width, blocks, folded)
    select of_tenant, 1099511627776 + (extract(epoch from clock_timestamp()) * 1000)::bigint % (1::bigint << 36), '', '-9223372036854775808', 8192, 1, '1:1:' -- nothing is visible in it
    where not exists (select from people_bitmap_segment s where s.tenant_id = of_tenant)
      and exists (select from people_bitmap_tail d where d.tenant_id = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into people_bitmap_block (tenant_id, segment, block, low_name, low_id, names, ids)
  select of_tenant, m.segment, 0, '', '-9223372036854775808', '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from people_bitmap_segment s where s.tenant_id = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
    select d.* from people_bitmap_tail_0 d
    where d.tenant_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held))))
    union all
    select d.* from people_bitmap_tail_1 d
    where d.tenant_id = of_tenant and d.writer <> own
      and (d.writer >= (select pg_snapshot_xmax(s.folded) from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held) order by 1 limit 1)
           or d.writer = any (array(select pg_snapshot_xip(s.folded) from people_bitmap_segment s where s.tenant_id = of_tenant and s.segment = any (held))))
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      d.name collate "C", d.id, d.born, d.minus, d.plus, d.old_text, d.new_text, d.writer
    from tail d
    left join people_bitmap_segment s on s.tenant_id = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, b.block * 64 - 1 + case b.names[array_position(b.ids, d.id)]
      when d.name collate "C" then array_position(b.ids, d.id)
      else (select i from unnest(array_positions(b.ids, d.id)) i where b.names[i] = d.name collate "C")
    end as slot
      from people_bitmap_block b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.tenant_id = of_tenant and (b.low_name, b.low_id) <= (d.name collate "C", d.id)
      order by b.low_name desc, b.low_id desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, e.name collate "C", e.id, e.born, e.minus, e.plus, e.old_text, e.new_text)::people_bitmap_entry),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join people_bitmap_segment s on s.tenant_id = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from people_bitmap_tail d where d.tenant_id = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > 8192 and not is_writer
    union
    select n.segment from people_bitmap_newcomers(of_tenant, entries) n where n.place >= 64
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform people_bitmap_settle(of_tenant, entries, snapshot);
  end if;
  update people_bitmap_segment s set folded = snapshot where s.tenant_id = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform people_bitmap_replace(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function people_bitmap_fold(uuid) from public;

create function people_bitmap_pending(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where r.name = 'people_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'people_bitmap'::regclass));
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.tenant_id, count(*), min(d.noted_at)
  from (
    select d.tenant_id, d.name collate "C", d.id, d.writer, d.noted_at from people_bitmap_tail_0 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
    union all
    select d.tenant_id, d.name collate "C", d.id, d.writer, d.noted_at from people_bitmap_tail_1 d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)
  ) d
  left join lateral (
    select s.folded from people_bitmap_segment s
    where s.tenant_id = d.tenant_id and (s.low_name, s.low_id) <= (d.name collate "C", d.id)
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function people_bitmap_pending(integer) from public;

-- Past 20000 unfolded entries of a tenant a writer folds what others committed. What it cannot fold is
-- left to the next writer; only the time limit of the statement it runs in can end both.
create function people_bitmap_bound(of_tenant uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  settled constant pg_snapshot := (
    select s.folded from people_bitmap_segment s where s.tenant_id = of_tenant
    order by pg_snapshot_xmax(s.folded) limit 1);
  now constant pg_snapshot := pg_current_snapshot();
  own constant xid8 := pg_current_xact_id();
  waiting bigint;
begin
  select count(*) into waiting
  from (
    select from (
      select from people_bitmap_tail_0 d
      where d.tenant_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
      union all
      select from people_bitmap_tail_1 d
      where d.tenant_id = of_tenant and d.writer >= coalesce(pg_snapshot_xmax(settled), '0')
        and d.writer <> own and pg_visible_in_snapshot(d.writer, now)
    ) d limit 20001
  ) d;
  if waiting > 20000
     and exists (select from altiplano.bitmap r
                 where r.name = 'people_bitmap' and r.schema_name = (select s.nspname from pg_class t join pg_namespace s on s.oid = t.relnamespace where t.oid = 'people_bitmap'::regclass) and r.state = 'ready') then
    begin
      perform people_bitmap_fold(of_tenant);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
      when others then raise warning '% was not folded: %', of_tenant, sqlerrm; -- a broken fold must not stop writing
    end;
  end if;
end $$;
revoke execute on function people_bitmap_bound(uuid) from public;

create function people_bitmap_insert() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into people_bitmap_tail (generation, tenant_id, name, id, born, plus, new_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
    n.tenant_id, n.name collate "C", n.id, 1,
    array_remove(array[
      'live'
    ], null),
    coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.code), '') || chr(31) || coalesce(altiplano.fold(n.email), '')
  from new_rows n;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform people_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function people_bitmap_update() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  changed boolean;
  moved boolean;
begin
  -- A full join is never made row by row against row, whatever number of rows the plan was made for.
  select count(*) > 0, bool_or(o.id is null) into changed, moved
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
  where (o.id, o.name, o.code, o.email)
    is distinct from (n.id, n.name, n.code, n.email);
  if not changed then
    return null; -- nothing that a filter asks about: the usual update
  end if;
  insert into people_bitmap_tail (generation, tenant_id, name, id, segment, slot, minus, plus, old_text, new_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
    n.tenant_id, n.name collate "C", n.id, p.segment, p.slot,
    '{}'::text[],
    '{}'::text[],
    case when (o.name, o.code, o.email) is distinct from (n.name, n.code, n.email) then coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.code), '') || chr(31) || coalesce(altiplano.fold(o.email), '') end,
    case when (o.name, o.code, o.email) is distinct from (n.name, n.code, n.email) then coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.code), '') || chr(31) || coalesce(altiplano.fold(n.email), '') end
  from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.names[array_position(b.ids, o.id)]
        when o.name collate "C" then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.names[i] = o.name collate "C")
      end as slot
      from people_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_name, b.low_id) <= (o.name collate "C", o.id)
      order by b.low_name desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true
  where (o.id is null) = (n.id is null)
    and (o.id, o.name, o.code, o.email)
    is distinct from (n.id, n.name, n.code, n.email);
  if moved then
    insert into people_bitmap_tail (generation, tenant_id, name, id, segment, slot, born, minus, old_text)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
      o.tenant_id, o.name collate "C", o.id, p.segment, p.slot, -1,
      array_remove(array[
        'live'
      ], null),
      coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.code), '') || chr(31) || coalesce(altiplano.fold(o.email), '')
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
    left join lateral (
      select p.segment, p.slot
      from (
        select b.segment, b.block * 64 - 1 + case b.names[array_position(b.ids, o.id)]
          when o.name collate "C" then array_position(b.ids, o.id)
          else (select i from unnest(array_positions(b.ids, o.id)) i where b.names[i] = o.name collate "C")
        end as slot
        from people_bitmap_block b
        where b.tenant_id = o.tenant_id and (b.low_name, b.low_id) <= (o.name collate "C", o.id)
        order by b.low_name desc, b.low_id desc limit 1
      ) p
      where p.slot is not null
    ) p on true
    where n.id is null;
    insert into people_bitmap_tail (generation, tenant_id, name, id, born, plus, new_text)
    select coalesce((
          select r.generation from altiplano.bitmap r
          where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
      n.tenant_id, n.name collate "C", n.id, 1,
      array_remove(array[
        'live'
      ], null),
      coalesce(altiplano.fold(n.name), '') || chr(31) || coalesce(altiplano.fold(n.code), '') || chr(31) || coalesce(altiplano.fold(n.email), '')
    from old_rows o full join new_rows n on n.tenant_id = o.tenant_id and n.name collate "C" = o.name collate "C" and n.id = o.id
    where o.id is null;
  end if;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform people_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from new_rows r order by 1) t;
  end if;
  return null;
end $$;

create function people_bitmap_delete() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  insert into people_bitmap_tail (generation, tenant_id, name, id, segment, slot, born, minus, old_text)
  select coalesce((
        select r.generation from altiplano.bitmap r
        where r.schema_name = tg_table_schema and r.name = 'people_bitmap'), 0),
    o.tenant_id, o.name collate "C", o.id, p.segment, p.slot, -1,
    array_remove(array[
      'live'
    ], null),
    coalesce(altiplano.fold(o.name), '') || chr(31) || coalesce(altiplano.fold(o.code), '') || chr(31) || coalesce(altiplano.fold(o.email), '')
  from old_rows o
  left join lateral (
    select p.segment, p.slot
    from (
      select b.segment, b.block * 64 - 1 + case b.names[array_position(b.ids, o.id)]
        when o.name collate "C" then array_position(b.ids, o.id)
        else (select i from unnest(array_positions(b.ids, o.id)) i where b.names[i] = o.name collate "C")
      end as slot
      from people_bitmap_block b
      where b.tenant_id = o.tenant_id and (b.low_name, b.low_id) <= (o.name collate "C", o.id)
      order by b.low_name desc, b.low_id desc limit 1
    ) p
    where p.slot is not null
  ) p on true;
  if random() < 0.016 or current_setting('altiplano.fold_check', true) = 'always' then
    perform people_bitmap_bound(t.tenant_id) from (select distinct r.tenant_id from old_rows r order by 1) t;
  end if;
  return null;
end $$;

revoke execute on function people_bitmap_insert(), people_bitmap_update(), people_bitmap_delete() from public;

create trigger altiplano_people_bitmap_insert after insert on people
  referencing new table as new_rows for each statement execute function people_bitmap_insert();
create trigger altiplano_people_bitmap_update after update on people
  referencing old table as old_rows new table as new_rows for each statement execute function people_bitmap_update();
create trigger altiplano_people_bitmap_delete after delete on people
  referencing old table as old_rows for each statement execute function people_bitmap_delete();

create function people_bitmap_truncate() returns trigger
language plpgsql security definer set search_path from current as $$
begin
  truncate people_bitmap, people_bitmap_segment, people_bitmap_block, people_bitmap_tail;
  return null;
end $$;
revoke execute on function people_bitmap_truncate() from public;
create trigger altiplano_people_bitmap_truncate after truncate on people
  for each statement execute function people_bitmap_truncate();

insert into altiplano.bitmap (schema_name, name, definition)
values (current_schema(), 'people_bitmap', '{"tenant":"tenant_id","table":"people","key":"id","deleted":null,"order":"name","orderType":"text","keyType":"bigint","columns":[],"ranges":[],"links":[],"attributes":[],"search":["name","code","email"]}');

-- Down Migration
drop trigger altiplano_people_bitmap_truncate on people;
drop function people_bitmap_truncate();
drop trigger altiplano_people_bitmap_insert on people;
drop function people_bitmap_insert();
drop trigger altiplano_people_bitmap_update on people;
drop function people_bitmap_update();
drop trigger altiplano_people_bitmap_delete on people;
drop function people_bitmap_delete();
drop function people_bitmap_bound(uuid);
drop function people_bitmap_unfolded(uuid, xid8, xid8[]);
drop function people_bitmap_pending(integer);
drop function people_bitmap_fold(uuid);
drop function people_bitmap_settle(uuid, people_bitmap_entry[], pg_snapshot);
drop function people_bitmap_newcomers(uuid, people_bitmap_entry[]);
drop function people_bitmap_merge(uuid);
drop function people_bitmap_rebuild(uuid, bigint);
drop function people_bitmap_renumber(uuid, bigint);
drop function people_bitmap_replace(uuid, bigint[]);
drop function people_bitmap_build(uuid);
drop function people_bitmap_unwritten(uuid);
drop function people_bitmap_piece(uuid, bigint, text, bigint, text, bigint, integer);
drop type people_bitmap_entry;
drop table people_bitmap_tail;
drop table people_bitmap_block;
drop table people_bitmap_segment;
drop table people_bitmap;
delete from altiplano.bitmap where schema_name = current_schema() and name = 'people_bitmap';
drop trigger altiplano_journal_bitmap_truncate on journal_entry;
drop function journal_bitmap_truncate();
drop trigger altiplano_journal_bitmap_insert on journal_entry;
drop function journal_bitmap_insert();
drop trigger altiplano_journal_bitmap_update on journal_entry;
drop function journal_bitmap_update();
drop trigger altiplano_journal_bitmap_delete on journal_entry;
drop function journal_bitmap_delete();
drop function journal_bitmap_bound(uuid);
drop function journal_bitmap_unfolded(uuid, xid8, xid8[]);
drop function journal_bitmap_pending(integer);
drop function journal_bitmap_fold(uuid);
drop function journal_bitmap_settle(uuid, journal_bitmap_entry[], pg_snapshot);
drop function journal_bitmap_newcomers(uuid, journal_bitmap_entry[]);
drop function journal_bitmap_merge(uuid);
drop function journal_bitmap_rebuild(uuid, bigint);
drop function journal_bitmap_renumber(uuid, bigint);
drop function journal_bitmap_replace(uuid, bigint[]);
drop function journal_bitmap_build(uuid);
drop function journal_bitmap_unwritten(uuid);
drop function journal_bitmap_piece(uuid, bigint, timestamp with time zone, bigint, timestamp with time zone, bigint, integer);
drop type journal_bitmap_entry;
drop table journal_bitmap_tail;
drop table journal_bitmap_block;
drop table journal_bitmap_segment;
drop table journal_bitmap;
delete from altiplano.bitmap where schema_name = current_schema() and name = 'journal_bitmap';
drop trigger altiplano_tracking_bitmap_truncate on tracking;
drop function tracking_bitmap_truncate();
drop trigger altiplano_tracking_bitmap_insert on tracking;
drop function tracking_bitmap_insert();
drop trigger altiplano_tracking_bitmap_update on tracking;
drop function tracking_bitmap_update();
drop trigger altiplano_tracking_bitmap_delete on tracking;
drop function tracking_bitmap_delete();
drop function tracking_bitmap_bound(uuid);
drop function tracking_bitmap_unfolded(uuid, xid8, xid8[]);
drop function tracking_bitmap_pending(integer);
drop function tracking_bitmap_fold(uuid);
drop function tracking_bitmap_settle(uuid, tracking_bitmap_entry[], pg_snapshot);
drop function tracking_bitmap_newcomers(uuid, tracking_bitmap_entry[]);
drop function tracking_bitmap_merge(uuid);
drop function tracking_bitmap_rebuild(uuid, bigint);
drop function tracking_bitmap_renumber(uuid, bigint);
drop function tracking_bitmap_replace(uuid, bigint[]);
drop function tracking_bitmap_build(uuid);
drop function tracking_bitmap_unwritten(uuid);
drop function tracking_bitmap_piece(uuid, bigint, timestamp with time zone, bigint, timestamp with time zone, bigint, integer);
drop type tracking_bitmap_entry;
drop table tracking_bitmap_tail;
drop table tracking_bitmap_block;
drop table tracking_bitmap_segment;
drop table tracking_bitmap;
delete from altiplano.bitmap where schema_name = current_schema() and name = 'tracking_bitmap';
