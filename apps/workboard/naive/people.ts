import { type Database, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import type { Listed, Row } from './listed.ts';

/** `{id, name, email}` of a member, or null. */
export async function writeMember(database: Database, id: string | null | undefined): Promise<string> {
  return id ? writeColumns(database, 'member', id, ['id', 'name', 'email']) : 'null';
}

/** Some columns of one row as an object; null when there is none. */
export async function writeColumns(
  database: Database,
  table: string,
  id: string,
  columns: readonly string[],
): Promise<string> {
  const list = columns.map((column) => `${jsonOf(column)} AS ${column}`).join(', ');
  const row = await database.row<Record<string, string>>(`SELECT ${list} FROM ${database.table(table)} WHERE id = $1`, [
    id,
  ]);
  return row ? jsonObject(Object.entries(row)) : 'null';
}

/** An object of the row's own columns. */
export function ownColumns(row: Row, names: readonly string[]): [string, string][] {
  return names.map((name) => [name, row[name] ?? 'null']);
}

const memberColumns = ['id', 'email', 'name', 'role', 'created_at'];

export const members: Listed = {
  table: 'member',
  scope: 'members:read',
  visible: 'TRUE',
  columns: [
    'id::text AS key',
    ...['id', 'email', 'name', 'role'].map((column) => `${jsonOf(column)} AS ${column}`),
    `${jsonTimeOf('created_at')} AS created_at`,
  ],
  orders: { created_at: 'created_at' },
  key: 'id',
  keyType: 'uuid',
  filters: {},
  searched: [],
  write: async (_database, row) => jsonObject(ownColumns(row, memberColumns)),
};

export const apiKeys: Listed = {
  table: 'api_key',
  scope: 'keys:admin',
  visible: 'revoked_at IS NULL',
  columns: [
    'id::text AS key',
    ...['id', 'name', 'prefix', 'scopes'].map((column) => `${jsonOf(column)} AS ${column}`),
    `${jsonTimeOf('expires_at')} AS expires_at`,
  ],
  orders: { created_at: 'created_at' },
  key: 'id',
  keyType: 'uuid',
  filters: {},
  searched: [],
  write: async (_database, row) => jsonObject(ownColumns(row, ['id', 'name', 'prefix', 'scopes', 'expires_at'])),
};
