import { objectOf } from '../keep/registered.ts';
import { name as quoted } from '../sql/text.ts';
import type { RegisteredBitmap } from './registry.ts';
import { frame, namesOf } from './verify-frame.ts';

const MOST = 1_000;

/** Bins of one range column: the bits of what comes before their middle, and their rows as a list or, of one value, as bits. */
function bins(bitmap: RegisteredBitmap, column: string, blockSlots: number): string {
  const { tenant } = namesOf(bitmap);
  const of = (alias: string) => `${alias}.${tenant} = $1 and ${alias}.segment = $2::bigint`;
  return `${frame(bitmap, blockSlots)}, bin as materialized (
  select b.bin, l.lows[b.bin + 1] as low, l.lows[b.bin + 2] as next_low, b.middle, b.bits, r.bits | r.bits as own, r.before, r."values", r.slots,
    s.width, l.width as told_width, l.whole, cardinality(l.lows) as closing, r.bin is not null as listed,
    row_number() over (order by b.bin) as number, count(*) over () as bins,
    coalesce(r.bits, altiplano.bits_of(r.slots, s.width)) as rows
  from ${objectOf(bitmap, `_${column}`)} b
  cross join segment s
  left join ${objectOf(bitmap, `_${column}`)} r on ${of('r')} and r.bin = b.bin and r.listed
  left join ${objectOf(bitmap, `_${column}_lows`)} l on ${of('l')}
  where ${of('b')} and not b.listed
), settled as materialized (
  select v.slot, v.value from bin b cross join lateral unnest(b.slots, b."values") v (slot, value)
  union all
  select g.slot, b.middle
  from bin b cross join lateral generate_series(0, length(b.own) - 1) g (slot)
  where get_bit(b.own, g.slot) = 1
)`;
}

/** Values as they count beside those of the rows: a line for each that differs. */
export function compareValues(bitmap: RegisteredBitmap, column: string, blockSlots: number): string {
  const { order, key } = namesOf(bitmap);
  const value = quoted(column);
  return `${bins(bitmap, column, blockSlots)}, said as (
  select at, id, slot, value, sum(sign) as sum
  from (
    select p.at, p.id, s.slot, s.value, 1 as sign from settled s left join place p on p.slot = s.slot
    union all
    select d.${order}, d.${key}, h.slot, e.value, e.sign
    from entry d
    left join home h on h.at = d.${order} and h.id = d.${key}
    cross join lateral (values (d.${quoted(`old_${column}`)}, -1), (d.${quoted(`new_${column}`)}, 1)) e (value, sign)
    where e.value is not null
  ) w
  group by 1, 2, 3, 4 having sum(sign) <> 0
), counted as (
  select c.${order} as at, c.${key} as id, h.slot, c.${value} as value
  from source c left join home h on h.at = c.${order} and h.id = c.${key}
  where c.${value} is not null
)
select case when s.sum is null then 'missing' when t.id is null then 'extra' else 'twice' end as differs,
  coalesce(s.value, t.value)::text as term, 1::float8 as rows, coalesce(s.at, t.at)::text as at, coalesce(s.id, t.id) as id
from said s
full join counted t on t.at = s.at and t.id = s.id and t.slot is not distinct from s.slot and t.value = s.value
where s.sum is distinct from 1 or t.id is null
order by 4, 5 limit ${MOST}`;
}

/** Whether the bins are what a comparison makes of them: in order, each with all that comes before its middle. */
export function checkBins(bitmap: RegisteredBitmap, column: string, blockSlots: number): string {
  const { tenant } = namesOf(bitmap);
  return `${bins(bitmap, column, blockSlots)}, summed as (
  select b.*, coalesce(bit_or(b.rows) over (order by b.bin rows between unbounded preceding and 1 preceding),
    "bit"(b'0', b.width, true)) as start
  from bin b
), problem as (
  select b.bin, case
    when b.closing is null then 'nothing says where it begins'
    when b.bin <> b.number - 1 then 'the one before it is gone'
    when b.number = b.bins and b.bin <> b.closing then 'nothing closes it'
    when b.bin < b.closing and not b.listed then 'its rows are gone'
    when b.told_width <> b.width or length(b.bits) <> b.width or length(b.own) <> b.width then 'its bits are of another length'
    when b.low >= b.next_low then 'it begins where the next does'
    when (b.own is null) = (b.slots is null) and b.bin < b.closing then 'its rows are neither a list nor bits'
    when b.own is not null and b.bin < b.closing and b.middle <> b.low then 'it is of another value'
    when exists (select from unnest(b."values") v where v < b.low or v >= b.next_low) then 'a value lies outside of it'
    when b.before <> (select count(*) from unnest(b."values") v where v < b.middle) then 'its middle is elsewhere in its list'
    when b."values" <> array(select v from unnest(b."values") v order by v) then 'its list is out of order'
    when b.bits <> (b.start | altiplano.bits_of(b.slots[1:b.before], b.width)) then 'its bits are not what comes before its middle'
    when b.whole and b.bin = b.closing and exists (
      select from ${objectOf(bitmap)} t where t.${tenant} = $1 and t.segment = $2::bigint and t.term = 'live'
        and bit_count(t.bits & ~coalesce(b.start | b.rows, b.start)) > 0) then 'not all rows have a value'
  end as problem
  from summed b
)
select p.bin, p.problem from problem p where p.problem is not null
union all
select cardinality(l.lows), 'nothing is left of it'
from ${objectOf(bitmap, `_${column}_lows`)} l where l.${tenant} = $1 and l.segment = $2::bigint and not exists (select from bin)
order by 1 limit ${MOST}`;
}
