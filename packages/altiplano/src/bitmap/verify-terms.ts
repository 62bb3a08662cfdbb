import { objectOf } from '../keep/registered.ts';
import { indent } from '../sql/text.ts';
import { entryTerms, naiveTerms } from './naive-terms.ts';
import type { RegisteredBitmap } from './registry.ts';
import { frame, namesOf } from './verify-frame.ts';

/** Rows shown of each term that differs; how many there are is counted. */
const SHOWN = 3;
const MOST = 1_000;

/** Bits as they count, of rows that have a place: `differs` says what is wrong with them, `rows` of how many rows. */
export function compareTerms(bitmap: RegisteredBitmap, blockSlots: number): string {
  const { tenant, order, key } = namesOf(bitmap);
  return `${frame(bitmap, blockSlots)}, expected as (
  select t.term, altiplano.bits_of(array_agg(h.slot), (select width from segment)) as bits
  from source c
  join home h on h.at = c.${order} and h.id = c.${key}
  cross join lateral (
${indent(naiveTerms(bitmap), 4)}
  ) t (term)
  group by 1
), change as (
  select h.slot, e.term, sum(e.sign) as change
  from entry d
  join home h on h.at = d.${order} and h.id = d.${key}
  cross join lateral (
${indent(entryTerms(bitmap), 4)}
  ) e (term, sign)
  group by 1, 2 having sum(e.sign) <> 0
), mask as (
  select c.term,
    altiplano.bits_of(array_agg(c.slot) filter (where c.change > 0), s.width) as plus,
    altiplano.bits_of(array_agg(c.slot) filter (where c.change < 0), s.width) as minus,
    altiplano.bits_of(array_agg(c.slot) filter (where abs(c.change) > 1), s.width) as much
  from change c, segment s group by c.term, s.width
), compared as (
  select term, z.width, length(b.bits) as length,
    coalesce(e.bits, z.zero) as expected,
    "bit"(coalesce(b.bits, z.zero), z.width, true) as settled,
    coalesce(m.plus, z.zero) as plus, coalesce(m.minus, z.zero) as minus, coalesce(m.much, z.zero) as much
  from (select n.term, n.bits from ${objectOf(bitmap)} n where n.${tenant} = $1 and n.segment = $2::bigint) b
  full join mask m using (term)
  full join expected e using (term)
  cross join (select s.width, altiplano.bits_of('{}', s.width) as zero from segment s) z
  where b.bits is distinct from e.bits or m.term is not null -- nearly all are as they should be
), wrong as (
  select c.term, c.width, w.differs, w.bits
  from compared c
  cross join lateral (select (c.settled | c.plus) & ~c.minus as bits) n
  cross join lateral (values
    ('missing', c.expected & ~n.bits),
    ('extra', n.bits & ~c.expected),
    ('twice', (c.settled & c.plus) | (~c.settled & c.minus) | c.much),
    ('length', case when c.length <> c.width then ~altiplano.bits_of('{}', c.width) end)
  ) w (differs, bits)
  where bit_count(w.bits) > 0
)
select w.differs, w.term, bit_count(w.bits)::float8 as rows, p.at::text as at, p.id
from wrong w
cross join lateral (
  select g.slot from generate_series(0, w.width - 1) g (slot) where get_bit(w.bits, g.slot) = 1 limit ${SHOWN}
) g
left join place p on p.slot = g.slot
order by 1, 2, 4, 5
limit ${MOST}`;
}

/** Rows without a place: what the tail says of them has to be all there is. One line for each row that differs. */
export function compareUnplaced(bitmap: RegisteredBitmap, blockSlots: number): string {
  const { order, key } = namesOf(bitmap);
  return `${frame(bitmap, blockSlots)}, stray as (
  select d.* from entry d where not exists (select from home h where h.at = d.${order} and h.id = d.${key})
), loose as (
  select c.* from source c where not exists (select from home h where h.at = c.${order} and h.id = c.${key})
), said as (
  select at, id, term, sum(sign) as sum
  from (
    select d.${order} as at, d.${key} as id, '' as term, d.born as sign from stray d
    union all
    select d.${order}, d.${key}, e.term, e.sign
    from stray d
    cross join lateral (
${indent(entryTerms(bitmap), 6)}
    ) e (term, sign)
  ) s
  group by 1, 2, 3
), counted as (
  select c.${order} as at, c.${key} as id, '' as term from loose c
  union
  select c.${order}, c.${key}, t.term
  from loose c
  cross join lateral (
${indent(naiveTerms(bitmap), 4)}
  ) t (term)
)
select case when bool_or(t.id is not null and coalesce(s.sum, 0) < 1) then 'missing' when bool_or(t.id is null) then 'extra' else 'twice' end as differs,
  nullif(min(term), '') as term, count(*)::float8 as rows, at::text as at, id
from said s full join counted t using (at, id, term)
where coalesce(s.sum, 0) <> case when t.id is null then 0 else 1 end
group by at, id
order by at, id
limit ${MOST}`;
}
