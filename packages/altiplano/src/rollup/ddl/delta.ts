import type { Figure } from '../../resource/rollup.ts';
import { indent, list, name } from '../../sql/text.ts';
import {
  contribution,
  type FigureColumn,
  filtered,
  horizon,
  instant,
  keyColumns,
  meets,
  type Shape,
  timeColumns,
} from './shape.ts';

/**
 * Deltas of a statement, one for each parent in key order, from `changed`: child rows that came (sign 1) or went (-1).
 * Rows are added up for each instant first, then for each parent.
 */
export function deltas(shape: Shape): string {
  const { rollup, columns } = shape;
  const times = timeColumns(rollup);
  const moment = [
    keyColumns(shape, 'c'),
    ...times.map((column) => `${instant('c', column)} as ${name(column)}`),
    'sum(c.sign) as rows',
    ...rollup.figures.map((figure) => `${signedSum(shape, figure)} as ${name(figure.name)}`),
  ];
  const parent = [
    keyColumns(shape, 'm'),
    'pg_current_xact_id()',
    'clock_timestamp()',
    'sum(m.rows)::bigint',
    ...columns.map(total),
  ];
  return `moment as (
  select
${indent(moment.join(',\n'), 4)}
  from changed c
  group by ${list([...shape.key, ...times].map((_, index) => String(index + 1)))}
)
select
${indent(parent.join(',\n'))}
from moment m
group by 1, 2
order by 1, 2`;
}

function signedSum(shape: Shape, { measure, where }: Figure): string {
  const value = measure.kind === 'count' ? 'c.sign' : `c.sign * ${contribution(shape, 'c', measure)}`;
  return `coalesce(${filtered(`sum(${value})`, meets('c', where))}, 0)`;
}

function total({ figure, role, type }: FigureColumn): string {
  const value = `m.${name(figure.name)}`;
  const time = `m.${name(figure.time?.column ?? '')}`;
  const isCell = `${time} > ${horizon(figure)} and (m.rows <> 0 or ${value} <> 0)`;
  const isMonth = `${time} >= altiplano.oldest_month() and ${value} <> 0`;
  const ordered = (item: string) =>
    `coalesce(${filtered(`array_agg(${item} order by ${time})`, figure.time?.kind === 'month' ? isMonth : isCell)}, '{}')`;
  switch (role) {
    case 'sum':
      return `sum(${value})::${type}`;
    case 'since':
      return ordered(time);
    case 'until':
      return ordered(`${time} + interval '1 microsecond'`);
    case 'rows':
      return ordered('m.rows::bigint');
    case 'month':
      return ordered(`date_trunc('month', ${time}, 'UTC')`);
    case 'value':
      return ordered(`${value}::${type.replace('[]', '')}`);
  }
}
