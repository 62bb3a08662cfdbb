import { type Database, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import type { Listed, Row } from './listed.ts';
import { ownColumns, writeColumns, writeMember } from './people.ts';
import * as read from './readers.ts';

const times = [`${jsonTimeOf('created_at')} AS created_at`, `${jsonTimeOf('updated_at')} AS updated_at`];

export const projects: Listed = {
  table: 'project',
  scope: 'projects:read',
  visible: 'TRUE',
  columns: [
    ...['id::text AS key', 'organization_id::text AS organization', 'owner_id::text AS owner'],
    ...['id', 'name', 'description', 'status'].map((column) => `${jsonOf(column)} AS ${column}`),
    ...times,
  ],
  orders: { created_at: 'created_at' },
  key: 'id',
  keyType: 'uuid',
  filters: { status: read.values('status'), owner_id: read.uuid('owner_id') },
  searched: ['name', 'description'],
  write: async (database, row) =>
    jsonObject([
      ...ownColumns(row, ['id', 'name', 'description', 'status']),
      ['organization', await writeColumns(database, 'organization', row.organization ?? '', ['id', 'name'])],
      ['owner', await writeMember(database, row.owner)],
      ['open_tasks', await countTasks(database, row, ['todo', 'in_progress'])],
      ['done_tasks', await countTasks(database, row, ['done'])],
      ...ownColumns(row, ['created_at', 'updated_at']),
    ]),
};

function countTasks(database: Database, { key }: Row, statuses: readonly string[]): Promise<string> {
  return database.value(
    `SELECT count(*)::text AS value FROM ${database.table('task')} WHERE project_id = $1 AND status = ANY($2)`,
    [key, statuses],
  );
}

export const tasks: Listed = {
  table: 'task',
  scope: 'tasks:read',
  visible: 'TRUE',
  columns: [
    ...['id::text AS key', 'project_id::text AS project', 'assignee_id::text AS assignee'],
    ...['id', 'title', 'description', 'status', 'priority', 'due_date'].map(
      (column) => `${jsonOf(column)} AS ${column}`,
    ),
    ...times,
  ],
  orders: {
    created_at: 'created_at',
    due_date: 'due_date',
    // Urgent first.
    priority: `array_position('{urgent,high,normal,low}'::text[], priority::text)`,
  },
  key: 'id',
  keyType: 'uuid',
  filters: {
    status: read.values('status'),
    priority: read.values('priority'),
    project_id: read.uuid('project_id'),
    assignee_id: read.uuidOrNull('assignee_id'),
    due_date__gte: read.date('due_date', '>='),
    due_date__lt: read.date('due_date', '<'),
  },
  searched: ['title'],
  write: async (database, row) => jsonObject(await taskMembers(database, row)),
  writeDetail: async (database, row) =>
    jsonObject([...(await taskMembers(database, row)), ...ownColumns(row, ['description'])]),
};

async function taskMembers(database: Database, row: Row): Promise<[string, string][]> {
  return [
    ...ownColumns(row, ['id', 'title', 'status', 'priority', 'due_date']),
    ['project', await writeColumns(database, 'project', row.project ?? '', ['id', 'name'])],
    ['assignee', await writeMember(database, row.assignee)],
    ...ownColumns(row, ['created_at', 'updated_at']),
  ];
}
