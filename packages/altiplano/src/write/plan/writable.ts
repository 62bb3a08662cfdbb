import { type Catalog, columnType } from '../../catalog/catalog.ts';
import { attributeOf, typeOf } from '../../plan/conditions.ts';
import type { Caller } from '../../plan/plan.ts';
import type { Resource } from '../../resource/resource.ts';
import { type WriteRows, type Writes, writableRows } from '../../resource/writes.ts';
import type { WriteCondition, WritePlan } from './plan.ts';

/** What the caller's rows are told by when it writes; null: it may write all that it sees. */
export function writableOf(
  resource: Resource,
  { scopes, callers }: Writes,
  action: WritePlan['action'],
  { caller, catalog }: { readonly caller: Caller; readonly catalog: Catalog },
): WritePlan['writable'] {
  const columns = catalog.tables.get(resource.table)?.columns;
  // A row that must have a user is not for an API key of nobody's to make.
  if (
    action === 'create' &&
    caller.userId === '' &&
    callers.some((column) => columns?.get(column)?.nullable !== true)
  ) {
    return [];
  }
  if (scopes === null) return null;
  const scope = Object.hasOwn(scopes, caller.role) ? scopes[caller.role] : undefined;
  if (scope === 'all') return null;
  return (scope === undefined ? [] : writableRows(scope)).map((rows): WriteCondition => {
    const type = typeOf(columnType(catalog, resource.table, rows.column));
    return { column: rows.column, type, values: valuesOf(rows, caller), complement: 'not' in rows };
  });
}

function valuesOf(rows: WriteRows, caller: Caller): readonly string[] {
  if ('not' in rows) return rows.not;
  return 'values' in rows ? rows.values : attributeOf(caller, rows.attribute);
}
