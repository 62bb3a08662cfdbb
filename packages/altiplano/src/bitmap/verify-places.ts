import { objectOf } from '../keep/registered.ts';
import { list, literal, name as quoted } from '../sql/text.ts';
import { beginningOf } from './ddl/shape.ts';
import { type RegisteredBitmap, settledTables, sourceOf, tailsOf } from './registry.ts';
import { frame, namesOf } from './verify-frame.ts';

const MOST = 1_000;

/** Blocks and keys of one segment: `place` and `problem` of each that is not as readers take it to be. */
export function checkBlocks(bitmap: RegisteredBitmap, blockSlots: number): string {
  const { tenant, order, key, lows } = namesOf(bitmap);
  const [lowOrder, lowKey] = lows;
  const [ats, ids] = [quoted(`${bitmap.definition.order}s`), quoted(`${bitmap.definition.key}s`)];
  return `${frame(bitmap, blockSlots)}, block as materialized (
  select b.block, b.${lowOrder} as low_at, b.${lowKey} as low_id, cardinality(b.${ats}) as ats, cardinality(b.${ids}) as ids,
    lead(b.${lowOrder}) over w as end_at, lead(b.${lowKey}) over w as end_id, row_number() over w - 1 as number
  from ${objectOf(bitmap, '_block')} b where b.${tenant} = $1 and b.segment = $2::bigint
  window w as (order by b.block)
), problem as (
  select 'block ' || b.block as place, case
    when b.block <> b.number then 'the block before it is missing'
    when (b.block + 1) * ${blockSlots} > s.width then 'it lies beyond the width of its segment'
    when b.ats <> b.ids or b.ids > ${blockSlots} then 'it has ' || b.ats || ' times and ' || b.ids || ' keys'
    when b.number = 0 and (b.low_at, b.low_id) is distinct from (s.low_at, s.low_id) then 'it does not begin where its segment does'
    when (b.low_at, b.low_id) >= (b.end_at, b.end_id) then 'the next does not begin after it'
  end as problem
  from block b, segment s
  union all
  select 'segment', 'it has ' || count(*) || ' blocks and not ' || s.blocks
  from segment s left join block b on true where $2::bigint is not null
  group by s.blocks having count(b.block) <> s.blocks
  union all
  select 'slot ' || p.slot, 'row ' || p.id || ' lies outside of its block'
  from place p join block b on b.block = p.block, segment s
  where (p.at, p.id) < (b.low_at, b.low_id)
    or (p.at, p.id) >= (coalesce(b.end_at, s.end_at), coalesce(b.end_id, s.end_id))
  union all
  select 'tail', 'an entry of row ' || d.${key} || ' says slot ' || d.slot || ', where row ' || coalesce(p.id::text, 'none') || ' is'
  from entry d left join place p on p.slot = d.slot
  where d.segment = $2::bigint and (p.at, p.id) is distinct from (d.${order}, d.${key})
)
select p.place, p.problem from problem p where p.problem is not null order by 1 limit ${MOST}`;
}

/** Tenants, segment by segment in key order, that somebody has rows, segments or entries of. */
export function allTenants(bitmap: RegisteredBitmap): string {
  const { tenant } = namesOf(bitmap);
  const kept = [...settledTables(bitmap), ...tailsOf(bitmap)].map((table) => `${table} t`);
  const tables = [sourceOf(bitmap, 't'), ...kept];
  return tables.map((table) => `select t.${tenant} as tenant from ${table} group by 1`).join('\nunion\n');
}

/** What is wrong with how the segments of tenant `$1` lie. */
export function checkSegments(bitmap: RegisteredBitmap): string {
  const { tenant, lows } = namesOf(bitmap);
  const [lowOrder, lowKey] = lows;
  const others = settledTables(bitmap)
    .slice(1)
    .map(
      (table) => `select t.segment, ${literal(`${table} has rows of it, but it is not there`)} from ${table} t
  where t.${tenant} = $1 and not exists (
    select from ${objectOf(bitmap, '_segment')} s where s.${tenant} = $1 and s.segment = t.segment)
  group by 1`,
    );
  return `with problem (segment, problem) as (
  select s.segment, case
    when s.number = 1 and (s.low_at, s.low_id) is distinct from (${list(beginningOf(bitmap.definition))}) then 'the first begins too late'
    when (s.low_at, s.low_id) <= (s.last_at, s.last_id) then 'it does not begin after the one before it'
  end
  from (
    select s.segment, s.${lowOrder} as low_at, s.${lowKey} as low_id,
      lag(s.${lowOrder}) over w as last_at, lag(s.${lowKey}) over w as last_id, row_number() over w as number
    from ${objectOf(bitmap, '_segment')} s where s.${tenant} = $1
    window w as (order by s.segment)
  ) s
  union all
  ${others.join('\n  union all\n  ')}
)
select p.segment::text as place, p.problem from problem p where p.problem is not null order by 1 limit ${MOST}`;
}
