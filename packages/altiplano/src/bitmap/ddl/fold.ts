import { indent, list, name } from '../../sql/text.ts';
import { firstSegment } from './build.ts';
import { newcomers } from './newcomers.ts';
import { settle } from './settle.ts';
import { beginningOf, columnsOf, isRegistered, keyOf, lowOf, part, type Shape, slotIn, typeOf } from './shape.ts';

/**
 * Takes the tail up into the segments it could lock; returns how many entries. It never waits for a writer: segments that
 * are locked are left out, and any other lock is given up after 10 ms (SQLSTATE 55P03).
 */
export function fold(shape: Shape): string {
  const { bitmap, tenant, at, id, lowAt, lowId, ats, ids, atType, idType, collated, types, sizes } = shape;
  const segments = part(shape, 'segment');
  const sides = bitmap.ranges.flatMap((column) => ['old', 'new'].map((side) => ({ column, side })));
  const members = [
    'segment bigint',
    'block integer',
    'slot integer',
    `${at} ${atType}${collated}`,
    `${id} ${idType}`,
    'born smallint',
    'minus text[]',
    'plus text[]',
    'old_text text',
    'new_text text',
    ...sides.map(({ column, side }) => `${name(`${side}_${column}`)} ${typeOf(types, column)}`),
  ];
  const taken = members.slice(5).map((member) => `d.${member.slice(0, member.indexOf(' '))}`);
  return `create type ${part(shape, 'entry')} as (
  ${members.join(',\n  ')}
);

${newcomers(shape)}

${settle(shape)}

create function ${part(shape, 'fold')}(of_tenant uuid) returns bigint
language plpgsql security definer set search_path from current
-- Tails are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set jit = off set work_mem = '32MB' as $$
declare
  own constant xid8 := pg_current_xact_id();
  held bigint[];
  snapshot pg_snapshot;
  entries ${part(shape, 'entry')}[];
  crowded bigint[];
  is_writer boolean;
  total bigint;
  result bigint;
  one bigint;
begin
  if not exists (select from altiplano.bitmap r
                 where ${isRegistered(shape)} and r.state = 'ready') then
    return 0; -- what a build has not come to yet is not there
  end if;

  with made as (
    insert into ${segments} (${tenant}, segment, ${lowAt}, ${lowId}, width, blocks, folded)
    select of_tenant, ${firstSegment()}, ${list(beginningOf(bitmap))}, ${sizes.small}, 1, '1:1:' -- nothing is visible in it
    where not exists (select from ${segments} s where s.${tenant} = of_tenant)
      and exists (select from ${part(shape, 'tail')} d where d.${tenant} = of_tenant)
    on conflict do nothing
    returning segment
  )
  insert into ${part(shape, 'block')} (${tenant}, segment, block, ${lowAt}, ${lowId}, ${ats}, ${ids})
  select of_tenant, m.segment, 0, ${list(beginningOf(bitmap))}, '{}', '{}' from made m;

  select array_agg(s.segment) into held
  from (
    select s.segment from ${segments} s where s.${tenant} = of_tenant and s.blocks > 0
    order by s.segment for update skip locked
  ) s;

  -- A statement of its own: under READ COMMITTED its snapshot sees the segments as they were locked, and is their next one.
  with tail as materialized (
${indent([0, 1].map((generation) => unfolded(shape, generation)).join('\nunion all\n'), 4)}
  ), entry as (
    select coalesce(s.segment, p.segment) as segment, p.block, coalesce(case when s.segment is not null then d.slot end, p.slot) as slot,
      ${columnsOf(shape, 'd')}, ${list(taken)}, d.writer
    from tail d
    left join ${segments} s on s.${tenant} = of_tenant and s.segment = d.segment
    left join lateral (
      select b.segment, b.block, ${slotIn(shape, 'b', 'd')} as slot
      from ${part(shape, 'block')} b
      where s.segment is null -- it was not settled, or its segment has been made again
        and b.${tenant} = of_tenant and ${lowOf(shape, 'b')} <= ${keyOf(shape, 'd')}
      order by b.${lowAt} desc, b.${lowId} desc limit 1
    ) p on true
  )
  select array_agg(row (e.segment, e.block, e.slot, ${columnsOf(shape, 'e')}, ${list(taken.map((one) => one.replace(/^d/, 'e')))})::${part(shape, 'entry')}),
    (select altiplano.without_own(pg_current_snapshot()))
  into entries, snapshot
  from entry e
  join ${segments} s on s.${tenant} = of_tenant and s.segment = e.segment
  where e.segment = any (held) and not pg_visible_in_snapshot(e.writer, s.folded);

  -- A block without room, or more entries than are worth a patch: the segment is made again from its rows, unless some of
  -- them are this transaction's own.
  is_writer := exists (select from ${part(shape, 'tail')} d where d.${tenant} = of_tenant and d.writer = own);
  select array_agg(c.segment) into crowded
  from (
    select e.segment from unnest(entries) e group by 1 having count(*) > ${sizes.patched} and not is_writer
    union
    select n.segment from ${part(shape, 'newcomers')}(of_tenant, entries) n where n.place >= ${sizes.block}
  ) c;
  total := coalesce(cardinality(entries), 0);
  entries := array(select e from unnest(entries) e where e.segment <> all (coalesce(crowded, '{}')));
  held := array(select h from unnest(held) h where h <> all (coalesce(crowded, '{}')));

  if cardinality(entries) > 0 then
    perform ${part(shape, 'settle')}(of_tenant, entries, snapshot);
  end if;
  update ${segments} s set folded = snapshot where s.${tenant} = of_tenant and s.segment = any (held);
  result := cardinality(entries);
  if not is_writer then
    foreach one in array coalesce(crowded, '{}') loop
      perform ${part(shape, 'replace')}(of_tenant, array[one]);
    end loop;
    result := total;
  end if;
  return result;
end $$;
revoke execute on function ${part(shape, 'fold')}(uuid) from public;`;
}

/** Of writers since the oldest of the held segments' snapshots, or running in one of them; what is consumed is passed over. */
function unfolded(shape: Shape, generation: number): string {
  const { tenant } = shape;
  const held = `from ${part(shape, 'segment')} s where s.${tenant} = of_tenant and s.segment = any (held)`;
  return `select d.* from ${part(shape, `tail_${generation}`)} d
where d.${tenant} = of_tenant and d.writer <> own
  and (d.writer >= (select pg_snapshot_xmax(s.folded) ${held} order by 1 limit 1)
       or d.writer = any (array(select pg_snapshot_xip(s.folded) ${held})))`;
}
