import type { PlannedColumn, PlannedField } from '../plan/plan.ts';
import { ofTenant, type Scope, table } from './scope.ts';
import { commonTable, indent, list, literal, name, where } from './text.ts';

type OneField = Extract<PlannedField, { kind: 'one' }>;
type ChosenField = Extract<PlannedField, { kind: 'chosen' }>;
type NamesField = Extract<PlannedField, { kind: 'names' }>;

/**
 * What the page's rows point at in other tables, read once for the page: rows share employees and labels, and sorted keys
 * of a small table lie on a few leaves, where a lookup for each row reads three pages every time (250 of the 550 buffers
 * of a page of 25 customers with two labels each).
 */
export function referredRows(scope: Scope, fields: readonly PlannedField[]): readonly string[] {
  return fields.flatMap((field): readonly string[] => {
    if (field.kind === 'object') return referredRows(scope, field.fields);
    if (field.kind === 'one') return [commonTable(field.rows, pointedAt(scope, field))];
    if (field.kind === 'names') return linkedNames(scope, field);
    return [];
  });
}

function pointedAt(scope: Scope, field: OneField): string {
  const columns = ['id', ...field.columns.map((column) => column.name).filter((column) => column !== 'id')];
  return [
    `select ${list(columns.map((column) => `o.${name(column)}`))}`,
    `from ${table(scope, field.table)} o`,
    where([...whoseRow(scope, field), `o.id = any (array(select p.${name(field.by)} from page p))`]),
  ].join('\n');
}

/** What the tenant's own column points at is the tenant: its row says whose it is by its key. */
export function whoseRow(scope: Scope, { by, shared }: Pick<OneField, 'by' | 'shared'>): readonly string[] {
  if (shared) return [];
  return by === scope.target.tenant.column ? [`o.id = ${scope.tenant}`] : ofTenant(scope, 'o');
}

export function pointedAtRow(
  field: OneField,
  columns: (alias: string, of: readonly PlannedColumn[]) => string,
): string {
  return `(select o from (select ${columns('r', field.columns)} from ${name(field.rows)} r where r.id = p.${name(field.by)}) o)`;
}

/** Looked up for each row: in which table, the row says. */
export function chosenValue(scope: Scope, { tag, by, tables, value }: ChosenField): string {
  const cases = tables.map(([kind, of]) => {
    const row = `o.id = p.${name(by)}`;
    const found = `select o.${name(value)} from ${table(scope, of)} o ${where([...ofTenant(scope, 'o'), row])}`;
    return `when ${literal(kind)} then (${found.replaceAll('\n', ' ')})`;
  });
  return `case p.${name(tag)}\n${indent(cases.join('\n'))}\nend`;
}

/**
 * The links of the page, the names they lead to as one map from id to name, and the sorted names of each row. A map,
 * because joining the two by rows would compare every link with every name. The map is a scalar subquery, read
 * before the sort: as a joined column it went through the sort with every link (3,000 labels of one customer were 472 MB
 * of temporary files and 1,050 ms; now 12).
 */
function linkedNames(scope: Scope, field: NamesField): readonly string[] {
  const { rows, link, table: of, value, parentColumn, targetColumn } = field;
  const links = [
    `select l.${name(parentColumn)} as row_id, l.${name(targetColumn)} as name_id`,
    `from ${table(scope, link)} l`,
    where([
      ...ofTenant(scope, 'l'),
      `l.${name(parentColumn)} = any (array(select p.${name(scope.target.key)} from page p))`,
    ]),
  ].join('\n');
  const map = [
    `select jsonb_object_agg(n.id, n.${name(value)}) as name_of`,
    `from ${table(scope, of)} n`,
    where([...ofTenant(scope, 'n'), `n.id = any (array(select distinct l.name_id from ${name(`${rows}_links`)} l))`]),
  ].join('\n');
  const sorted = [
    'select l.row_id, array_to_json(array_agg(o.value order by o.value collate "C")) as names',
    `from ${name(`${rows}_links`)} l`,
    `cross join lateral (select (select m.name_of from ${name(`${rows}_map`)} m) ->> l.name_id::text as value offset 0) o`,
    'group by l.row_id',
  ].join('\n');
  return [
    commonTable(name(`${rows}_links`), links),
    commonTable(name(`${rows}_map`), map),
    commonTable(name(rows), sorted),
  ];
}

export function namesOfRow(scope: Scope, { rows }: NamesField): string {
  const names = `select r.names from ${name(rows)} r where r.row_id = p.${name(scope.target.key)}`;
  return `coalesce((${names}), '[]')`;
}
