import { columnsOf, keyOf, part, type Shape, SPACING } from './shape.ts';

/**
 * Where rows go that came since: into the block they belong to, or behind the last row of all, block by block and segment
 * by segment. A \`place\` past the block means that it has no room.
 */
export function newcomers(shape: Shape): string {
  const { tenant, at, id, ats, ids, atType, idType, sizes } = shape;
  const blocks = sizes.small / sizes.block;
  return `create function ${part(shape, 'newcomers')}(of_tenant uuid, entries ${part(shape, 'entry')}[])
returns table (segment bigint, block integer, place integer, ${at} ${atType}, ${id} ${idType})
language sql stable as $$
  with last as (
    select s.segment, b.block, cardinality(b.${ids}) as taken, m.${at}, m.${id},
      case when s.width = ${sizes.small} then s.blocks else ${blocks} end as blocks -- a big one gets no more blocks
    from (
      select s.* from ${part(shape, 'segment')} s where s.${tenant} = of_tenant order by s.segment desc limit 1
    ) s
    join ${part(shape, 'block')} b on b.${tenant} = of_tenant and b.segment = s.segment and b.block = s.blocks - 1
    left join lateral (
      select u.${at}, u.${id} from unnest(b.${ats}, b.${ids}) u (${at}, ${id}) order by u.${at} desc, u.${id} desc limit 1
    ) m on true
  ), newcomer as (
    select e.segment, e.block, ${columnsOf(shape, 'e')}
    from unnest(entries) e
    where e.slot is null
    group by 1, 2, 3, 4
    having sum(e.born) > 0
  ), marked as (
    select n.*, coalesce(n.segment = l.segment and n.block = l.block
                         and (l.${id} is null or ${keyOf(shape, 'n')} > ${keyOf(shape, 'l')}), false) as is_last
    from newcomer n left join last l on true
  ), inside as (
    select m.segment, m.block, ${columnsOf(shape, 'm')},
      (cardinality(b.${ids}) + row_number() over (partition by m.segment, m.block order by ${columnsOf(shape, 'm')}) - 1)::integer as place
    from marked m
    join ${part(shape, 'block')} b on b.${tenant} = of_tenant and b.segment = m.segment and b.block = m.block
    where not m.is_last
  ), behind as (
    select ${columnsOf(shape, 'm')}, row_number() over (order by ${columnsOf(shape, 'm')}) - 1 as place,
      l.taken + (select count(*) from inside i where i.segment = l.segment and i.block = l.block) as taken
    from marked m cross join last l
    where m.is_last
  )
  select i.segment, i.block, i.place, ${columnsOf(shape, 'i')} from inside i
  union all
  select
    case when b.taken + b.place < ${sizes.fill} then l.segment else l.segment + ${SPACING} * (n.block / ${blocks}) end,
    case when b.taken + b.place < ${sizes.fill} then l.block else (n.block % ${blocks})::integer end,
    case when b.taken + b.place < ${sizes.fill} then b.taken + b.place else n.place end::integer,
    ${columnsOf(shape, 'b')}
  from behind b cross join last l
  cross join lateral (
    select l.blocks + (b.place - r.room) / ${sizes.fill} as block, (b.place - r.room) % ${sizes.fill} as place
    from (select greatest(0, ${sizes.fill} - b.taken) as room) r
  ) n
$$;
revoke execute on function ${part(shape, 'newcomers')}(uuid, ${part(shape, 'entry')}[]) from public;`;
}
