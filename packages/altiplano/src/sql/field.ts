import type { PlannedColumn, PlannedField } from '../plan/plan.ts';
import type { Order } from '../resource/field.ts';
import { whereEquals } from './predicate.ts';
import { type Scope, table } from './scope.ts';
import { indent, list, name, where } from './text.ts';

/** Columns of the page's rows that the fields need. */
export function neededColumns(fields: readonly PlannedField[], key: string): readonly string[] {
  return fields.flatMap((field): readonly string[] => {
    switch (field.kind) {
      case 'column':
        return [field.column.name];
      case 'one':
        return [field.by];
      case 'object':
        return neededColumns(field.fields, key);
      default:
        return [key];
    }
  });
}

/** `expression as name` for each field, over the page's row `p` and the figures beside it. */
export function fieldList(scope: Scope, fields: readonly PlannedField[]): string {
  return fields.map((field) => `${expression(scope, field)} as ${name(field.name)}`).join(',\n');
}

function expression(scope: Scope, field: PlannedField): string {
  const key = name(scope.target.key);
  switch (field.kind) {
    case 'column':
      return format('p', field.column);
    case 'one':
      return child(scope, field.table, field.columns, 'o', [`o.id = p.${name(field.by)}`], '');
    case 'names':
      return [
        '(select coalesce(array_to_json(array_agg(o.value order by o.value collate "C")), \'[]\')',
        `  from (\n${indent(linkedNames(scope, field), 4)}\n  ) o)`,
      ].join('\n');
    case 'first':
      return first(scope, field);
    case 'object':
      return `(select o from (select\n${indent(fieldList(scope, field.fields), 4)}) o)`;
    case 'aggregate':
      return `${name(field.group)}.${name(field.column)}`;
  }

  function linkedNames(
    inner: Scope,
    { link, table: of, value, parentColumn, targetColumn }: Extract<PlannedField, { kind: 'names' }>,
  ): string {
    const tenant = name(inner.target.tenant.column);
    return [
      `select n.${name(value)} as value`,
      `from ${table(inner, link)} l join ${table(inner, of)} n on n.${tenant} = l.${tenant} and n.id = l.${name(targetColumn)}`,
      `where l.${tenant} = ${inner.tenant} and l.${name(parentColumn)} = p.${key}`,
    ].join('\n');
  }
}

function first(scope: Scope, field: Extract<PlannedField, { kind: 'first' }>): string {
  const { source, order, through, columns } = field;
  const tenant = name(scope.target.tenant.column);
  const conditions = [
    `c.${name(source.parent)} = p.${name(scope.target.key)}`,
    ...(source.deleted === undefined ? [] : [`not c.${name(source.deleted)}`]),
  ];
  if (through === null) return child(scope, source.table, columns, 'c', conditions, sort(order));
  const joined = `${table(scope, source.table)} c join ${table(scope, through.table)} o on o.${tenant} = c.${tenant} and o.id = c.${name(through.by)}`;
  const query = [
    `select ${list(columns.map((column) => `${format('o', column)} as ${name(column.name)}`))}`,
    `from ${joined}`,
    where([`c.${tenant} = ${scope.tenant}`, ...conditions, ...whereEquals('o', through.where)]),
    `${sort(order)}limit 1`,
  ].join('\n');
  return `(select r from (\n${indent(query)}) r)`;
}

/** One row of another table as an object, or null. */
function child(
  scope: Scope,
  of: string,
  columns: readonly PlannedColumn[],
  alias: string,
  conditions: readonly string[],
  order: string,
): string {
  const query = [
    `select ${list(columns.map((column) => `${format(alias, column)} as ${name(column.name)}`))}`,
    `from ${table(scope, of)} ${alias}`,
    where([`${alias}.${name(scope.target.tenant.column)} = ${scope.tenant}`, ...conditions]),
    `${order}limit 1`,
  ].join('\n');
  return `(select r from (\n${indent(query)}) r)`;
}

function sort(order: readonly Order[]): string {
  return `order by ${order.map(({ column, direction }) => `c.${name(column)}${direction === 'desc' ? ' desc' : ''}`).join(', ')}\n`;
}

/** Times are the same text whatever the session's time zone; numbers and documents stay PostgreSQL's own. */
export function format(alias: string, column: PlannedColumn): string {
  const reference = `${alias}.${name(column.name)}`;
  return column.format === 'instant' ? instantText(reference) : reference;
}

export function instantText(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
