import type { AggregateGroup } from '../plan/plan.ts';
import type { Condition, Measure } from '../resource/field.ts';
import { type Scope, table } from './scope.ts';
import { indent, literal, name, where } from './text.ts';

/**
 * All figures over one child table in one pass over the rows of one parent, as a lateral join beside `p`. A rollup
 * takes this join's place and leaves everything around it as it is.
 */
export function figures(scope: Scope, group: AggregateGroup): string {
  const { source, columns } = group;
  const tenant = name(scope.target.tenant.column);
  const query = [
    `select\n${indent(columns.map((column) => `${figure(scope, column)} as ${name(column.name)}`).join(',\n'))}`,
    `from ${table(scope, source.table)} c`,
    where([
      `c.${tenant} = ${scope.tenant}`,
      `c.${name(source.parent)} = p.${name(scope.target.key)}`,
      ...(source.deleted === undefined ? [] : [`not c.${name(source.deleted)}`]),
    ]),
  ].join('\n');
  return `cross join lateral (\n${indent(query)}\n) ${name(group.name)}`;
}

function figure(scope: Scope, { measure, where: conditions }: AggregateGroup['columns'][number]): string {
  const filter =
    conditions.length === 0 ? '' : ` filter (where ${conditions.map((part) => condition(scope, part)).join(' and ')})`;
  return wrap(measure, `${aggregate(measure)}${filter}`);
}

function aggregate(measure: Measure): string {
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
function wrap(measure: Measure, sum: string): string {
  switch (measure.kind) {
    case 'count':
      return sum;
    case 'sum':
      return `coalesce(${sum}, 0)`;
    case 'money':
      return `round(coalesce(${sum}, 0)::numeric(60, 20) / ${measure.divisor}, ${measure.decimals})`;
  }
}

function condition(scope: Scope, part: Condition): string {
  const column = `c.${name(part.column)}`;
  switch (part.kind) {
    case 'equals':
      return `${column} = ${literal(part.value)}`;
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
