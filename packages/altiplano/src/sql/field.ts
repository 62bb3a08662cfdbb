import type { PlannedColumn, PlannedField, PlannedItem } from '../plan/plan.ts';
import type { Order } from '../resource/field.ts';
import { whereEquals } from './predicate.ts';
import { chosenValue, namesOfRow, pointedAtRow, whoseRow } from './referred.ts';
import { ofTenant, type Scope, table } from './scope.ts';
import { indent, list, name, where } from './text.ts';

/** Columns of the page's rows that the fields need. */
export function neededColumns(fields: readonly PlannedField[], key: string): readonly string[] {
  return fields.flatMap((field): readonly string[] => {
    switch (field.kind) {
      case 'column':
      case 'encrypted':
        return [field.column.name];
      case 'one':
        return [field.by];
      case 'chosen':
        return [field.tag, field.by];
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
  switch (field.kind) {
    case 'column':
    case 'encrypted':
      return format('p', field.column);
    case 'one':
      return pointedAtRow(field, (alias, of) => list(columnList(alias, of)));
    case 'chosen':
      return chosenValue(scope, field);
    case 'names':
      return namesOfRow(scope, field);
    case 'first':
      return first(scope, field);
    case 'children':
      return children(scope, field);
    case 'object':
      return `(select o from (select\n${indent(fieldList(scope, field.fields), 4)}) o)`;
    case 'aggregate':
      return `${name(field.group)}.${name(field.column)}`;
  }
}

function columnList(alias: string, columns: readonly PlannedColumn[]): readonly string[] {
  return columns.map((column) => `${format(alias, column)} as ${name(column.name)}`);
}

/** A rollup that knows of no child saves the probe; one without unfolded deltas holds the first child itself. */
function first(scope: Scope, field: FirstField): string {
  const { kept, through } = field;
  const [column] = field.columns;
  const value = field.single && column !== undefined ? `r.${name(column.name)}` : 'r';
  if (kept === null) return probe(scope, field, value);
  const group = name(kept.group);
  if (through !== null) return `case when ${group}.rows > 0 then ${probe(scope, field, value)} end`;
  return `case when ${group}.unfolded > 0 then ${probe(scope, field, `to_json(${value})`)} else ${group}.${name(kept.column)} end`;
}

function probe(scope: Scope, field: FirstField, result: string): string {
  const query = field.through === null ? firstChild(scope, field) : firstThrough(scope, field, field.through);
  return `(select ${result} from (
${indent(query)}) r)`;
}

type FirstField = Extract<PlannedField, { kind: 'first' }>;
type Child = Pick<FirstField, 'source' | 'order'> & { readonly single?: boolean };

/** A list of so many at most: the beginning of an index, and what its rows point at one by one. */
function children(scope: Scope, { items, ...field }: Extract<PlannedField, { kind: 'children' }>): string {
  const shown = items.map((item) => `${itemOf(scope, item)} as ${name(item.name)}`);
  const query = [
    `select\n${indent(shown.join(',\n'))}`,
    `from ${table(scope, field.source.table)} c`,
    where(childOf(scope, field)),
    `${sort(field.order)}limit ${field.most}`,
  ].join('\n');
  // Not json_agg: that puts a space and a line break between two.
  return `(select coalesce(array_to_json(array_agg(row_to_json(r))), '[]') from (\n${indent(query)}\n) r)`;
}

function itemOf(scope: Scope, { column, one }: PlannedItem): string {
  if (one === null) return column === null ? 'null' : format('c', column);
  const query = [
    `select ${list(columnList('o', one.columns))}`,
    `from ${table(scope, one.table)} o`,
    where([...whoseRow(scope, one), `o.id = c.${name(one.by)}`]),
  ].join('\n');
  return `(select r from (\n${indent(query)}\n) r)`;
}

function childOf(scope: Scope, { source, order, single = false }: Child): readonly string[] {
  return [
    ...ofTenant(scope, 'c'),
    `c.${name(source.parent)} = p.${name(scope.target.key)}`,
    ...(source.deleted === undefined ? [] : [`not c.${name(source.deleted)}`]),
    ...(single ? order.map(({ column }) => `c.${name(column)} is not null`) : []),
  ];
}

function firstChild(scope: Scope, field: FirstField): string {
  return [
    `select ${list(columnList('c', field.columns))}`,
    `from ${table(scope, field.source.table)} c`,
    where(childOf(scope, field)),
    `${sort(field.order)}limit 1`,
  ].join('\n');
}

function firstThrough(scope: Scope, field: FirstField, through: NonNullable<FirstField['through']>): string {
  const { none, column } = scope.target.tenant;
  const same = none === true ? '' : `o.${name(column)} = c.${name(column)} and `;
  return [
    `select ${list(columnList('o', field.columns))}`,
    `from ${table(scope, field.source.table)} c join ${table(scope, through.table)} o on ${same}o.id = c.${name(through.by)}`,
    where([...childOf(scope, field), ...whereEquals('o', through.where)]),
    `${sort(field.order)}limit 1`,
  ].join('\n');
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
