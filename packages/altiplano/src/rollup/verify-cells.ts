import { rowsOf } from '../keep/rows-of.ts';
import type { Figure } from '../resource/rollup.ts';
import { indent, name, where } from '../sql/text.ts';
import { contribution, countsRows, instant, isLive, isWindow, meets, type Shape, sameKey } from './ddl/shape.ts';

/**
 * Requests ask within a day of now; cells are kept for three days beyond their window, and rows that leave one after that
 * are not told to it.
 */
const ASKED_SECONDS = 2 * 86_400;

/**
 * For each figure with time a lateral over the parent `p` with `kept` and `counted`, both null where every cell says what
 * lies in it: a figure asked for now meets few of its cells, and a wrong one would show at some later start of the window.
 */
export function comparedCells(shape: Shape): string {
  return shape.rollup.figures
    .filter(({ time }) => time !== null)
    .map(
      (figure) => `left join lateral (
${indent(isWindow(figure) ? wrongCell(shape, figure) : wrongMonth(shape, figure))}
) ${cellsName(figure)} on true`,
    )
    .join('\n');
}

export function cellsName({ name: figure }: Figure): string {
  return name(`${figure}_cells`);
}

/** The first of the widest cells, or of the instants that no cell holds, with another number of rows or another value. */
function wrongCell(shape: Shape, figure: Figure): string {
  const sides = ['kept', 'counted'].map((side) => {
    const value = countsRows(figure) ? '' : `trim_scale(m.${side}_value) || ' in ' || `;
    return `${value}m.${side}_rows || ' rows from ' || m.since at time zone 'UTC' || ' to ' || m.until at time zone 'UTC' as ${side}`;
  });
  const sums = ['kept', 'counted'].flatMap((side) =>
    ['rows', 'value'].map(
      (part) => `coalesce(sum(w.${part}) filter (where w.is_kept = ${side === 'kept'}), 0) as ${side}_${part}`,
    ),
  );
  return `select ${sides.join(',\n  ')}
from (
  select min(w.since) as since, max(w.until) as until,
${indent(sums.join(',\n'), 4)}
  from (
    select n.*, count(*) filter (where n.is_widest) over (order by n.since, n.until desc) as widest
    from (
      select c.*, c.since >= coalesce(max(c.until) over (
               order by c.since, c.until desc rows between unbounded preceding and 1 preceding), c.since) as is_widest
      from (
${indent(keptCells(shape, figure), 8)}
        union all
${indent(countedInstants(shape, figure), 8)}
      ) c (is_kept, since, until, rows, value)
    ) n
  ) w
  group by w.widest
) m
where m.since > ${oldestAsked(figure)}
  and (m.kept_rows <> m.counted_rows or m.kept_value <> m.counted_value)
order by m.since
limit 1`;
}

function keptCells(shape: Shape, figure: Figure): string {
  const parts = ['since', 'until', countsRows(figure) ? 'value' : 'rows', 'value'];
  return unnested(
    shape,
    parts.map((part) => `${figure.name}_${part}`),
    'true, c.*',
  );
}

/** The folded row's arrays, and behind them those of each delta that it does not hold. */
function unnested(shape: Shape, columns: readonly string[], shown: string): string {
  const { rollup } = shape;
  const arrays = (row: string) => `unnest(${columns.map((column) => `${row}.${name(column)}`).join(', ')}) c`;
  const ofParent = (row: string) => parentOf(shape, row);
  return `select ${shown} from ${name(rollup.name)} b, ${arrays('b')}
${where(ofParent('b'))}
union all
select ${shown} from ${name(`${rollup.name}_delta`)} d
left join ${name(rollup.name)} b on ${sameKey(shape, 'b', 'd')}
cross join ${arrays('d')}
${where([...ofParent('d'), 'pg_visible_in_snapshot(d.writer, b.folded) is not true'])}`;
}

function countedInstants(shape: Shape, figure: Figure): string {
  const at = instant('c', timeOf(figure));
  return `select false, ${at}, ${at} + interval '1 microsecond', 1, ${addedBy(shape, figure)}
${children(shape, [`c.${name(timeOf(figure))} > ${oldestAsked(figure)}`])}`;
}

/** The first month that is kept with another sum than its children have. */
function wrongMonth(shape: Shape, figure: Figure): string {
  const sides = ['kept', 'counted'].map(
    (side) => `trim_scale(m.${side}) || ' in ' || to_char(m.month at time zone 'UTC', 'YYYY-MM') as ${side}`,
  );
  const sum = (isKept: boolean) => `coalesce(sum(c.value) filter (where c.is_kept = ${isKept}), 0)`;
  const month = `date_trunc('month', ${instant('c', timeOf(figure))}, 'UTC')`;
  return `select ${sides.join(', ')}
from (
  select c.month, ${sum(true)} as kept, ${sum(false)} as counted
  from (
${indent(unnested(shape, [`${figure.name}_month`, `${figure.name}_value`], 'true, c.*'), 4)}
    union all
    select false, ${month}, ${addedBy(shape, figure)}
${indent(children(shape, [`c.${name(timeOf(figure))} >= altiplano.oldest_month()`]), 4)}
  ) c (is_kept, month, value)
  where c.month >= altiplano.oldest_month()
  group by c.month
) m
where m.kept <> m.counted
order by m.month
limit 1`;
}

function children(shape: Shape, conditions: readonly string[]): string {
  const { rollup } = shape;
  const all = [...parentOf(shape, 'c'), isLive(shape, 'c'), ...conditions];
  return `from ${rowsOf(rollup, name(rollup.source.table), 'c')}\n${where(all)}`;
}

function addedBy(shape: Shape, { measure, where: conditions }: Figure): string {
  const value = `coalesce(${contribution(shape, 'c', measure)}, 0)::numeric`;
  return conditions.length === 0 ? value : `case when ${meets('c', conditions)} then ${value} else 0 end`;
}

function parentOf({ key }: Shape, row: string): readonly string[] {
  return key.map((column) => `${row}.${name(column)} = p.${name(column)}`);
}

function timeOf({ time }: Figure): string {
  return time?.column ?? '';
}

function oldestAsked({ time }: Figure): string {
  return `now() - interval '${(time?.kind === 'within' ? time.seconds : 0) + ASKED_SECONDS} seconds'`;
}
