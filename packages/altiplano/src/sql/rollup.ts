import type { AggregateGroup } from '../plan/plan.ts';
import type { Figure, Rollup } from '../resource/rollup.ts';
import { aggregate, condition, finish } from './aggregate.ts';
import { type Scope, table } from './scope.ts';
import { indent, list, name, where } from './text.ts';

/** Both hold deltas: one is written while the other drains. */
export const DELTA_TABLES = ['delta_0', 'delta_1'] as const;

/**
 * All figures of one parent `p` from its rollup: the folded row `b` and the deltas `d` that were not yet visible to the
 * fold (`folded`). Exact in every snapshot, whether the folder lives or not; beside the figures it tells `rows`, how many
 * children there are, and `unfolded`, how many deltas were added.
 */
export function keptFigures(scope: Scope, group: AggregateGroup, rollup: Rollup): string {
  const { figures, firsts } = rollup;
  const windows = figures.filter(({ time }) => time?.kind === 'within');
  const wanted = group.columns.map((column) => {
    const figure = figures.find((one) => one.name === column.name);
    return figure === undefined
      ? 'null'
      : `${finish(figure.measure, total(scope, rollup, figure))} as ${name(figure.name)}`;
  });
  const columns = [
    ...wanted,
    ...firsts.map((first) => `b.${name(first.name)}`),
    'coalesce(b.rows, 0) + coalesce(d.rows, 0) as rows',
    'd.unfolded',
  ];
  const query = [
    `select\n${indent(columns.join(',\n'))}`,
    'from (select) one',
    `left join lateral (\n${indent(base(scope, rollup))}\n) b on true`,
    lateral(deltaSums(scope, rollup), 'd'),
    ...windows.map((figure) => lateral(edge(scope, figure), edgeName(figure))),
  ].join('\n');
  return lateral(query, name(group.name));
}

/**
 * The folded row. `floor` is worked out inside a subquery that stays one (`offset 0`): a function that is not leakproof
 * may not meet another table's row before its row security has, so in place it would keep the deltas' index from being
 * used.
 */
function base(scope: Scope, rollup: Rollup): string {
  return [
    'select b.*, pg_snapshot_xmin(b.folded) as floor',
    `from ${table(scope, rollup.name)} b`,
    where(parentOf(scope, rollup, 'b')),
    'offset 0',
  ].join('\n');
}

function lateral(query: string, alias: string): string {
  return `cross join lateral (\n${indent(query)}\n) ${alias}`;
}

/** What the folded row holds and what the deltas add to it. */
function total(scope: Scope, rollup: Rollup, figure: Figure): string {
  const { time } = figure;
  if (time === null) return `coalesce(b.${name(figure.name)}, 0) + coalesce(d.${name(figure.name)}, 0)`;
  if (time.kind === 'month') return cellSum(figure, 'month', `= ${month(scope)}`);
  const edged = edgeName(figure);
  const counted = indent(edgeRows(scope, rollup, figure), 4);
  return `${cellSum(figure, 'since', `>= ${edged}.start`)}\n  + case when ${edged}.upto is null then 0 else (\n${counted}\n  ) end`;
}

/** The cells, folded and not, that count at the request's instant. */
function cellSum(figure: Figure, time: 'since' | 'month', condition: string): string {
  const cells = list([cellArray(figure, time), cellArray(figure, 'value')]);
  return `(select coalesce(sum(c.value), 0) from unnest(${cells}) c (${time}, value) where c.${time} ${condition})`;
}

function cellArray(figure: Figure, part: string): string {
  const column = name(`${figure.name}_${part}`);
  return `b.${column} || d.${column}`;
}

function month({ instant }: Scope): string {
  return `date_trunc('month', ${instant} at time zone 'UTC') at time zone 'UTC'`;
}

/** The last instant that is too old; what is later counts. */
function threshold(scope: Scope, { time }: Figure): string {
  return `${scope.instant} - interval '${time?.kind === 'within' ? time.seconds : 0} seconds'`;
}

function edgeName({ name: figure }: Figure): string {
  return name(`${figure}_edge`);
}

/**
 * Where counting by cells may start: at the window's own start, unless a cell reaches over it (cells are nested or
 * disjoint, so the widest decides). Up to there the children themselves are counted: 256 at most.
 */
function edge(scope: Scope, figure: Figure): string {
  const start = threshold(scope, figure);
  return [
    `select max(c.until) as upto, coalesce(max(c.until), ${start} + interval '1 microsecond') as start`,
    `from unnest(${list([cellArray(figure, 'since'), cellArray(figure, 'until')])}) c (since, until)`,
    where([`c.since <= ${start}`, `c.until > ${start} + interval '1 microsecond'`]),
  ].join('\n');
}

/** The figure over the children between the window's start and the end of the cell that reaches over it. */
function edgeRows(scope: Scope, rollup: Rollup, figure: Figure): string {
  const { source } = rollup;
  const at = `c.${name(figure.time?.column ?? '')}`;
  return [
    `select ${figure.measure.kind === 'count' ? 'count(*)' : `coalesce(${aggregate(figure.measure)}, 0)`}`,
    `from ${table(scope, source.table)} c`,
    where([
      ...parentOf(scope, rollup, 'c'),
      ...(source.deleted === undefined ? [] : [`not c.${name(source.deleted)}`]),
      ...figure.where.map((part) => condition(scope, part)),
      `${at} > ${threshold(scope, figure)}`,
      `${at} < ${edgeName(figure)}.upto`,
    ]),
  ].join('\n');
}

/** The deltas of one parent that its folded row does not hold yet: sums added up, cells one after another. */
function deltaSums(scope: Scope, rollup: Rollup): string {
  const sums = rollup.figures.flatMap((figure) =>
    figure.time === null
      ? [`sum(d.${name(figure.name)}) as ${name(figure.name)}`]
      : cellParts(figure.time).map((part) => {
          const column = name(`${figure.name}_${part}`);
          return `altiplano.concat(d.${column}) as ${column}`;
        }),
  );
  const sources = DELTA_TABLES.map(
    (suffix) =>
      `select d.* from ${table(scope, `${rollup.name}_${suffix}`)} d\n${where(unfolded(scope, rollup, suffix))}`,
  );
  return [
    `select\n${indent(['count(*) as unfolded', 'sum(d.rows) as rows', ...sums].join(',\n'))}`,
    `from (\n${indent(sources.join('\nunion all\n'))}\n) d`,
  ].join('\n');
}

function cellParts({ kind }: NonNullable<Figure['time']>): readonly string[] {
  return kind === 'month' ? ['month', 'value'] : ['since', 'until', 'value'];
}

/**
 * A delta counts unless the fold that made the base row saw it. Its writer is compared first: an index range that leaves
 * out what was folded long ago. The table is asked once for the whole page whether it holds anything at all.
 */
function unfolded(scope: Scope, rollup: Rollup, suffix: (typeof DELTA_TABLES)[number]): readonly string[] {
  return [
    `(select exists (select from ${table(scope, `${rollup.name}_${suffix}`)}))`,
    ...parentOf(scope, rollup, 'd'),
    "d.writer >= coalesce(b.floor, '0')",
    'pg_visible_in_snapshot(d.writer, b.folded) is not true',
  ];
}

function parentOf({ tenant, target }: Scope, rollup: Rollup, alias: string): readonly string[] {
  return [
    `${alias}.${name(rollup.tenant)} = ${tenant}`,
    `${alias}.${name(rollup.source.parent)} = p.${name(target.key)}`,
  ];
}
