import { name } from '../../sql/text.ts';
import { isRegistered, keyColumns, type Shape, sameKey } from './shape.ts';

/**
 * Parents with unfolded deltas, in key order. What the registry's snapshot holds is folded for everybody and left out by
 * the index over writers, so that asking when nothing is new reads two index pages.
 */
export function pending(shape: Shape): string {
  const { rollup } = shape;
  const candidates = [0, 1]
    .map((generation) => {
      const delta = name(`${rollup.name}_delta_${generation}`);
      return `    select ${keyColumns(shape, 'd')}, d.writer, d.at from ${delta} d
    where d.writer >= coalesce(pg_snapshot_xmin(settled), '0') and pg_visible_in_snapshot(d.writer, settled) is not true
      and (${keyColumns(shape, 'd')}) > (first_tenant, first_parent)`;
    })
    .join('\n    union all\n');
  return `-- A pass over many goes on after the last one it was given.
create function ${name(`${rollup.name}_pending`)}(most integer, after_tenant uuid default null, after_parent uuid default null)
returns table (tenant uuid, parent uuid, oldest timestamptz)
language plpgsql stable security definer set search_path from current set enable_seqscan = off as $$
declare
  settled constant pg_snapshot := (
    select r.folded from altiplano.rollup r
    where ${isRegistered(rollup)});
  first_tenant constant uuid := coalesce(after_tenant, '00000000-0000-0000-0000-000000000000');
  first_parent constant uuid := coalesce(after_parent, '00000000-0000-0000-0000-000000000000');
begin
  return query
  select ${keyColumns(shape, 'd')}, min(d.at)
  from (
${candidates}
  ) d
  left join ${name(rollup.name)} b on ${sameKey(shape, 'b', 'd')}
  where pg_visible_in_snapshot(d.writer, b.folded) is not true
  group by 1, 2
  order by 1, 2
  limit most;
end $$;
revoke execute on function ${name(`${rollup.name}_pending`)}(integer, uuid, uuid) from public;`;
}
