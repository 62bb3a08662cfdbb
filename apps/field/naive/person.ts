import { type Database, jsonObject, jsonOf } from 'altiplano/twin';

/** `{id, name}` of somebody: a statement for each row, as the description's N+1. */
export async function writePerson(database: Database, tenant: string, id: string): Promise<string> {
  const row = await database.row<Record<string, string>>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name
     FROM ${database.table('people')} WHERE id = $1::bigint AND tenant_id = $2::uuid`,
    [id, tenant],
  );
  return row ? jsonObject(Object.entries(row)) : 'null';
}
