import { rowsOf } from '../../keep/rows-of.ts';
import type { Figure } from '../../resource/rollup.ts';
import { name, where } from '../../sql/text.ts';
import { contribution, countsRows, dawn, isLive, isWindow, meets, type Shape, splitName } from './shape.ts';

/** For each window figure, the function that takes crowded cells apart again. */
export function splits(shape: Shape): string {
  return shape.rollup.figures
    .filter(isWindow)
    .map((figure) => split(shape, figure))
    .join('\n\n');
}

/** Too many rows for an edge, or where the edge is about to come: both are taken apart into instants. */
function isCrowded(figure: Figure): string {
  return `c.until > c.since + interval '1 microsecond' and (c.rows > 256 or tstzrange(c.since, c.until) && ${dawn(figure)})`;
}

/**
 * Stable, so it counts in the snapshot of the fold that calls it. Rows of the running transaction are not to be counted
 * (their deltas are not folded yet): those it wrote carry its number; if it changed or removed others the numbers do not
 * add up, and the cell stays for the next fold.
 */
function split(shape: Shape, figure: Figure): string {
  const { rollup, key } = shape;
  const [tenant, parent] = key.map(name);
  const time = `c.${name(figure.time?.column ?? '')}`;
  const isCounted = 'age(c.xmin) > 0';
  const condition = [isCounted, meets('c', figure.where)].filter((part) => part !== '').join(' and ');
  const value = countsRows(figure)
    ? 'null::numeric'
    : `coalesce(sum(${contribution(shape, 'c', figure.measure)}) filter (where ${condition}), 0)::numeric`;
  return `create function ${name(splitName(rollup, figure))}(of_tenant uuid, of_parent uuid, cells altiplano.cells)
returns altiplano.cells
language plpgsql stable as $$
declare
  result altiplano.cells;
begin
  if not exists (
    select from unnest(cells.since, cells.until, cells.rows) as c (since, until, rows)
    where ${isCrowded(figure)}
  ) then
    return cells;
  end if;
  with cell as (
    select c.*, ${isCrowded(figure)} as is_crowded
    from unnest(cells.since, cells.until, cells.rows, cells.value) as c (since, until, rows, value)
  ), counted as (
    select w.since as cell, w.rows as expected, ${time} as since, min(age(c.xmin)) as youngest,
      count(*) filter (where ${isCounted}) as rows, ${value} as value
    from cell w join ${rowsOf(rollup, name(rollup.source.table), 'c')} on ${`${time} >= w.since and ${time} < w.until`}
    ${where([`w.is_crowded and c.${tenant} = of_tenant and c.${parent} = of_parent`, isLive(shape, 'c')]).replaceAll('\n', '\n    ')}
    group by 1, 2, 3
  ), apart as (
    -- A younger transaction's rows cannot be told from those of a savepoint of this one.
    select n.cell from counted n group by n.cell, n.expected having sum(n.rows) = n.expected and min(n.youngest) >= 0
  ), fine as (
    select c.since, c.until, c.rows, c.value from cell c where not exists (select from apart a where a.cell = c.since)
    union all
    select n.since, n.since + interval '1 microsecond', n.rows, n.value
    from counted n join apart a on a.cell = n.cell where n.rows > 0
  )
  select array_agg(f.since order by f.since), array_agg(f.until order by f.since),
         array_agg(f.rows order by f.since), array_agg(f.value order by f.since)
  into result from fine f;
  return result;
end $$;
revoke execute on function ${name(splitName(rollup, figure))}(uuid, uuid, altiplano.cells) from public;`;
}
