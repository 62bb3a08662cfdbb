import type { OwnerClient } from '../../../src/execute/owner.ts';
import { literal, name } from '../../../src/sql/text.ts';
import { atOf, beginning, isText, isThere, type Place } from './place.ts';
import type { Column, Shape } from './shape.ts';

/** What bitmaps and tail say and the rows do not, or the other way round; empty is right. */
export type Wrong = readonly string[];

/**
 * Compares, in the connection's present snapshot, every term of every row and a few values of each range with the rows
 * themselves; and whether blocks, segments and bitmaps fit together.
 */
export async function wrongState(client: OwnerClient, schema: string, shape: Shape): Promise<Wrong> {
  const text = [
    `with ${tail(schema, shape)}, ${settled(schema, shape)}, ${terms(schema, shape)}`,
    differences(shape),
    ...shape.ranges.map((column) => ranged(schema, shape.place, column)),
    ...broken(schema, shape),
  ].join('\n');
  const { rows } = await client.query<{ problem: string }>(text);
  return rows.map(({ problem }) => problem);
}

/**
 * Entries that count: their writer was not seen when the segment of their key was folded. Links that went with their row
 * have no key of their own: it is in the entry that says the row went.
 */
function tail(schema: string, { ranges, searched }: Shape): string {
  const range = (searched.length === 0 ? [] : ['old_text', 'new_text']).concat(
    ranges.flatMap(({ name: column }) => [name(`old_${column}`), name(`new_${column}`)]),
  );
  return `delta as materialized (
  select d.*
  from (
    select d.shop_id, d.id, d.writer, d.minus, d.plus${range.map((one) => `, d.${one}`).join('')},
      coalesce(d.made_at, (select g.made_at from ${schema}.item_bitmap_tail g
                           where g.shop_id = d.shop_id and g.id = d.id and g.writer = d.writer and g.born = -1 limit 1)) as made_at
    from ${schema}.item_bitmap_tail d
  ) d
  left join lateral (
    select s.folded from ${schema}.item_bitmap_segment s
    where s.shop_id = d.shop_id and (s.low_made_at, s.low_id) <= (d.made_at, d.id)
    order by s.low_made_at desc, s.low_id desc limit 1
  ) g on true
  where pg_visible_in_snapshot(d.writer, g.folded) is not true
)`;
}

function settled(schema: string, { sizes }: Shape): string {
  return `place as materialized (
  select b.shop_id, b.segment, ${sizes.block} * b.block + o.ordinal - 1 as slot, b.made_ats[o.ordinal] as made_at, b.ids[o.ordinal] as id
  from ${schema}.item_bitmap_block b cross join lateral generate_series(1, cardinality(b.ids)) o (ordinal)
), settled as materialized (
  select n.shop_id, p.made_at, p.id, n.term
  from ${schema}.item_bitmap n join place p on p.shop_id = n.shop_id and p.segment = n.segment
  where p.slot < length(n.bits) and get_bit(n.bits, p.slot::int) = 1
)`;
}

/** The rows' own terms, written here a second time from what the design says. */
function terms(schema: string, shape: Shape): string {
  const { place, values, attributes, searched, links } = shape;
  const own = isText(place) ? [...values, { name: 'made_at' }] : values;
  const plain = own.flatMap(({ name: column }) => [
    `select (${literal(`${column}=`)} || t.${name(column)}::text) collate "C" where t.${name(column)} is not null`,
    `select ${literal(column)} where t.${name(column)} is null`,
  ]);
  const objects = attributes.map(
    ({ name: column }) => `select ${literal(`${column}.`)} || length(a.key) || '.' || a.key || '=' || a.value
      from jsonb_each_text(case when jsonb_typeof(t.${name(column)}) = 'object' then t.${name(column)} else '{}' end) a where a.value is not null`,
  );
  const linked = links.map(
    ({ table, target }) =>
      `select ${literal(`${table}=`)} || l.${target}_id from ${schema}.${table} l where l.item_id = t.id`,
  );
  const text = searched
    .map(({ name: column }) => `coalesce(altiplano.fold(t.${name(column)}), '')`)
    .join(` || chr(31) || `);
  const found =
    searched.length === 0
      ? []
      : [
          `select distinct '~' || substr(w.text, n, 3) from (select ${text} as text) w, generate_series(1, length(w.text) - 2) n`,
        ];
  const all = [`select 'live' where ${isThere(place)}`, ...plain, ...objects, ...linked, ...found].join(
    '\n    union all ',
  );
  return `truth as materialized (
  select t.shop_id, ${atOf(place, 't')} as made_at, t.id,
    case when octet_length(x.term) > 400 then '#' || encode(sha256(convert_to(x.term, 'UTF8')), 'hex') else x.term end as term
  from ${schema}.item t cross join lateral (
    ${all}
  ) x (term)
)`;
}

/** Links by row and not by key: those that went with a row that had two keys in one transaction may stand at either. */
function differences({ links, searched }: Shape): string {
  const grams = (['old_text', 'new_text'] as const).map(
    (text, index) => `
  union all select d.shop_id, d.made_at, d.id, g, ${index === 0 ? -1 : 1}, 0 from delta d
  cross join lateral (select distinct '~' || substr(d.${text}, n, 3) from generate_series(1, length(d.${text}) - 2) n) x (g)`,
  );
  const isLink = links.map(({ table }) => `term like '${table}=%'`).join(' or ') || 'false';
  return `select 'term ' || k.term || ' of ' || k.id || ' at ' || coalesce(k.made_at::text, 'any') || ': ' || sum(k.kept) || ', not ' || sum(k.real) as problem
from (
  select shop_id, case when ${isLink} then null else made_at end as made_at, id, term, kept, real from (
  select shop_id, made_at, id, term, 1 as kept, 0 as real from settled
  union all select d.shop_id, d.made_at, d.id, m, -1, 0 from delta d cross join lateral unnest(d.minus) m
  union all select d.shop_id, d.made_at, d.id, p, 1, 0 from delta d cross join lateral unnest(d.plus) p${searched.length === 0 ? '' : grams.join('')}
  union all select shop_id, made_at, id, term, 0, 1 from truth
  ) k
) k
group by k.shop_id, k.made_at, k.id, k.term
having sum(k.kept) <> sum(k.real)`;
}

