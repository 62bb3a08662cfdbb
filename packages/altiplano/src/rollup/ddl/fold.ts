import { indent, list, name, where } from '../../sql/text.ts';
import { mergedCells, mergedColumn, splitCall } from './cells.ts';
import { firstChild, PRINTING } from './first.ts';
import { isOrdered, orderAssignments } from './order-columns.ts';
import { keyColumns, type Shape, sameKey } from './shape.ts';

/**
 * Base rows take up the deltas they do not hold yet. It never waits for a writer: base rows that are locked are left
 * out, and any other lock is given up after 10 ms (SQLSTATE 55P03).
 */
export function fold(shape: Shape): string {
  const { rollup } = shape;
  const table = name(rollup.name);
  const key = keyColumns(shape);
  const deltaTables = [0, 1].map((generation) => name(`${rollup.name}_delta_${generation}`));
  return `create function ${name(`${rollup.name}_fold`)}(tenants uuid[], parents uuid[]) returns bigint
language plpgsql security definer set search_path from current
-- Delta tables are empty or full, statistics know only one of them.
set lock_timeout = '10ms' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
${PRINTING} as $$
declare
  own constant xid8 := pg_current_xact_id();
  result bigint;
begin
  insert into ${table} (${key}, folded)
  select ${keyColumns(shape, 'k')}, '1:1:' -- nothing is visible in it
  from unnest(tenants, parents) as k (${key})
  where not exists (select from ${table} b where ${sameKey(shape, 'b', 'k')})
    and (${deltaTables.map((delta) => `exists (select from ${delta} d where ${sameKey(shape, 'd', 'k')})`).join('\n      or ')})
  order by 1, 2
  on conflict do nothing;

  select array_agg(${keyColumns(shape, 'b').replace(', ', '), array_agg(')}) into tenants, parents
  from (
    select ${keyColumns(shape, 'b')}
    from unnest(tenants, parents) as k (${key}) join ${table} b using (${key})
    order by 1, 2
    for update of b skip locked
  ) b;

  -- A statement of its own: under READ COMMITTED its snapshot sees the rows as they were locked.
  with due as materialized (
    select d.*
    from unnest(tenants, parents) as k (${key}) join ${table} b using (${key})
    cross join lateral (
${indent(deltaTables.map((delta) => unfolded(shape, delta)).join('\nunion all\n'), 6)}
    ) d
  ), sums as (
    select ${keyColumns(shape, 'd')}, count(*) as deltas, sum(d.rows) as rows,${isOrdered(shape) ? ' sum(d.live) as live,' : ''}
${indent(shape.columns.map((column) => `${column.type.endsWith('[]') ? 'altiplano.concat' : 'sum'}(d.${name(column.name)}) as ${name(column.name)}`).join(',\n'), 6)}
    from due d group by 1, 2
  ), folded as (
    update ${table} b
    set ${indent(assignments(shape).join(',\n'), 8).trimStart()}
    from sums s
    join ${table} o using (${key})
${indent(laterals(shape), 4)}    where ${sameKey(shape, 'b', 's')}
    returning s.deltas
  )
  select coalesce(sum(f.deltas), 0) into result from folded f;
  return result;
end $$;
revoke execute on function ${name(`${rollup.name}_fold`)}(uuid[], uuid[]) from public;`;
}

function unfolded(shape: Shape, delta: string): string {
  return [
    `select d.* from ${delta} d`,
    where([
      sameKey(shape, 'd', 'b'),
      'd.writer >= pg_snapshot_xmin(b.folded)',
      'not pg_visible_in_snapshot(d.writer, b.folded)',
      'd.writer <> own',
    ]),
  ].join('\n');
}

function assignments(shape: Shape): readonly string[] {
  const { rollup, columns } = shape;
  return [
    'rows = b.rows + s.rows',
    ...columns.map((column) =>
      column.type.endsWith('[]')
        ? `${name(column.name)} = ${mergedColumn(column)}`
        : `${name(column.name)} = b.${name(column.name)} + s.${name(column.name)}`,
    ),
    ...orderAssignments(shape, (figure) => `b.${figure} + s.${figure}`),
    ...(isOrdered(shape) ? ['live = b.live + s.live'] : []),
    ...rollup.firsts.map((first) => `${name(first.name)} = ${firstChild(shape, first, 'b')}`),
    'folded = (select altiplano.without_own(pg_current_snapshot()))',
  ];
}

/** Base and deltas side by side; \`o\` is the base row again, because an update's target cannot be joined laterally. */
function laterals(shape: Shape): string {
  const text = mergedCells(
    shape,
    { of: (figure, role) => list([`o.${name(`${figure.name}_${role}`)} || s.${name(`${figure.name}_${role}`)}`]) },
    splitCall(shape, 'o'),
  );
  return text === '' ? '' : `${text}\n`;
}
