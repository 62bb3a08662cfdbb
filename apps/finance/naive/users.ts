import { type Database, jsonArray, jsonObject, jsonOf } from 'altiplano/twin';
import type { Caller } from './admission.ts';
import { type PageQuery, writePage } from './pages.ts';

/** Users of the tenant's organization, and what links them to it: of others nothing is told. */
export async function writeUsers(database: Database, caller: Caller, query: PageQuery): Promise<string> {
  const users = database.table('app_user');
  const members = `FROM ${database.table('organization_link')} l JOIN ${users} u ON u.id = l.user_id
    WHERE l.organization_id = $1::uuid`;
  const total = Number(await database.value(`SELECT count(*)::text AS value ${members}`, [caller.organization]));
  const rows = await database.rows<Record<string, string>>(
    `SELECT ${['id', 'email', 'name', 'is_active'].map((column) => `${jsonOf(`u.${column}`)} AS ${column}`).join(', ')},
       u.id::text AS key, ${jsonOf('l.role')} AS role
     ${members} ORDER BY u.name COLLATE "C", u.id LIMIT $2::bigint OFFSET $3::bigint`,
    [caller.organization, query.size, Math.min((query.page - 1) * query.size, Number.MAX_SAFE_INTEGER)],
  );
  const items: string[] = [];
  for (const row of rows) {
    const own = (column: string): [string, string] => [column, row[column] ?? 'null'];
    const organization = await writeOrganization(database, caller);
    const link = jsonObject([['organization', organization], own('role')]);
    items.push(
      jsonObject([...['id', 'email', 'name', 'is_active'].map(own), ['organization_links', jsonArray([link])]]),
    );
  }
  return writePage(items, total, query);
}

async function writeOrganization(database: Database, { organization }: Caller): Promise<string> {
  const row = await database.row<Record<string, string>>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name FROM ${database.table('organization')} WHERE id = $1::uuid`,
    [organization],
  );
  return row ? jsonObject(Object.entries(row)) : 'null';
}
