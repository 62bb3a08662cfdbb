import { columnsOf, isRegistered, keyOf, lowOf, part, type Shape } from './shape.ts';

/**
 * Tenants with unfolded entries, those that wait longest first. What the registry's snapshot holds is folded for everybody
 * and left out by the index over writers, so that asking when nothing is new reads two index pages.
 */
export function pending(shape: Shape): string {
  const { tenant } = shape;
  const candidates = [0, 1]
    .map(
      (
        generation,
      ) => `    select d.${tenant}, ${columnsOf(shape, 'd')}, d.writer, d.noted_at from ${part(shape, `tail_${generation}`)} d
    where d.writer >= coalesce(pg_snapshot_xmax(settled), '0') or d.writer = any (running)`,
    )
    .join('\n    union all\n');
  return `create function ${part(shape, 'pending')}(most integer)
returns table (tenant uuid, entries bigint, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.bitmap r
    where ${isRegistered(shape)});
  running constant xid8[] := array(select pg_snapshot_xip(settled));
begin
  return query
  select d.${tenant}, count(*), min(d.noted_at)
  from (
${candidates}
  ) d
  left join lateral (
    select s.folded from ${part(shape, 'segment')} s
    where s.${tenant} = d.${tenant} and ${lowOf(shape, 's')} <= ${keyOf(shape, 'd')}
    order by s.segment desc limit 1
  ) s on true
  where pg_visible_in_snapshot(d.writer, s.folded) is not true
  group by 1
  order by 3
  limit most;
end $$;
revoke execute on function ${part(shape, 'pending')}(integer) from public;`;
}