/** Which rows lie below a value: what is settled, and the tail's changes to it. */
function ranged(schema: string, place: Place, { name: column, type, pool }: Column): string {
  const values = pool.filter((value) => value !== null).map(literal);
  const below = (value: string) => `case when a.inclusive then ${value} <= a.value else ${value} < a.value end`;
  const flag = (value: string) => `coalesce((${below(value)})::int, 0)`;
  return `union all
select ${literal(column)} || case when a.inclusive then ' <= ' else ' < ' end || a.value || ' of ' || k.id || ': ' || sum(k.kept) || ', not ' || sum(k.real)
from (select v::${type} as value, i as inclusive from unnest(array[${values.join(', ')}]) v, unnest(array[true, false]) i) a
cross join lateral (
  select p.shop_id, p.made_at, p.id, 1 as kept, 0 as real
  from (select distinct shop_id from place) o
  cross join lateral (select set_config('altiplano.tenant', o.shop_id::text, true)::uuid as id offset 0) t
  cross join lateral ${schema}.${name(`item_bitmap_${column}_between`)}(t.id, null, null, a.value, a.inclusive) b
  join place p on p.shop_id = o.shop_id and p.segment = b.segment and p.slot < length(b.bits) and get_bit(b.bits, p.slot::int) = 1
  union all
  select d.shop_id, d.made_at, d.id, ${flag(`d.${name(`new_${column}`)}`)} - ${flag(`d.${name(`old_${column}`)}`)}, 0 from delta d
  union all
  select t.shop_id, ${atOf(place, 't')}, t.id, 0, ${flag(`t.${name(column)}`)} from ${schema}.item t
) k
group by a.value, a.inclusive, k.shop_id, k.made_at, k.id
having sum(k.kept) <> sum(k.real)`;
}

/** Problems of form, whatever the rows are. */
function broken(schema: string, { place, ranges, sizes }: Shape): readonly string[] {
  const widths = ranges.map(
    ({ name: column }) => `union all
select ${literal(`bin of ${column} in segment `)} || r.segment || ' is ' || length(r.bits) || ' wide, not ' || coalesce(s.width::text, 'there')
from ${schema}.${name(`item_bitmap_${column}`)} r
left join ${schema}.item_bitmap_segment s on s.shop_id = r.shop_id and s.segment = r.segment
where r.bits is not null and length(r.bits) is distinct from s.width`,
  );
  return [
    ...widths,
    `union all
select 'bits of ' || n.term || ' in segment ' || n.segment || ' are ' || length(n.bits) || ' wide, not ' || coalesce(s.width::text, 'there')
from ${schema}.item_bitmap n left join ${schema}.item_bitmap_segment s on s.shop_id = n.shop_id and s.segment = n.segment
where length(n.bits) is distinct from s.width`,
    `union all
select 'bits of ' || n.term || ' in segment ' || n.segment || ' that stand for no row: ' || count(*)
from ${schema}.item_bitmap n cross join lateral generate_series(0, length(n.bits) - 1) slot
where get_bit(n.bits, slot) = 1
  and not exists (select from place p where p.shop_id = n.shop_id and p.segment = n.segment and p.slot = slot)
group by n.term, n.segment`,
    `union all
select 'block ' || b.block || ' of segment ' || b.segment || ': ' || reason
from (
  select b.*, lead((b.low_made_at, b.low_id)) over w as next_low, lead(b.segment) over w as next_segment, lead(b.block) over w as next_block
  from ${schema}.item_bitmap_block b window w as (partition by b.shop_id order by b.low_made_at, b.low_id)
) b
left join ${schema}.item_bitmap_segment s on s.shop_id = b.shop_id and s.segment = b.segment
cross join lateral (
  select 'no segment' where s.segment is null
  union all select 'more rows than slots' where cardinality(b.ids) > ${sizes.block} or cardinality(b.ids) <> cardinality(b.made_ats)
  union all select 'outside its segment' where b.block not between 0 and s.blocks - 1 or s.blocks * ${sizes.block} > s.width
  union all select 'out of order' where (b.next_segment, b.next_block) <= (b.segment, b.block)
  union all select 'a row outside its keys'
    where exists (select from unnest(b.made_ats, b.ids) k (made_at, id)
                  where (k.made_at, k.id) < (b.low_made_at, b.low_id) or (k.made_at, k.id) >= b.next_low)
  union all select 'a row twice' where (select count(*) <> count(distinct (k.made_at, k.id)) from unnest(b.made_ats, b.ids) k (made_at, id))
) x (reason)`,
    `union all
select 'segment ' || s.segment || ' begins at ' || s.low_made_at || ', its first block elsewhere'
from ${schema}.item_bitmap_segment s
where s.blocks > 0 and not exists (select from ${schema}.item_bitmap_block b where b.shop_id = s.shop_id and b.segment = s.segment and b.block = 0
                    and (b.low_made_at, b.low_id) = (s.low_made_at, s.low_id))`,
    `union all
select 'the first segment of ' || s.shop_id || ' does not begin at the beginning'
from (select distinct on (shop_id) * from ${schema}.item_bitmap_segment order by shop_id, segment) s
where (s.low_made_at, s.low_id) <> ${beginning(place)}`,
  ];
}
