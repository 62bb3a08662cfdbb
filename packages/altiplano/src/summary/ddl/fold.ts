import { indent, list, name } from '../../sql/text.ts';
import { rankedOf, rankedRows, rankedSums, sameRanked } from './ranking.ts';
import { deltaTables, figureNames, isRegistered, keys, part, type Shape, sameKey } from './shape.ts';

/**
 * Base rows take up the deltas they do not hold yet. It never waits for a writer: rows that are locked are left out, and any other lock is given up after 10 ms (SQLSTATE 55P03).
 */
export function fold(shape: Shape): string {
  const table = name(shape.summary.name);
  const figures = figureNames(shape);
  const row = part(shape, 'key');
  const ranked = rankedOf(shape);
  return `create function ${part(shape, 'fold')}(places ${row}[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;${ranked ? '\n  first_day date;' : ''}
begin${ranked ? `\n  -- Held to the end: what is folded is ranked by the day that it was folded at.\n  select w.start into first_day from ${part(shape, 'window')} w for share;` : ''}
  insert into ${table} (${keys(shape)}, folded)
  select ${keys(shape, 'k')}, '1:1:' -- nothing is visible in it
  from unnest(places) k
  where not exists (select from ${table} b where ${sameKey(shape, 'b', 'k')})
  order by ${keys(shape, 'k')}
  on conflict do nothing;
${ranked ? rankedRows(shape, ranked) : ''}
  select array_agg(row(${keys(shape, 'b')})::${row}) into places
  from (
    select ${keys(shape, 'b')}
    from unnest(places) k join ${table} b on ${sameKey(shape, 'b', 'k')}${ranked ? `\n    join ${part(shape, 'ranking')} r on ${sameRanked(ranked, 'r', 'k')}` : ''}
    order by ${keys(shape, 'b')}
    for update of ${ranked ? 'b, r' : 'b'} skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(places) k join ${table} b on ${sameKey(shape, 'b', 'k')}
    cross join lateral (
${indent(
  deltaTables(shape)
    .map(
      (delta) => `select d.* from ${delta} d
where ${sameKey(shape, 'd', 'b')} and d.writer >= pg_snapshot_xmin(b.folded)
  and not pg_visible_in_snapshot(d.writer, b.folded) and d.writer <> own`,
    )
    .join('\nunion all\n'),
  6,
)}
    ) d
  ), sums as (
    select ${keys(shape, 'd')}, count(*) as deltas, ${list(figures.map((figure) => `sum(d.${figure}) as ${figure}`))}
    from due d group by ${keys(shape, 'd')}
  ), folded as (
    update ${table} b
    set ${list(figures.map((figure) => `${figure} = b.${figure} + s.${figure}`))},
      folded = (select altiplano.without_own(pg_current_snapshot()))
    from sums s where ${sameKey(shape, 'b', 's')}
    returning s.deltas
  )${ranked ? rankedSums(shape, ranked) : ''}
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function ${part(shape, 'fold')}(${row}[]) from public;

${pending(shape)}`;
}

/** What the registry's snapshot holds is folded for everybody and left out by the index over writers. */
function pending(shape: Shape): string {
  const row = part(shape, 'key');
  const candidates = deltaTables(shape).flatMap((delta) =>
    ['d.writer >= ceiling', 'd.writer = any (running)'].map(
      (writer) => `select ${keys(shape, 'd')}, d.writer, d.at from ${delta} d where ${writer}`,
    ),
  );
  return `-- Groups with deltas that are not folded, and since when; those that have waited longest first.
create function ${part(shape, 'pending')}(most integer) returns table (place ${row}, oldest timestamptz)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  settled constant pg_snapshot := (select r.folded from altiplano.summary r where ${isRegistered(shape)});
  ceiling constant xid8 := coalesce(pg_snapshot_xmax(settled), '0');
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select row(${keys(shape, 'd')})::${row}, min(d.at)
  from (
${indent(candidates.join('\nunion all\n'), 4)}
  ) d
  left join ${name(shape.summary.name)} b on ${sameKey(shape, 'b', 'd')}
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by ${keys(shape, 'd')}
  order by 2
  limit most;
end $$;
revoke execute on function ${part(shape, 'pending')}(integer) from public;`;
}
