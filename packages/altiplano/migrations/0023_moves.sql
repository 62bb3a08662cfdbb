-- Rows moved inside a wide cell: so many came as went, and the cell says nothing of its own, but it must reach the folded
-- row, where instants of before may still be kept apart. It was left out as empty, and windows that begin inside it counted
-- rows where they had been. Figures that were kept so are made right by `altiplano rollup build --rebuild`.
-- Up Migration

-- The widest of these cells, each with what lies in it; rows are null where nothing but cells of null rows does.
create function altiplano.widest_cells(since timestamptz[], until timestamptz[], rows bigint[], value numeric[])
returns table (since timestamptz, until timestamptz, rows bigint, value numeric)
language sql immutable parallel safe as $$
  select min(w.since), max(w.until), sum(w.rows)::bigint, sum(w.value)
  from (
    select n.*, count(*) filter (where n.is_widest) over (order by n.since, n.until desc) as widest
    from (
      select c.*, c.since >= coalesce(max(c.until) over (
               order by c.since, c.until desc rows between unbounded preceding and 1 preceding), c.since) as is_widest
      from unnest($1, $2, $3, $4) as c (since, until, rows, value)
    ) n
  ) w
  group by w.widest
$$;

create or replace function altiplano.fit_cells(
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
  select coalesce(array_agg(m.since order by m.since), '{}'), coalesce(array_agg(m.until order by m.since), '{}'),
         coalesce(array_agg(m.rows order by m.since), '{}'), coalesce(array_agg(m.value order by m.since), '{}')
  into fitted
  from altiplano.widest_cells(
    cells.since || frame.frame_since, cells.until || frame.frame_until,
    cells.rows || array_fill(null::bigint, array[cardinality(frame.frame_since)]), cells.value) m
  where m.rows is not null
    and (m.rows <> 0 or m.value <> 0 or m.until > m.since + interval '1 microsecond');
  return fitted;
end $$;

-- Down Migration
create or replace function altiplano.fit_cells(
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
drop function altiplano.widest_cells(timestamptz[], timestamptz[], bigint[], numeric[]);
