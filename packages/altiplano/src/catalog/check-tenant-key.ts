import { Failure } from '../errors/failure.ts';
import type { Resource } from '../resource/resource.ts';
import type { Catalog } from './catalog.ts';

/** MIGR_ISOLATION_MISSING for each table whose tenant's key is not made by the database of the two columns that say it. */
export function checkTenantKeys({ tenant, table, writes }: Resource, catalog: Catalog): readonly Failure[] {
  const { column, parts } = tenant;
  if (parts === undefined) return [];
  return [table, ...(writes?.links ?? []).map(({ link }) => link)].flatMap((one) => {
    const made = catalog.tables.get(one)?.columns.get(column)?.made ?? '';
    if (isMadeOf(made, parts)) return [];
    const qualified = `${catalog.schema}.${one}`;
    const problem = `its ${column} is not made of ${parts.join(' and ')}`;
    const ddl = `select altiplano.isolate('${qualified}', array['${parts[0]}', '${parts[1]}'])`;
    return [new Failure('MIGR_ISOLATION_MISSING', { values: { table: qualified, problem, ddl } })];
  });
}

/** `tenant_key(owner_type, owner_id)`, as PostgreSQL prints it: texts of other types with a cast, the schema where it is not on the path. */
function isMadeOf(made: string, [kind, id]: readonly [string, string]): boolean {
  const plain = made.replace(/^altiplano\.|"|::text/g, '').replace(/\((\w+)\)/g, '$1');
  return plain === `tenant_key(${kind}, ${id})`;
}
