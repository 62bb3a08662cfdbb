import { indent, list, name } from '../../sql/text.ts';
import { oldestOf } from './cells.ts';
import { isRegistered, isWindow, keyColumns, type Shape } from './shape.ts';

/** Deltas of one parent that may wait before a writer's own statement sees to them. */
const MOST_UNFOLDED = 1_000;

/** What triggers call: append one delta; keep the number of them bounded when nobody folds. */
export function appending(shape: Shape): string {
  const { rollup } = shape;
  const [tenant, parent] = shape.key.map(name);
  const row = name(`${rollup.name}_delta_0`);
  return `-- What triggers call runs in their name and with their path.
-- A statement that touched many instants of one parent writes wider cells.
create function ${name(`${rollup.name}_narrow`)}(delta ${row}) returns ${row}
language plpgsql stable as $$
declare
  base ${name(rollup.name)};
  cells altiplano.cells;
begin
  select b.* into base from ${name(rollup.name)} b
  where b.${tenant} = delta.${tenant} and b.${parent} = delta.${parent};
${indent(narrowings(shape), 2)}
  return delta;
end $$;

create function ${name(`${rollup.name}_append`)}(delta ${row}, to_generation smallint) returns void
language plpgsql as $$
begin
${isNarrowed(shape)}  if to_generation = 1 then
    insert into ${name(`${rollup.name}_delta_1`)} select delta.*;
  else
    insert into ${row} select delta.*;
  end if;
end $$;

-- Past ${MOST_UNFOLDED} unfolded deltas a writer folds: what others committed into the base row, its own into one delta.
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

revoke execute on function ${list([
    `${name(`${rollup.name}_narrow`)}(${row})`,
    `${name(`${rollup.name}_append`)}(${row}, smallint)`,
    `${name(`${rollup.name}_bound`)}(uuid, uuid)`,
    `${name(`${rollup.name}_gather`)}(uuid, uuid)`,
  ])} from public;`;
}

function unfoldedOf({ rollup, key }: Shape, generation: number): string {
  const [tenant, parent] = key.map(name);
  return `select d.writer from ${name(`${rollup.name}_delta_${generation}`)} d
where d.${tenant} = of_tenant and d.${parent} = of_parent
  and d.writer >= coalesce(pg_snapshot_xmin(b.folded), '0')
  and pg_visible_in_snapshot(d.writer, b.folded) is not true`;
}

function isNarrowed({ rollup, columns }: Shape): string {
  const arrays = columns.filter(({ role }) => role === 'since' || role === 'month');
  if (arrays.length === 0) return '';
  const long = arrays.map((column) => `cardinality(delta.${name(column.name)}) > 64`).join(' or ');
  return `  if ${long} then
    delta := ${name(`${rollup.name}_narrow`)}(delta);
  end if;
`;
}

function narrowings({ rollup, columns }: Shape): string {
  return rollup.figures
    .flatMap((figure) => {
      const of = (role: string, row: string) => {
        const column = columns.find((one) => one.figure === figure && one.role === role);
        return column === undefined ? 'null' : `${row}.${name(column.name)}`;
      };
      const rowsOf = (row: string) => (of('rows', row) === 'null' ? of('value', row) : of('rows', row));
      const valueOf = (row: string) => (of('rows', row) === 'null' ? 'null::numeric[]' : of('value', row));
      if (figure.time?.kind === 'month') {
        return `select m.month, m.value into ${of('month', 'delta')}, ${of('value', 'delta')}
from altiplano.merge_months(${of('month', 'delta')}, ${of('value', 'delta')}, ${oldestOf(figure)}) m;`;
      }
      if (!isWindow(figure)) return [];
      return `if cardinality(${of('since', 'delta')}) > 64 then
  cells := altiplano.fit_cells(
    row(${of('since', 'delta')}, ${of('until', 'delta')}, ${rowsOf('delta')}, ${valueOf('delta')})::altiplano.cells,
    ${of('since', 'base')}, ${of('until', 'base')}, ${rowsOf('base')}, now());
  ${of('since', 'delta')} := cells.since;
  ${of('until', 'delta')} := cells.until;
  ${rowsOf('delta')} := cells.rows;${of('rows', 'delta') === 'null' ? '' : `\n  ${of('value', 'delta')} := cells.value;`}
end if;`;
    })
    .join('\n');
}

function gather(shape: Shape): string {
  const { rollup, columns, key } = shape;
  const [tenant, parent] = key.map(name);
  const sums = columns.map((column) =>
    column.type.endsWith('[]')
      ? `coalesce(altiplano.concat(d.${name(column.name)}), '{}')`
      : `sum(d.${name(column.name)})::${column.type}`,
  );
  const gathered = [0, 1].map((generation) => {
    const table = name(`${rollup.name}_delta_${generation}`);
    return `  with own as (
    delete from ${table} d
    where d.${tenant} = of_tenant and d.${parent} = of_parent and d.writer = pg_current_xact_id()
    returning d.*
  )
  select ${keyColumns(shape, 'd')}, min(d.writer), min(d.at), sum(d.rows)::bigint,
    ${sums.join(',\n    ')}
  into delta from own d group by 1, 2;
  if found then
    perform ${name(`${rollup.name}_append`)}(${name(`${rollup.name}_narrow`)}(delta), ${generation}::smallint);
  end if;`;
  });
  return `-- Deltas of the running transaction are seen by nobody else, so only these may be deleted.
create function ${name(`${rollup.name}_gather`)}(of_tenant uuid, of_parent uuid) returns void
language plpgsql as $$
declare
  delta ${name(`${rollup.name}_delta_0`)};
begin
${gathered.join('\n')}
end $$;`;
}
