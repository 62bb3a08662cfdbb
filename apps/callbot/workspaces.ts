import { tables } from 'altiplano';
import type { CallbotTables } from './database.ts';
import { customers, scopes } from './resources.ts';

const { tenants, columns, children } = tables<CallbotTables>();
const { bitmap } = customers;
const inside = children('customer', 'workspace_id', { deleted: 'is_deleted', scopes, bitmap });

/** The workspaces a user may enter; the figures are over the customers that the user may see there. */
export const workspaces = tenants('workspace', {
  name: 'workspaces',
  path: '/api/v1/workspaces/',
  order: ['-created_at', '-id'],
  function: 'workspace_shown',
  copies: { created_at: 'workspace_created_at' },
  fields: {
    ...columns('workspace', 'id', 'name'),
    customer_count: inside.count(),
    last_updated: inside.greatest('updated_at'),
  },
});
