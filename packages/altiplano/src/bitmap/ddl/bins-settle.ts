import { beginning, hasNaN } from './bins.ts';
import { part, type Shape, typeOf } from './shape.ts';

/**
 * What values came and went, said by the bins of a segment. Lists are changed where it happened, bits wherever their middle is
 * passed; where no list has room, or where a value lies in none, all bins are made again.
 */
export function settleBins(shape: Shape, column: string): string {
  const { tenant, types, sizes } = shape;
  const type = typeOf(types, column);
  const [bins, lows] = [part(shape, column), part(shape, `${column}_lows`)];
  const of = (alias: string) => `${alias}.${tenant} = of_tenant and ${alias}.segment = of_segment`;
  const nan = hasNaN(shape, column);
  const bin = (value: string) => `${beginning(shape, column, value, 'd.lows')} - 1`;
  const signature = `${part(shape, `${column}_settle`)}(uuid, bigint, integer, boolean, ${type}[], integer[], ${type}[], integer[])`;
  return `create function ${part(shape, `${column}_settle`)}(of_tenant uuid, of_segment bigint, of_width integer, lacks boolean,
  gone ${type}[], gone_slots integer[], came ${type}[], came_slots integer[]) returns void
language plpgsql set search_path from current set enable_seqscan = off as $$
declare
  d ${lows};
  went constant bit varying := altiplano.bits_of(gone_slots, of_width);
  alone integer[]; -- bins of one value
  fits boolean;
  one ${type};
  bin integer;
  change record;
begin
  select l.* into d from ${lows} l where ${of('l')};
  select array_agg(r.bin) filter (where r.bits is not null) into alone from ${bins} r where ${of('r')} and r.listed;
  alone := coalesce(alone, '{}');
  fits := d.segment is not null and cardinality(gone) + cardinality(came) <= ${sizes.bin};

  -- A value between a bin of one value and the next goes to the next, which then begins with it.
  if fits then
    foreach one in array came loop
      bin := ${bin('one')};${nan ? nanBin : ''}
      if bin >= 0 and bin = any (alone) and d.lows[bin + 1] <> one or bin < 0 then
        bin := bin + 1;
        fits := bin < cardinality(d.lows) and bin <> all (alone);
        exit when not fits;
        d.lows[bin + 1] := one;
      end if;
    end loop;
  end if;
  fits := fits and not exists (
    select from ${bins} r
    join (select ${bin('c.value')} as bin, count(*) as rows from unnest(came) c (value) group by 1) c on c.bin = r.bin
    where ${of('r')} and r.listed and cardinality(r.slots) + c.rows > ${sizes.bin + Math.ceil(sizes.bin / 10)});
  if not fits then
    perform ${part(shape, `${column}_make`)}(of_tenant, of_segment, of_width, coalesce(d.whole, true) and not lacks,
      array_agg(p.value), array_agg(p.slot))
    from (
      select v.value, v.slot
      from ${bins} r cross join lateral unnest(r."values", r.slots) v (value, slot)
      where ${of('r')} and r.listed and get_bit(went, v.slot) = 0
      union all
      select ${nan ? `coalesce(l.lows[r.bin + 1], 'NaN')` : 'l.lows[r.bin + 1]'}, v.slot
      from ${bins} r
      join ${lows} l on ${of('l')}
      cross join lateral (select r.bits & ~went as bits offset 0) own -- once: asked for a bit, stored ones are unpacked each time
      cross join lateral generate_series(0, of_width - 1) v (slot)
      where ${of('r')} and r.listed and r.bits is not null and get_bit(own.bits, v.slot) = 1
      union all
      select c.value, c.slot from unnest(came, came_slots) c (value, slot)
    ) p;
    return;
  end if;

  for change in
    select ${bin('v.value')} as bin,
      coalesce(array_agg(v.slot) filter (where not v.is_new), '{}') as gone,
      coalesce(array_agg(v.value) filter (where v.is_new), '{}') as came, coalesce(array_agg(v.slot) filter (where v.is_new), '{}') as came_slots
    from (
      select g.value, g.slot, false as is_new from unnest(gone, gone_slots) g (value, slot)
      union all
      select c.value, c.slot, true from unnest(came, came_slots) c (value, slot)
    ) v
    group by 1
  loop
    if change.bin = any (alone) then
      update ${bins} r
      set bits = (r.bits & ~altiplano.bits_of(change.gone, of_width)) | altiplano.bits_of(change.came_slots, of_width)
      where ${of('r')} and r.bin = change.bin and r.listed;
    else
      update ${bins} r
      set (before, "values", slots) = (
        select count(*) filter (where v.value < m.middle), coalesce(array_agg(v.value order by v.value, v.slot), '{}'),
          coalesce(array_agg(v.slot order by v.value, v.slot), '{}')
        from (
          select l.value, l.slot from unnest(r."values", r.slots) l (value, slot) where l.slot <> all (change.gone)
          union all
          select c.value, c.slot from unnest(change.came, change.came_slots) c (value, slot)
        ) v)
      from ${bins} m
      where ${of('r')} and r.bin = change.bin and r.listed and ${of('m')} and m.bin = change.bin and not m.listed;
    end if;
  end loop;

  update ${bins} r set bits = fresh.bits
  from (
    select o.bin, o.bits as old, (o.bits & ~went) | altiplano.bits_of(
      array(select c.slot from unnest(came, came_slots) c (value, slot) where c.value < o.middle is not false), of_width) as bits
    from ${bins} o where ${of('o')} and not o.listed offset 0
  ) fresh
  where ${of('r')} and r.bin = fresh.bin and not r.listed and fresh.bits <> fresh.old;
  update ${lows} l set lows = d.lows, whole = d.whole and not lacks
  where ${of('l')} and (l.lows, l.whole) is distinct from (d.lows, d.whole and not lacks);
end $$;
revoke execute on function ${signature} from public;`;
}

/** It has no bin where nobody had it before. */
const nanBin = `
      if one = 'NaN' then
        fits := bin = any (alone);
        exit when not fits;
        continue;
      end if;`;
