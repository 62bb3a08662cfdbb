import { hasNaN } from './bins.ts';
import { part, type Shape, typeOf } from './shape.ts';

/** Bins of a segment from its values and their slots, in the place of those it had. */
export function makeBins(shape: Shape, column: string): string {
  const { tenant, types, sizes } = shape;
  const type = typeOf(types, column);
  const [bins, lows] = [part(shape, column), part(shape, `${column}_lows`)];
  // So that a bin has room, and one that holds rows of its own and a value of many still fills no more than its page.
  const [fill, many] = [Math.ceil((sizes.bin * 7) / 8), Math.floor(sizes.bin / 8)];
  const [closes, end] = hasNaN(shape, column) ? [` or p.value = 'NaN'`, `'NaN'`] : ['', 'null'];
  const signature = `${part(shape, `${column}_make`)}(uuid, bigint, integer, boolean, ${type}[], integer[])`;
  return `create function ${part(shape, `${column}_make`)}(
  of_tenant uuid, of_segment bigint, of_width integer, is_whole boolean, all_values ${type}[], all_slots integer[]
) returns void
language plpgsql set search_path from current set jit = off set work_mem = '32MB' as $$
begin
  delete from ${bins} r where r.${tenant} = of_tenant and r.segment = of_segment;
  with pair as (
    select p.value, p.slot, rank() over (order by p.value) - 1 as rank, count(*) over (partition by p.value) as run,
      p.slot is null${closes} as closes
    from (
      select u.value, u.slot from unnest(all_values, all_slots) u (value, slot)
      union all
      select null, null -- after all values: it has the last bin
    ) p
  ), ranked as (
    select p.*, p.closes or p.run > ${sizes.bin} as alone, p.rank / ${fill} as place,
      -- More rows than a bin holds, or so many of them that they would make another too large.
      p.run > ${sizes.bin} or (p.run > ${many} and (p.rank + p.run - 1) / ${fill} > p.rank / ${fill}) as apart
    from pair p
  ), binned as (
    select min(r.value) as low, min(r.rank) as rank, bool_or(r.closes) as closes, bool_or(r.alone) as alone,
      coalesce(array_agg(r.value order by r.value, r.slot) filter (where r.slot is not null), '{}') as "values",
      coalesce(array_agg(r.slot order by r.value, r.slot) filter (where r.slot is not null), '{}') as slots
    from ranked r
    group by case when not r.closes then r.place end, case when r.apart and not r.closes then r.rank end
  ), bin as (
    select (row_number() over (order by b.rank))::integer - 1 as bin, b.*,
      case when b.closes then ${end} when b.alone then b.low else b."values"[cardinality(b."values") / 2 + 1] end as middle
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
    insert into ${lows} as l (${tenant}, segment, width, whole, lows)
    select of_tenant, of_segment, of_width, is_whole, coalesce(array_agg(u.low order by u.bin) filter (where not u.closes), '{}') from upto u
    on conflict (${tenant}, segment) do update set width = excluded.width, whole = excluded.whole, lows = excluded.lows
  )
  insert into ${bins} (${tenant}, segment, bin, listed, middle, bits, before, "values", slots)
  select of_tenant, of_segment, u.bin, false, u.middle, u.start | u.first, null, null, null
  from upto u
  union all
  select of_tenant, of_segment, u.bin, true, null, case when u.alone then u.rest end,
    case when not u.alone then u.before end, case when not u.alone then u."values" end, case when not u.alone then u.slots end
  from upto u
  where not u.closes or cardinality(u.slots) > 0;
end $$;
revoke execute on function ${signature} from public;`;
}
