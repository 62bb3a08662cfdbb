import { online } from 'altiplano';

const INDEXES: readonly online.IndexDefinition[] = [
  // The default pages, newest first; unique over all rows, so that bitmaps number rows along them.
  ...['project', 'task', 'member'].map((table) => ({
    name: `idx_${table}_page`,
    table,
    on: '(organization_id, created_at desc, id desc)',
    unique: true as const,
  })),
  {
    name: 'idx_api_key_page',
    table: 'api_key',
    on: '(organization_id, created_at desc, id desc) where not is_revoked',
  },
  // What `order=` walks.
  { name: 'idx_task_due_date', table: 'task', on: '(organization_id, due_date, id)' },
  {
    name: 'idx_task_priority',
    table: 'task',
    on: `(organization_id,
      (case priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 when 'low' then 4 end), id)`,
  },
  // A page found by bitmaps or another order looks its rows up one by one: a bucket is one buffer where a tree is three.
  { name: 'idx_task_row', table: 'task', on: 'using hash (id)' },
  { name: 'idx_project_row', table: 'project', on: 'using hash (id)' },
  // A credential names its member and nothing else.
  { name: 'idx_member_id', table: 'member', on: '(id)' },
  // What deleting a project or a member looks up.
  { name: 'idx_task_project', table: 'task', on: '(organization_id, project_id)' },
  { name: 'idx_task_assignee', table: 'task', on: '(organization_id, assignee_id)' },
  { name: 'idx_project_owner', table: 'project', on: '(organization_id, owner_id)' },
  { name: 'idx_api_key_maker', table: 'api_key', on: '(organization_id, created_by)' },
];

export const up = online.steps(...INDEXES.map(online.createIndex));
export const down = online.steps(...INDEXES.map(online.dropIndex));
