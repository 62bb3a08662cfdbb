-- Rollups: which there are, and the arithmetic of cells of time that their generated functions share.
-- Up Migration

-- One row for each rollup of each app. Writers read `generation` to choose the table of deltas they append to; a stale
-- read is harmless, because what a delta counts for is decided by snapshots.
create table altiplano.rollup (
  schema_name name not null,
  name name not null,
  definition jsonb not null,
  state text not null default 'unbuilt' check (state in ('unbuilt', 'building', 'ready')),
  generation smallint not null default 0 check (generation in (0, 1)),
  flipped_at timestamptz,
  cursor_tenant uuid, -- how far a build has come
  cursor_parent uuid,
  built_rows bigint not null default 0,
  folded pg_snapshot, -- what is visible in it is consumed for every parent
  folded_at timestamptz,
  last_fold_xid xid8,
  sweep_tenant uuid,
  sweep_parent uuid,
  system_identifier bigint, -- the cluster whose transaction numbers the rows carry
  primary key (schema_name, name)
);

-- A snapshot in which this transaction itself is still running: PostgreSQL leaves its number out of its own snapshots,
-- and what it writes after a fold would count as folded.
create function altiplano.without_own(snapshot pg_snapshot) returns pg_snapshot
language plpgsql stable parallel restricted as $$
declare
  own constant xid8 := pg_current_xact_id_if_assigned();
begin
  if own is null or not pg_visible_in_snapshot(own, snapshot) then
    return snapshot;
  end if;
  return (
    select format('%s:%s:%s', pg_snapshot_xmin(snapshot), pg_snapshot_xmax(snapshot), string_agg(x::text, ',' order by x))
    from (select pg_snapshot_xip(snapshot) union all select own) running (x)
  );
end $$;

-- NaN and the infinities count 0, as null does: once added to a sum they cannot be taken out of it again.
create function altiplano.finite(x numeric) returns numeric
language sql immutable parallel safe as $$
  select case when x in ('NaN', 'Infinity', '-Infinity') then 0 else x end
$$;

-- Instants as cells hold them: what is later than the contract's last year has just begun, so that no cell ends beyond time.
create function altiplano.capped(at timestamptz) returns timestamptz
language sql immutable parallel safe as $$
  select case when at > timestamptz '10000-01-01Z' then timestamptz '10000-01-01Z' else at end
$$;

-- First instant of the UTC month before this one: what came earlier no request asks for.
create function altiplano.oldest_month() returns timestamptz
language sql stable parallel safe as $$
  select date_trunc('month', date_trunc('month', now(), 'UTC') - interval '1 day', 'UTC')
$$;

create aggregate altiplano.concat(anycompatiblearray) (sfunc = array_cat, stype = anycompatiblearray, parallel = safe);

-- Cells of time, in order: how many rows lie in [since, until), and what they sum up to (null where rows say it all).
-- A cell is one instant or a dyadic interval [k · 2^n µs, (k + 1) · 2^n µs) from 2000 on, so any two are nested or disjoint.
create type altiplano.cells as (since timestamptz[], until timestamptz[], rows bigint[], value numeric[]);

-- Each cell added to the widest one it lies in; empty ones and those that end before `horizon` are left out.
create function altiplano.merge_cells(since timestamptz[], until timestamptz[], rows bigint[], value numeric[], horizon timestamptz)
returns table (since timestamptz[], until timestamptz[], rows bigint[], value numeric[])
language sql immutable parallel safe as $$
  select coalesce(array_agg(m.since order by m.since), '{}'), coalesce(array_agg(m.until order by m.since), '{}'),
         coalesce(array_agg(m.rows order by m.since), '{}'), coalesce(array_agg(m.value order by m.since), '{}')
  from (
    select min(w.since) as since, max(w.until) as until, sum(w.rows)::bigint as rows, sum(w.value) as value
    from (
      select n.*, count(*) filter (where n.is_widest) over (order by n.since, n.until desc) as widest
      from (
        select c.*, c.since >= coalesce(max(c.until) over (
                 order by c.since, c.until desc rows between unbounded preceding and 1 preceding), c.since) as is_widest
        from unnest($1, $2, $3, $4) as c (since, until, rows, value)
      ) n
    ) w
    group by w.widest
  ) m
  where m.until >= $5 and (m.rows <> 0 or m.value <> 0)
$$;

-- Instants, as often as they come, as cells.
create function altiplano.tally_cells(instants timestamptz[], value numeric[])
returns table (since timestamptz[], until timestamptz[], rows bigint[], value numeric[])
language sql immutable parallel safe as $$
  select coalesce(array_agg(t.since order by t.since), '{}'),
         coalesce(array_agg(t.since + interval '1 microsecond' order by t.since), '{}'),
         coalesce(array_agg(t.rows order by t.since), '{}'), coalesce(array_agg(t.value order by t.since), '{}')
  from (
    select i.since, count(*) as rows, sum(i.value) as value from unnest($1, $2) as i (since, value) group by i.since
  ) t
$$;

create function altiplano.merge_months(month timestamptz[], value numeric[], oldest timestamptz)
returns table (month timestamptz[], value numeric[])
language sql immutable parallel safe as $$
  select coalesce(array_agg(s.month order by s.month), '{}'), coalesce(array_agg(s.value order by s.month), '{}')
  from (
    select m.month, sum(m.value) as value from unnest($1, $2) as m (month, value)
    where m.month >= $3 group by m.month having sum(m.value) <> 0
  ) s
