import type { AggregateGroup } from '../plan/plan.ts';
import type { Average, Condition, Measure } from '../resource/field.ts';
import { ofTenant, type Scope, table } from './scope.ts';
import { indent, list, literal, name, where } from './text.ts';

/**
 * All figures over one child table in one pass over the rows of one parent, as a lateral join beside `p`: what a rollup
 * keeps, computed from the children. Also the truth that `rollup verify` compares with.
 */
export function computedFigures(scope: Scope, group: AggregateGroup): string {
  const { source, columns } = group;
  const query = [
    `select\n${indent(columns.map((column) => `${figure(scope, column)} as ${name(column.name)}`).join(',\n'))}`,
    `from ${table(scope, source.table)} c`,
    where([
      ...ofTenant(scope, 'c'),
      `c.${name(source.parent)} = p.${name(scope.target.key)}`,
      ...(source.deleted === undefined ? [] : [`not c.${name(source.deleted)}`]),
    ]),
  ].join('\n');
  return `cross join lateral (\n${indent(query)}\n) ${name(group.name)}`;
}

function figure(scope: Scope, { measure, where: conditions }: AggregateGroup['columns'][number]): string {
  const filter =
    conditions.length === 0 ? '' : ` filter (where ${conditions.map((part) => condition(scope, part)).join(' and ')})`;
  if (measure.kind === 'average') {
    const value = `c.${name(measure.column)}`;
    return finish(measure, `sum(${value})${filter}`, `count(${value})${filter}`);
  }
  const value = `${aggregate(measure)}${filter}`;
  return finish(measure, measure.kind === 'count' ? value : `coalesce(${value}, 0)`);
}

export function aggregate(measure: Measure): string {
  switch (measure.kind) {
    case 'count':
      return 'count(*)';
    case 'sum':
      return `sum(c.${name(measure.column)})`;
    case 'money':
      return `sum(${measure.factors.map((column) => `coalesce(c.${name(column)}, 0)`).join(' * ')})`;
  }
}

/**
 * Money is divided and rounded once, at the end. The quotient gets 20 digits after the point before it is rounded to
 * cents: PostgreSQL would otherwise keep about 16 significant ones, and rounding twice can lift 0.00499… to 0.01.
 */
export function finish(measure: Measure | Average, value: string, count = ''): string {
  if (measure.kind === 'average')
    return `round((${value})::numeric(60, 20) / nullif(${count}, 0), ${measure.decimals})`;
  if (measure.kind !== 'money') return value;
  return `round((${value})::numeric(60, 20) / ${measure.divisor}, ${measure.decimals})`;
}

/** What `altiplano.order_value` makes of null: a mean of nothing comes before the least, so that in descending order it is last. */
export const LAST = '-9223372036854775807';

/** What rows are ordered by: the figure as it is shown, as a whole number of its last decimal. */
export function orderValue(measure: Measure | Average, ...values: readonly string[]): string {
  const [value = '', count] = values;
  if (measure.kind === 'count') return value;
  if (measure.kind === 'average') return `altiplano.order_value(${finish(measure, value, count)}, ${measure.decimals})`;
  return `altiplano.order_value(${finish(measure, value)}, ${measure.kind === 'money' ? measure.decimals : 0})`;
}

/** One of a declaration's constants. */
export function isOneOf(column: string, values: readonly string[]): string {
  return `${column} in (${list(values.map(literal))})`;
}

export function condition(scope: Scope, part: Condition): string {
  const column = `c.${name(part.column)}`;
  switch (part.kind) {
    case 'equals':
      return `${column} = ${literal(part.value)}`;
    case 'in':
      return isOneOf(column, part.values);
    case 'present':
      return `${column} is not null`;
    case 'within':
      return `${column} > ${scope.instant} - interval '${part.seconds} seconds'`;
    case 'month': {
      const month = `date_trunc('month', ${scope.instant} at time zone 'UTC')`;
      return `${column} >= ${month} at time zone 'UTC' and ${column} < (${month} + interval '1 month') at time zone 'UTC'`;
    }
  }
}
