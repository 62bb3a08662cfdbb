import { objectOf } from '../keep/registered.ts';
import { list, name as quoted } from '../sql/text.ts';
import { beginningOf } from './ddl/shape.ts';
import { type RegisteredBitmap, sourceOf } from './registry.ts';

/** Names of the columns that the statements of a comparison are made of, as SQL. */
export interface Names {
  readonly tenant: string;
  readonly order: string;
  readonly key: string;
  readonly lows: readonly [string, string];
}

export function namesOf({ definition }: RegisteredBitmap): Names {
  const { tenant, order, key } = definition;
  return {
    tenant: quoted(tenant),
    order: quoted(order),
    key: quoted(key),
    lows: [quoted(`low_${order}`), quoted(`low_${key}`)],
  };
}

/**
 * What every comparison of one segment begins with: the segment with its end (`segment`), its places (`place`: slot, at, id),
 * where each key was placed last (`home`), its entries that are not folded (`entry`) and the rows of its stretch (`source`).
 * `$1` is the tenant, `$2` the segment; null for a tenant without any, of which everything has to be in the tail.
 */
export function frame(bitmap: RegisteredBitmap, blockSlots: number): string {
  const { tenant, order, key, lows } = namesOf(bitmap);
  const [lowOrder, lowKey] = lows;
  const inside = (alias: string) => `(${alias}.${order}, ${alias}.${key}) >= (s.low_at, s.low_id)
    and (s.end_at is null or (${alias}.${order}, ${alias}.${key}) < (s.end_at, s.end_id))`;
  const changed = bitmap.definition.ranges
    .flatMap((column) => [`old_${column}`, `new_${column}`])
    .map((column) => `, e.${quoted(column)}`)
    .join('');
  return `with segment as materialized (
  select s.width, s.blocks, s.folded, s.${lowOrder} as low_at, s.${lowKey} as low_id, n.${lowOrder} as end_at, n.${lowKey} as end_id
  from ${objectOf(bitmap, '_segment')} s
  left join lateral (
    select n.* from ${objectOf(bitmap, '_segment')} n
    where n.${tenant} = $1 and n.segment > s.segment order by n.segment limit 1
  ) n on true
  where s.${tenant} = $1 and s.segment = $2::bigint
  union all
  select 0, 0, '1:1:', ${list(beginningOf(bitmap.definition))}, null, null where $2::bigint is null
), place as materialized (
  select (${blockSlots} * b.block + k.place - 1)::integer as slot, b.block, k.at, k.id
  from ${objectOf(bitmap, '_block')} b
  cross join lateral unnest(b.${quoted(`${bitmap.definition.order}s`)}, b.${quoted(`${bitmap.definition.key}s`)}) with ordinality k (at, id, place)
  where b.${tenant} = $1 and b.segment = $2::bigint
), home as materialized (
  select p.at, p.id, max(p.slot) as slot from place p group by 1, 2
), entry as materialized (
  select d.*
  from segment s
  join (
    select e.writer, e.${key}, coalesce(e.${order}, g.at) as ${order}, e.segment, e.slot, e.born, e.minus, e.plus, e.old_text, e.new_text${changed}
    from ${objectOf(bitmap, '_tail')} e
    left join (
      select w.writer, w.${key} as id, max(w.${order}) as at
      from ${objectOf(bitmap, '_tail')} w where w.${tenant} = $1 and w.born = -1 group by 1, 2
    ) g on e.${order} is null and g.writer = e.writer and g.id = e.${key} -- links that went with their row
    where e.${tenant} = $1
  ) d on ${inside('d')}
  where not pg_visible_in_snapshot(d.writer, s.folded)
), source as materialized (
  select c.*
  from segment s join ${sourceOf(bitmap, 'c')} on c.${tenant} = $1 and ${inside('c')}
)`;
}
