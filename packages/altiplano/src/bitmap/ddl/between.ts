import { indent } from '../../sql/text.ts';
import { beginning, binPlace } from './bins.ts';
import { part, type Shape, typeOf } from './shape.ts';

/** A filter compares numbers of every kind with one of eight bytes, as `column > 1.5::float8` does; decimals digit by digit. */
export function comparedAs({ bitmap, types }: Shape, column: string): string {
  const type = typeOf(types, column);
  if (bitmap.decimals?.includes(column)) return 'numeric';
  return /^(smallint|integer|bigint|real|numeric)/.test(type) ? 'double precision' : type;
}

export function between(shape: Shape, column: string): string {
  const { tenant } = shape;
  const type = comparedAs(shape, column);
  const bins = part(shape, column);
  // Compared so that the index of the primary key is of no use: whatever statistics say, places are looked up.
  const read = (
    bin: string,
  ) => `select bit_or(r.bits) filter (where not r.listed) as bits, bit_or(r.bits) filter (where r.listed) as own,
  max(r.middle) as middle, max(r.before) as before, max(r."values") as "values", max(r.slots) as slots
into b
from ${bins} r
where r.place = ${binPlace(shape, 'of_tenant', 'd.segment', bin)}
  and row (r.${tenant}, r.segment, r.bin) is not distinct from row (of_tenant, d.segment, ${bin});`;
  const bin = (value: string) => `nullif(${beginning(shape, column, value, 'd.lows')} - 1, -1)`;
  // How many rows of a bin's list are before a value.
  const reached = (value: string, inclusive: string) =>
    `coalesce(case when not ${inclusive} then array_position(b."values", ${value}) - 1 end, width_bucket(${value}, b."values"))`;
  const before = (value: string, inclusive: string) => `if b.slots is null then
  -- Of a bin of one value all rows or none.
  result := case when ${inclusive} or b.middle <> ${value} then coalesce(b.bits | b.own, b.bits) else b.bits end;
else
  reached := ${reached(value, inclusive)};
  result := case
    when reached < b.before then b.bits & ~altiplano.bits_of(b.slots[reached + 1:b.before], d.width)
    else b.bits | altiplano.bits_of(b.slots[b.before + 1:reached], d.width)
  end;
end if;`;
  const signature = `${part(shape, `${column}_between`)}(uuid, ${type}, boolean, ${type}, boolean)`;
  return `-- Settled rows whose ${column} is after \`above\` (or equal to it, \`from_it\`) and before \`below\` (or equal to it, \`upto_it\`); a null is
-- no bound. It runs as its owner, as bins are only found in time where row security is not in the way, and therefore
-- carries the tenant itself, and refuses one that is not the session's.
create function ${part(shape, `${column}_between`)}(of_tenant uuid, above ${type}, from_it boolean, below ${type}, upto_it boolean)
returns table (segment bigint, bits bit varying)
language plpgsql stable security definer set search_path from current
set enable_seqscan = off set enable_bitmapscan = off set plan_cache_mode = force_generic_plan rows 20 as $$
declare
  d record;
  b record;
  lower_bin integer;
  upper_bin integer;
  reached integer;
  result bit varying;
  lower bit varying;
begin
  perform altiplano.same_tenant(of_tenant);
  for d in select l.segment, l.width, l.whole, l.lows from ${part(shape, `${column}_lows`)} l where l.${tenant} = of_tenant loop
    lower_bin := ${bin('above')};
    upper_bin := ${bin('below')};
    lower := null;
    result := null;
    if lower_bin is not null then
${indent(read('lower_bin'), 6)}
      if lower_bin = upper_bin and b.slots is not null then
        segment := d.segment;
        bits := altiplano.bits_of(b.slots[${reached('above', '(not from_it)')} + 1:${reached('below', 'upto_it')}], d.width);
        return next;
        continue;
      end if;
${indent(before('above', '(not from_it)'), 6)}
      lower := result;
    end if;
    if below is not null then
      continue when upper_bin is null; -- all values come after it
      if upper_bin is distinct from lower_bin then
${indent(read('upper_bin'), 8)}
      end if;
${indent(before('below', 'upto_it'), 6)}
    elsif d.whole then
      result := ~"bit"(b'0', d.width, true);
    else
${indent(read('cardinality(d.lows)'), 6)}
      result := coalesce(b.bits | b.own, b.bits);
    end if;
    segment := d.segment;
    bits := case when lower is null then result else result & ~lower end;
    return next;
  end loop;
end $$;
revoke execute on function ${signature} from public;
do $$ begin execute format('grant execute on function ${signature} to %I', altiplano.app_role()); end $$;`;
}