$$;

-- The coarsest dyadic intervals that hold 128 rows or fewer and more than one of these disjoint cells. None reaches over
-- `today`: new rows arrive there, and would fill it; none touches `dawn`, where a window is about to begin and children
-- would have to be counted. From 203 days down to 4 µs in quarters: halves pack a tenth better
-- for twice the work.
create function altiplano.frame_cells(since timestamptz[], until timestamptz[], rows bigint[], today timestamptz, dawn tstzrange)
returns table (frame_since timestamptz[], frame_until timestamptz[])
language plpgsql immutable parallel safe as $$
declare
  stride interval;
begin
  frame_since := '{}';
  frame_until := '{}';
  for level in reverse 44..2 by 2 loop
    stride := interval '1 microsecond' * 2 ^ level;
    with cell as (
      select c.*, date_bin(stride, c.since, '2000-01-01Z') as start from unnest(since, until, rows) as c (since, until, rows)
    ), bin as (
      select c.start, count(*) as cells,
             sum(abs(c.rows)) <= 128 and (c.start + stride <= today or c.start > today)
               and not tstzrange(c.start, c.start + stride) && dawn as fits
      from cell c group by c.start
    ), framed as (
      select array_agg(b.start) as since, array_agg(b.start + stride) as until from bin b where b.fits and b.cells > 1
    ), left_over as (
      select coalesce(array_agg(c.since), '{}') as since, coalesce(array_agg(c.until), '{}') as until,
             coalesce(array_agg(c.rows), '{}') as rows
      from cell c join bin b on b.start = c.start
      where not b.fits and c.until - c.since < stride
    )
    select frame_since || f.since, frame_until || f.until, l.since, l.until, l.rows
    into frame_since, frame_until, since, until, rows
    from framed f, left_over l;
    exit when cardinality(since) <= 8; -- so few may stay as they are: those around `today` go down all levels
  end loop;
  return next;
end $$;

-- Cells as they are, or fewer of them: by more than 64 and one for each 32 rows, so that framing is paid for by what came
-- in since the last time.
create function altiplano.compact_cells(cells altiplano.cells, today timestamptz, dawn tstzrange) returns altiplano.cells
language plpgsql immutable parallel safe as $$
declare
  frame record;
  compact altiplano.cells;
begin
  if cardinality(cells.since) <= 64
     or cardinality(cells.since) <= 64 + (select sum(abs(r)) / 32 from unnest(cells.rows) r) then
    return cells;
  end if;
  if (select sum(abs(c.rows)) > 128 from unnest(cells.since, cells.rows) c (since, rows) where c.since <@ dawn) then
    dawn := 'empty'; -- so many instants would cost every page more than the look at the children they save
  end if;
  select * into frame from altiplano.frame_cells(cells.since, cells.until, cells.rows, today, dawn);
  select m.since, m.until, m.rows, m.value into compact
  from altiplano.merge_cells(
    cells.since || frame.frame_since, cells.until || frame.frame_until,
    cells.rows || array_fill(0::bigint, array[cardinality(frame.frame_since)]), cells.value, '-infinity') m;
  return compact;
end $$;

-- Cells of one statement, as wide as the parent's folded ones and their own number let them be.
create function altiplano.fit_cells(
  cells altiplano.cells, base_since timestamptz[], base_until timestamptz[], base_rows bigint[], today timestamptz
) returns altiplano.cells
language plpgsql immutable parallel safe as $$
declare
  frame record;
  fitted altiplano.cells;
begin
  select f.* into frame
  from altiplano.merge_cells(
         base_since || cells.since, base_until || cells.until,
         base_rows || array(select abs(r) from unnest(cells.rows) with ordinality as u (r, n) order by n), null, '-infinity') m,
       altiplano.frame_cells(m.since, m.until, m.rows, today, 'empty') f;
  select m.since, m.until, m.rows, m.value into fitted
  from altiplano.merge_cells(
    cells.since || frame.frame_since, cells.until || frame.frame_until,
    cells.rows || array_fill(0::bigint, array[cardinality(frame.frame_since)]), cells.value, '-infinity') m;
  return fitted;
end $$;

-- Down Migration
drop function altiplano.fit_cells(altiplano.cells, timestamptz[], timestamptz[], bigint[], timestamptz);
drop function altiplano.compact_cells(altiplano.cells, timestamptz, tstzrange);
drop function altiplano.frame_cells(timestamptz[], timestamptz[], bigint[], timestamptz, tstzrange);
drop function altiplano.merge_months(timestamptz[], numeric[], timestamptz);
drop function altiplano.tally_cells(timestamptz[], numeric[]);
drop function altiplano.merge_cells(timestamptz[], timestamptz[], bigint[], numeric[], timestamptz);
drop type altiplano.cells;
drop aggregate altiplano.concat(anycompatiblearray);
drop function altiplano.oldest_month();
drop function altiplano.capped(timestamptz);
drop function altiplano.finite(numeric);
drop function altiplano.without_own(pg_snapshot);
drop table altiplano.rollup;
