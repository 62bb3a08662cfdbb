import { cursors, tables } from 'altiplano';
import type { WorkboardTables } from './database.ts';

const { resource, columns, column, one, chosen, object, children, filters, members, audit } = tables<WorkboardTables>();
const by = { project: filters('project'), task: filters('task'), log: filters('audit_log') };
const tasksOf = children('task', 'project_id', { rollup: 'project_task_rollup' });

/** Characters of a description: a page of 100, or of 100 changes of them, stays below what one reply may hold (32 MB). */
const LONGEST = 20_000;

const listed = {
  tenant: 'organization_id',
  order: ['-created_at', '-id'],
  orders: { created_at: { column: 'created_at', type: 'timestamptz' } },
  envelope: cursors({ counted: false }),
} as const;

export const projects = resource('project', {
  ...listed,
  name: 'projects',
  path: '/projects/',
  permissions: { read: 'projects:read', write: 'projects:write' },
  fields: {
    ...columns('project', 'id', 'name', 'description', 'status'),
    organization: one('organization', 'organization_id', ['id', 'name']),
    owner: one('member', 'owner_id', ['id', 'name', 'email']),
    open_tasks: tasksOf.count({ where: { status: ['todo', 'in_progress'] } }),
    done_tasks: tasksOf.count({ where: { status: 'done' } }),
    ...columns('project', 'created_at', 'updated_at'),
  },
  filters: {
    ...by.project.values('status'),
    ...by.project.exact('owner_id', 'uuid'),
    ...by.project.search(['name', 'description']),
  },
  domains: { status: { type: 'text', values: ['active', 'archived'], nullable: false } },
  bitmaps: 'project_bitmap',
  writes: {
    actions: ['create', 'change', 'delete'],
    members: {
      name: members.required(),
      owner_id: members.reference('member', { required: true }),
      description: members.optional({ otherwise: '', most: LONGEST }),
      status: members.optional({ otherwise: 'active' }),
    },
    touched: 'updated_at',
  },
});

export const tasks = resource('task', {
  ...listed,
  name: 'tasks',
  path: '/tasks/',
  permissions: { read: 'tasks:read', write: 'tasks:write' },
  fields: {
    ...columns('task', 'id', 'title', 'status', 'priority', 'due_date'),
    project: one('project', 'project_id', ['id', 'name']),
    assignee: one('member', 'assignee_id', ['id', 'name', 'email']),
    ...columns('task', 'created_at', 'updated_at'),
  },
  detail: columns('task', 'description'),
  orders: {
    ...listed.orders,
    due_date: { column: 'due_date', type: 'date', nullable: true },
    priority: { column: 'priority', ranks: ['urgent', 'high', 'normal', 'low'], nullable: false },
  },
  filters: {
    ...by.task.values('status'),
    ...by.task.values('priority'),
    ...by.task.exact('project_id', 'uuid'),
    ...by.task.exact('assignee_id', 'uuid', { nulls: true }),
    ...by.task.range('due_date', 'date', ['gte', 'lt']),
    ...by.task.search(['title']),
  },
  domains: {
    status: { type: 'text', values: ['todo', 'in_progress', 'done'], nullable: false },
    priority: { type: 'text', values: ['low', 'normal', 'high', 'urgent'], nullable: false },
  },
  bitmaps: 'task_bitmap',
  writes: {
    actions: ['create', 'change', 'delete'],
    members: {
      title: members.required(),
      project_id: members.reference('project', { required: true }),
      assignee_id: members.reference('member'),
      description: members.optional({ otherwise: '', most: LONGEST }),
      status: members.optional({ otherwise: 'todo' }),
      priority: members.optional({ otherwise: 'normal' }),
      due_date: members.optional(),
    },
    touched: 'updated_at',
  },
});

export const memberList = resource('member', {
  ...listed,
  name: 'members',
  path: '/members/',
  permissions: { read: 'members:read', write: 'members:write' },
  fields: columns('member', 'id', 'email', 'name', 'role', 'created_at'),
  filters: {},
  domains: { role: { type: 'text', values: ['owner', 'admin', 'member'], nullable: false } },
  writes: {
    actions: ['create', 'change', 'delete'],
    members: { email: members.required(), name: members.required(), role: members.required() },
    // Who may write members at all says the permission; an admin writes all but owners.
    scopes: { owner: 'all', admin: { column: 'role', values: ['admin', 'member'] } },
  },
});

export const apiKeys = resource('api_key', {
  ...listed,
  name: 'api-keys',
  path: '/api-keys/',
  permissions: { read: 'keys:admin', write: 'keys:admin' },
  // A revoked key is gone, but its row stays: the trail names it.
  deleted: 'is_revoked',
  fields: columns('api_key', 'id', 'name', 'prefix', 'scopes', 'expires_at'),
  filters: {},
  writes: { actions: ['delete'], members: {}, stamp: 'revoked_at' },
});

/** Written by triggers; owners and admins read it. */
export const auditLogs = resource('audit_log', {
  ...listed,
  name: 'audit-logs',
  path: '/audit-logs/',
  permissions: { read: 'audit:read' },
  keyType: 'bigint',
  order: ['-at', '-id'],
  orders: { at: { column: 'at', type: 'timestamptz' } },
  fields: {
    ...columns('audit_log', 'id', 'at'),
    actor: object({
      kind: column('audit_log', 'actor_kind'),
      id: column('audit_log', 'actor_id'),
      name: chosen('actor_kind', 'actor_id', { member: 'member', api_key: 'api_key' }, 'name'),
    }),
    ...columns('audit_log', 'request_id', 'action'),
    table: column('audit_log', 'table_name'),
    ...columns('audit_log', 'record_id', 'changes'),
  },
  filters: {
    ...by.log.values('table_name', [], { as: 'table' }),
    ...by.log.values('action'),
    ...by.log.exact('record_id', 'text'),
    ...by.log.exact('actor_id', 'uuid'),
    ...by.log.range('at', 'timestamptz', ['gte', 'lt']),
  },
  bitmaps: 'audit_log_bitmap',
});

/** What leaves a trail. Of an API key's secret not even the digest is told. */
export const trail = audit('audit_log', {
  tenant: 'organization_id',
  actors: ['member', 'api_key'],
  tables: { member: {}, project: {}, task: {}, api_key: { redact: ['digest'], ignore: ['last_used_at'] } },
});
