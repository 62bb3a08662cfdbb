import { rowsOf } from '../../keep/rows-of.ts';
import { indent, list, literal, name } from '../../sql/text.ts';
import { columnsOf, keyOf, part, type Shape, typeOf, upto } from './shape.ts';
import { attributeTerms, columnTerm, liveTerm, searchText } from './terms.ts';

/**
 * One segment from the rows of a key range: in one statement, so that \`folded\` is the snapshot that read them. Returns
 * where it ended, as the key of the first row that is left; null when there is none.
 */
export function piece(shape: Shape): string {
  const { bitmap, tenant, at, id, lowAt, lowId, ats, ids, atType, idType, sizes } = shape;
  const { block, fill } = sizes;
  const smallRows = (sizes.small / block) * fill;
  const kept = [liveTerm(shape, 'c'), ...bitmap.columns.map((column) => columnTerm(shape, 'c', column))];
  const columns = [
    columnsOf(shape, 'c'),
    `row_number() over (order by ${columnsOf(shape, 'c')})::integer - 1 as place`,
    `array[${list(kept)}] as terms`,
    ...bitmap.attributes.map((column) => `c.${name(column)}`),
    ...bitmap.ranges.map((column) => `c.${name(column)}`),
    ...(bitmap.search.length === 0 ? [] : [`${searchText(shape, 'c')} as text`]),
  ];
  const ranges = bitmap.ranges.map((column, index) => valuesOf(shape, column, index + 1));
  const slot = `r.place / ${fill} * ${block} + r.place % ${fill}`;
  return `create function ${part(shape, 'piece')}(
  of_tenant uuid, of_segment bigint, from_at ${atType}, from_id ${idType}, upto_at ${atType}, upto_id ${idType}, most integer,
  out next_at ${atType}, out next_id ${idType}
)
language plpgsql security definer set search_path from current
set work_mem = '32MB' set jit = off set enable_mergejoin = off set enable_hashjoin = off as $$
${ranges.length === 0 ? '' : `declare\n  made_width integer;\n${ranges.map(({ declared }) => declared).join('')}`}begin
  with source as materialized (
    select
${indent(columns.join(',\n'), 6)}
    from ${rowsOf(bitmap, name(bitmap.table), 'c')}
    where c.${tenant} = of_tenant
      and ${keyOf(shape, 'c')} >= (from_at, from_id)
      and ${keyOf(shape, 'c')} < ${upto(shape, 'upto_at', 'upto_id')}
    order by ${columnsOf(shape, 'c')}
    limit most + 1
  ), size as materialized (
    select least(count(*), most) as rows, case when count(*) > ${smallRows} then ${sizes.big} else ${sizes.small} end as width
    from source
  ), kept as (
    select r.*, ${slot} as slot from source r where r.place < most
  ), segment as (
    insert into ${part(shape, 'segment')} (${tenant}, segment, ${lowAt}, ${lowId}, width, blocks, folded)
    select of_tenant, of_segment, from_at, from_id, z.width, greatest(1, (z.rows + ${fill - 1}) / ${fill}),
      altiplano.without_own(pg_current_snapshot())
    from size z
    on conflict (${tenant}, segment) do update
    set width = excluded.width, blocks = excluded.blocks, folded = excluded.folded
  ), block as (
    insert into ${part(shape, 'block')} (${tenant}, segment, block, ${lowAt}, ${lowId}, ${ats}, ${ids})
    select of_tenant, of_segment, b.block,
      case when b.block = 0 then from_at else b.${ats}[1] end, case when b.block = 0 then from_id else b.${ids}[1] end,
      b.${ats}, b.${ids}
    from (
      select k.place / ${fill} as block, array_agg(k.${at} order by k.place) as ${ats}, array_agg(k.${id} order by k.place) as ${ids}
      from kept k group by 1
      union all
      select 0, '{}', '{}' from size z where z.rows = 0
    ) b
  ), bits as (
    insert into ${name(bitmap.name)} (${tenant}, term, segment, bits)
    select of_tenant, t.term, of_segment, altiplano.bits_of(array_agg(t.slot), (select z.width from size z))
    from (
${indent(terms(shape).join('\nunion all\n'), 6)}
    ) t (term, slot)
    where t.term is not null
    group by 1, 2
  )
  ${
    ranges.length === 0
      ? `select r.${at}, r.${id} into next_at, next_id from source r where r.place = most;`
      : gather(shape, ranges)
  }
end $$;
revoke execute on function ${part(shape, 'piece')}(uuid, bigint, ${atType}, ${idType}, ${atType}, ${idType}, integer) from public;`;
}

function terms(shape: Shape): readonly string[] {
  const { bitmap, tenant, id } = shape;
  return [
    `select unnest(k.terms), k.slot from kept k`,
    ...bitmap.attributes.map(
      (column) => `select a.term, k.slot from kept k cross join lateral ${attributeTerms(shape, 'k', column)} a (term)`,
    ),
    ...bitmap.links.map(
      ({ link, parent, target }) => `select ${literal(`${link}=`)} || l.${name(target)}, k.slot
from kept k join ${rowsOf(bitmap, name(link), 'l')} on l.${tenant} = of_tenant and l.${name(parent)} = k.${id}`,
    ),
    ...(bitmap.search.length === 0
      ? []
      : ['select g.term, k.slot from kept k cross join lateral altiplano.gram_terms(k.text) g (term)']),
  ];
}

interface RangeValues {
  readonly column: string;
  /** Variables: whether all rows have a value, values, their slots. */
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly declared: string;
}

/** Bins are made after everything else, of what the one statement has read. */
function gather(shape: Shape, ranges: readonly RangeValues[]): string {
  const { at, id } = shape;
  const columns = [
    `(select r.${at} from source r where r.place = most)`,
    `(select r.${id} from source r where r.place = most)`,
    '(select z.width from size z)',
    ...ranges.flatMap(({ values }) => values),
  ];
  const made = ranges.map(
    ({ column, names }) =>
      `perform ${part(shape, `${column}_make`)}(of_tenant, of_segment, made_width, ${list(names)});`,
  );
  return `select ${indent(columns.join(',\n'), 4).trimStart()}
  into ${list(['next_at', 'next_id', 'made_width', ...ranges.flatMap(({ names }) => names)])}
  from kept k;
  ${made.join('\n  ')}`;
}

function valuesOf({ types }: Shape, column: string, number: number): RangeValues {
  const value = `k.${name(column)}`;
  const names = [`whole_${number}`, `values_${number}`, `slots_${number}`];
  const kept = (what: string) => `array_agg(${what} order by k.slot) filter (where ${value} is not null)`;
  return {
    column,
    names,
    values: [`count(${value}) = count(*)`, kept(value), kept('k.slot')],
    declared: `  ${names[0]} boolean;\n  ${names[1]} ${typeOf(types, column)}[];\n  ${names[2]} integer[];\n`,
  };
}
