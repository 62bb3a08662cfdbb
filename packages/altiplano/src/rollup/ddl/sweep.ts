import { indent, list, name } from '../../sql/text.ts';
import { mergedCells, mergedColumn, oldestOf } from './cells.ts';
import { isOrdered } from './order-columns.ts';
import { isWindow, keyColumns, type Shape, sameKey } from './shape.ts';

/** Rows that no fold has touched for long keep old cells, and those of parents without children are of no use. */
export function sweep(shape: Shape): string {
  const { rollup, key } = shape;
  const unused = isOrdered(shape) ? '(b.rows = 0 and b.live = 0)' : 'b.rows = 0';
  const table = name(rollup.name);
  const keys = keyColumns(shape);
  return `create function ${name(`${rollup.name}_sweep`)}(after_tenant uuid, after_parent uuid, most integer)
returns table (tenant uuid, parent uuid) -- the key to go on after; no row at the end
language plpgsql security definer set search_path from current set lock_timeout = '10ms' as $$
declare
  tenants uuid[];
  parents uuid[];
  free_tenants uuid[];
  free_parents uuid[];
begin
  select array_agg(${key.map((column) => `b.${name(column)} order by ${keyColumns(shape, 'b')}`).join('), array_agg(')})
  into tenants, parents
  from (
    select ${keyColumns(shape, 'b')} from ${table} b
    where (${keyColumns(shape, 'b')}) > (coalesce(after_tenant, '00000000-0000-0000-0000-000000000000'),
                                   coalesce(after_parent, '00000000-0000-0000-0000-000000000000'))
    order by 1, 2 limit most
  ) b;
  select array_agg(${key.map((column) => `b.${name(column)}`).join('), array_agg(')}) into free_tenants, free_parents
  from (
    select ${keyColumns(shape, 'b')}
    from unnest(tenants, parents) as k (${keys}) join ${table} b using (${keys})
    where ${[unused, ...staleness(shape)].join(' or ')}
    order by 1, 2
    for update of b skip locked
  ) b;
${prune(shape)}
  -- Without a base row every delta counts: those that were consumed must be gone.
  delete from ${table} b
  using unnest(free_tenants, free_parents) as k (${keys})
  where ${sameKey(shape, 'b', 'k')} and ${unused}
    and not exists (select from ${name(`${rollup.name}_delta_0`)} d where ${sameKey(shape, 'd', 'b')})
    and not exists (select from ${name(`${rollup.name}_delta_1`)} d where ${sameKey(shape, 'd', 'b')});
  if cardinality(tenants) = most then
    return query select tenants[most], parents[most];
  end if;
end $$;
revoke execute on function ${name(`${rollup.name}_sweep`)}(uuid, uuid, integer) from public;`;
}

/** The oldest cell is the first. */
function staleness({ rollup }: Shape): readonly string[] {
  return rollup.figures.flatMap((figure) => {
    if (figure.time?.kind === 'month') return [`b.${name(`${figure.name}_month`)}[1] < ${oldestOf(figure)}`];
    return isWindow(figure) ? [`b.${name(`${figure.name}_until`)}[1] < ${oldestOf(figure)}`] : [];
  });
}

function prune(shape: Shape): string {
  const timed = shape.columns.filter((column) => column.type.endsWith('[]'));
  if (timed.length === 0) return '';
  const merged = mergedCells(
    shape,
    { of: (figure, role) => `o.${name(`${figure.name}_${role}`)}` },
    (_, cells) => cells,
  );
  return `  update ${name(shape.rollup.name)} b
  set ${list(timed.map((column) => `${name(column.name)} = ${mergedColumn(column)}`)).replaceAll(', ', ',\n      ')}
  from unnest(free_tenants, free_parents) as k (${keyColumns(shape)})
  join ${name(shape.rollup.name)} o using (${keyColumns(shape)})
${indent(merged)}
  where ${sameKey(shape, 'b', 'k')} and ${isOrdered(shape) ? '(o.rows <> 0 or o.live <> 0)' : 'o.rows <> 0'};
`;
}
