import { type Database, jsonObject, jsonOf } from 'altiplano/twin';

/** `{id, name}` of somebody: a statement for each row, as the description's N+1. */
export async function writeUser(database: Database, id: string | null | undefined): Promise<string> {
  const row = await database.row<Record<string, string>>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name FROM ${database.table('app_user')} WHERE id = $1::uuid`,
    [id],
  );
  return row ? jsonObject(Object.entries(row)) : 'null';
}
