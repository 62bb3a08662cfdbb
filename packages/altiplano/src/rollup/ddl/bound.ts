import { indent, list, name } from '../../sql/text.ts';
import { fittedCells, mergedColumn } from './cells.ts';
import { deltaColumns } from './delta.ts';
import { isOrdered } from './order-columns.ts';
import { countsRows, fitName, isRegistered, isWindow, keyColumns, type Shape } from './shape.ts';

/** Deltas of one parent that may wait before a writer's own statement sees to them. */
const MOST_UNFOLDED = 1_000;

/** What triggers call, in their name and with their path: cells that fit, and a bound where nobody folds. */
export function bounding(shape: Shape): string {
  const { rollup } = shape;
  const [tenant, parent] = shape.key.map(name);
  const signatures = [
    ...rollup.figures.filter(isWindow).map((figure) => `${name(fitName(rollup, figure))}(uuid, uuid, altiplano.cells)`),
    ...['bound', 'gather'].map((of) => `${name(`${rollup.name}_${of}`)}(uuid, uuid)`),
  ];
  return `${fits(shape)}-- Past ${MOST_UNFOLDED} unfolded deltas a writer folds: what others committed into the base row, its own into one delta.
create function ${name(`${rollup.name}_bound`)}(of_tenant uuid, of_parent uuid) returns void
language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  own constant xid8 := pg_current_xact_id();
  own_deltas bigint;
  other_deltas bigint;
begin
  select count(*) filter (where d.writer = own), count(*) filter (where d.writer <> own) into own_deltas, other_deltas
  from (select) one
  left join ${name(rollup.name)} b on b.${tenant} = of_tenant and b.${parent} = of_parent
  cross join lateral (
${[0, 1].map((generation) => indent(unfoldedOf(shape, generation), 4)).join('\n    union all\n')}
  ) d;
  if other_deltas > ${MOST_UNFOLDED}
     and exists (select from altiplano.rollup r
                 where ${isRegistered(rollup)} and r.state = 'ready') then
    begin
      perform ${name(`${rollup.name}_fold`)}(array[of_tenant], array[of_parent]);
    exception
      when serialization_failure or deadlock_detected or lock_not_available then null; -- the next writer tries again
    end;
  end if;
  if own_deltas > ${MOST_UNFOLDED} then
    perform ${name(`${rollup.name}_gather`)}(of_tenant, of_parent);
  end if;
end $$;

${gather(shape)}

revoke execute on function ${list(signatures)} from public;`;
}

/** A statement that touched many instants of one parent writes cells as wide as the folded ones let them be. */
function fits({ rollup, key }: Shape): string {
  const [tenant, parent] = key.map(name);
  return rollup.figures
    .filter(isWindow)
    .map((figure) => {
      const column = (role: string) => name(`${figure.name}_${role}`);
      return `create function ${name(fitName(rollup, figure))}(of_tenant uuid, of_parent uuid, cells altiplano.cells)
returns altiplano.cells
language plpgsql stable as $$
declare
  base ${name(rollup.name)};
begin
  if cardinality(cells.since) <= 64 then
    return cells;
  end if;
  select b.* into base from ${name(rollup.name)} b where b.${tenant} = of_tenant and b.${parent} = of_parent;
  return altiplano.fit_cells(
    cells, base.${column('since')}, base.${column('until')}, base.${column(countsRows(figure) ? 'value' : 'rows')}, now());
end $$;

`;
    })
    .join('');
}

function unfoldedOf({ rollup, key }: Shape, generation: number): string {
  const [tenant, parent] = key.map(name);
  return `select d.writer from ${name(`${rollup.name}_delta_${generation}`)} d
where d.${tenant} = of_tenant and d.${parent} = of_parent
  and d.writer >= coalesce(pg_snapshot_xmin(b.folded), '0')
  and pg_visible_in_snapshot(d.writer, b.folded) is not true`;
}

/** Deltas of the running transaction are seen by nobody else, so only these may be deleted. */
export function gather(shape: Shape): string {
  const { rollup, columns, key } = shape;
  const [tenant, parent] = key.map(name);
  const sums = columns.map((column) =>
    column.type.endsWith('[]')
      ? `coalesce(altiplano.concat(d.${name(column.name)}), '{}') as ${name(column.name)}`
      : `sum(d.${name(column.name)})::${column.type} as ${name(column.name)}`,
  );
  const written = columns.map((column) =>
    column.type.endsWith('[]') ? mergedColumn(column) : `p.${name(column.name)}`,
  );
  const live = isOrdered(shape) ? ['live'] : [];
  sums.push(...live.map((column) => `sum(d.${column})::bigint as ${column}`));
  const laterals = fittedCells(shape, 'p');
  return `create function ${name(`${rollup.name}_gather`)}(of_tenant uuid, of_parent uuid) returns void
language plpgsql as $$
begin
  with own as (
    delete from ${name(`${rollup.name}_delta`)} d
    where d.${tenant} = of_tenant and d.${parent} = of_parent and d.writer = pg_current_xact_id()
    returning d.*
  ), parent as (
    select max(d.generation) as generation, ${keyColumns(shape, 'd')}, sum(d.rows)::bigint as rows,
${indent(sums.join(',\n'), 6)}
    from own d group by 2, 3
  )
  insert into ${name(`${rollup.name}_delta`)} (
    ${list([deltaColumns(shape), ...live])})
  select
${indent(['p.generation', keyColumns(shape, 'p'), 'p.rows', ...written, ...live.map((column) => `p.${column}`)].join(',\n'), 4)}
  from parent p${laterals === '' ? '' : `\n${indent(laterals)}`};
end $$;`;
}
