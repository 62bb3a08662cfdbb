import { type Database, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import type { Listed, Row } from './listed.ts';
import { ownColumns } from './people.ts';
import * as read from './readers.ts';

export const auditLogs: Listed = {
  table: 'audit_log',
  scope: 'audit:read',
  visible: 'TRUE',
  columns: [
    ...['id::text AS key', 'actor_id::text AS actor', 'actor_kind AS kind'],
    ...['id', 'request_id', 'action', 'record_id'].map((column) => `${jsonOf(column)} AS ${column}`),
    `${jsonOf('table_name')} AS table`,
    `${jsonTimeOf('at')} AS at`,
    'changes::text AS changes',
  ],
  orders: { at: 'at' },
  key: 'id',
  keyType: 'bigint',
  filters: {
    table: read.values('table_name'),
    record_id: read.text('record_id'),
    actor_id: read.uuid('actor_id'),
    action: read.values('action'),
    at__gte: read.instant('at', '>='),
    at__lt: read.instant('at', '<'),
  },
  searched: [],
  write: async (database, row) =>
    jsonObject([
      ...ownColumns(row, ['id', 'at']),
      ['actor', await writeActor(database, row)],
      ...ownColumns(row, ['request_id', 'action', 'table', 'record_id', 'changes']),
    ]),
};

/** Whoever has left since has no name any more. */
async function writeActor(database: Database, { kind, actor }: Row): Promise<string> {
  const table = kind === 'member' || kind === 'api_key' ? kind : null;
  const found =
    table && actor
      ? await database.row<{ name: string }>(
          `SELECT ${jsonOf('name')} AS name FROM ${database.table(table)} WHERE id = $1`,
          [actor],
        )
      : undefined;
  return jsonObject([
    ['kind', JSON.stringify(kind)],
    ['id', actor ? JSON.stringify(actor) : 'null'],
    ['name', found?.name ?? 'null'],
  ]);
}
