import { tables } from 'altiplano';
import type { CallbotTables } from './database.ts';

const { resource, columns, one, names, object, children, filters } = tables<CallbotTables>();
const by = filters('customer');

const calls = children('call', 'customer_id', 'is_deleted');
const enrolments = children('call_campaign_customer', 'customer_id');

/** Billing: rate per minute × seconds ÷ 60, exact, rounded once. */
const cost = (options?: Parameters<typeof calls.money>[2]) =>
  calls.money(['billing_rate', 'duration_seconds'], 60, options);

export const customers = resource('customer', {
  name: 'customers',
  path: '/api/v1/customers/',
  tenant: 'workspace_id',
  deleted: 'is_deleted',
  order: ['-created_at', '-id'],
  scopes: { admin: 'all', manager: 'all', employee: { column: 'employee_id', attribute: 'employee_id' } },

  fields: {
    ...columns('customer', 'id', 'workspace_id', 'name', 'email', 'phone', 'status'),
    tags: names('label', 'name', 'customer_campaign_labels'),
    ...columns('customer', 'other_attributes', 'is_deleted', 'created_at', 'updated_at'),
    employee: one('employee', 'employee_id', ['id', 'name', 'email']),
    latest_call: calls.first(
      ['-created_at', '-id'],
      ['id', 'direction', 'status', 'duration', 'call_type', 'sentiment_score', 'created_at'],
    ),
    total_calls: calls.count(),
    total_duration_seconds: calls.sum('duration_seconds'),
    calls_last_30_days: calls.count({ withinDays: { column: 'created_at', days: 30 } }),
    successful_calls: calls.count({ where: { status: 'completed' } }),
    missed_calls: calls.count({ where: { status: 'missed' } }),
    campaign_stats: object({
      total_campaign_calls: calls.count({ present: 'campaign_customer_id' }),
      completed_campaigns: enrolments.count({ where: { status: 'completed' } }),
      active_campaign: enrolments.firstThrough(
        ['-created_at', '-id'],
        { table: 'call_campaign', by: 'campaign_id', where: { status: 'active' } },
        ['id', 'name'],
      ),
    }),
    billing_summary: object({
      total_cost: cost(),
      cost_this_month: cost({ month: 'created_at' }),
      billing_breakdown: object({
        campaign: cost({ where: { call_type: 'campaign' } }),
        direct: cost({ where: { call_type: 'direct' } }),
        callback: cost({ where: { call_type: 'callback' } }),
      }),
    }),
  },

  filters: {
    ...by.values('status', ['in', 'neq', 'isnull']),
    ...by.values('quality', ['in', 'neq', 'isnull']),
    ...by.values('call_status', ['in', 'neq']),
    ...by.values('carrier', ['in']),
    ...by.exact('duration', 'float8'),
    ...by.range('duration', 'float8', ['gt', 'gte', 'lt', 'lte', 'neq']),
    ...by.linked('customer_campaign_labels', 'label', {
      any: ['labels__id', 'campaign_labels__id__in'],
      none: 'labels__id__neq',
    }),
    ...by.attributes('other_attributes'),
    ...by.exact('is_test', 'boolean'),
    ...by.exact('checked', 'boolean'),
    ...by.exact('employee_id', 'uuid'),
    ...by.search(['name', 'email', 'phone'], 'customer_search'),
    ...by.range('created_at', 'timestamptz', ['gte', 'lt']),
  },

  domains: {
    status: { type: 'text', values: ['active', 'inactive', 'blocked', 'pending'], nullable: true },
    quality: { type: 'text', values: ['hot', 'warm', 'cold', 'dead'], nullable: true },
    call_status: { type: 'text', values: ['pending', 'calling', 'completed', 'failed'], nullable: true },
    is_test: { type: 'boolean', values: ['true', 'false'], nullable: false },
    checked: { type: 'boolean', values: ['true', 'false'], nullable: false },
  },
  paths: [['employee_id'], ['carrier'], ['duration'], ['status', 'quality', 'call_status'], ['is_test', 'checked']],
  postings: { table: 'customer_posting', key: 'customer_id' },
});
