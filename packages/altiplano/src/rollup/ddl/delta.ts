import type { Figure } from '../../resource/rollup.ts';
import { indent, list, name } from '../../sql/text.ts';
import { fittedCells, mergedColumn } from './cells.ts';
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

/** Columns a trigger writes; the writer and the time are defaults. */
export function deltaColumns(shape: Shape): string {
  return list(['generation', keyColumns(shape), 'rows', ...shape.columns.map((column) => name(column.name))]);
}

/** One delta for each child row that came (sign 1) or went (-1): the cheapest way to write a few. */
export function singleDeltas(shape: Shape, generation: string): string {
  const columns = [generation, keyColumns(shape, 'c'), 'c.sign', ...shape.columns.map((one) => single(shape, one))];
  return `select\n${indent(columns.join(',\n'))}\nfrom changed c`;
}

function single(shape: Shape, { figure, role, type }: FigureColumn): string {
  const { measure, where, time } = figure;
  const sum = measure.kind === 'count' ? 'c.sign' : `c.sign * coalesce(${contribution(shape, 'c', measure)}, 0)`;
  const value = where.length === 0 ? sum : `case when ${meets('c', where)} then ${sum} else 0 end`;
  if (time === null) return value;
  const at = instant('c', time.column);
  const isKept = time.kind === 'month' ? `${at} >= altiplano.oldest_month()` : `${at} > ${horizon(figure)}`;
  const items: Record<typeof role, string> = {
    sum: '',
    since: at,
    until: `${at} + interval '1 microsecond'`,
    rows: 'c.sign',
    month: `date_trunc('month', ${at}, 'UTC')`,
    value,
  };
  return `case when ${isKept} then array[${items[role]}]::${type} else '{}' end`;
}

/**
 * One delta for each parent, in key order: changed rows are added up for each instant first, then for each parent, and
 * cells are made as wide as they may be.
 */
export function summedDeltas(shape: Shape, generation: string): string {
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
    'sum(m.rows)::bigint as rows',
    ...columns.map((column) => `${total(column)} as ${name(column.name)}`),
  ];
  const written = [
    generation,
    keyColumns(shape, 'p'),
    'p.rows',
    ...columns.map((column) => (column.type.endsWith('[]') ? mergedColumn(column) : `p.${name(column.name)}`)),
  ];
  const laterals = fittedCells(shape, 'p');
  return `, moment as (
  select
${indent(moment.join(',\n'), 4)}
  from changed c
  group by ${list([...shape.key, ...times].map((_, index) => String(index + 1)))}
), parent as (
  select
${indent(parent.join(',\n'), 4)}
  from moment m
  group by 1, 2
)
INSERT
select
${indent(written.join(',\n'))}
from parent p${laterals === '' ? '' : `\n${laterals}`}
order by ${keyColumns(shape, 'p')}`;
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
