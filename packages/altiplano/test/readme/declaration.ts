import { tables } from 'altiplano';
import type { Database } from './database.ts';

const { resource, columns, children, filters } = tables<Database>();
const calls = children('call', 'customer_id', { rollup: 'customer_call_rollup' });

export const customers = resource('customer', {
  name: 'customers',
  path: '/api/v1/customers/',
  tenant: 'workspace_id',
  deleted: 'is_deleted',
  order: ['-created_at', '-id'],
  fields: {
    ...columns('customer', 'id', 'name', 'carrier', 'created_at'),
    latest_call: calls.first(['-created_at', '-id'], ['direction', 'status']),
    total_calls: calls.count(),
    calls_last_30_days: calls.count({ withinDays: { column: 'created_at', days: 30 } }),
  },
  filters: filters('customer').exact('carrier', 'text'),
  bitmaps: 'customer_bitmap',
});
