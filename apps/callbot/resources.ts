import { tables } from 'altiplano';
import type { CallbotTables } from './database.ts';

const { resource, columns, one, names, object, children, facets: facetsOf, filters, members } = tables<CallbotTables>();
const by = filters('customer');
const facets = facetsOf('customer');

const calls = children('call', 'customer_id', { deleted: 'is_deleted', rollup: 'customer_call_rollup' });
const enrolments = children('call_campaign_customer', 'customer_id', { rollup: 'customer_enrolment_rollup' });

/** Billing: rate per minute × seconds ÷ 60, exact, rounded once. */
const cost = (options?: Parameters<typeof calls.money>[2]) =>
  calls.money(['billing_rate', 'duration_seconds'], 60, options);

/** Employees see and write their own customers only. */
export const scopes = {
  admin: 'all',
  manager: 'all',
  employee: { column: 'employee_id', attribute: 'employee_id' },
} as const;

export const customers = resource('customer', {
  name: 'customers',
  path: '/api/v1/customers/',
  tenant: 'workspace_id',
  deleted: 'is_deleted',
  order: ['-created_at', '-id'],
  orders: {
    created_at: { column: 'created_at', type: 'timestamptz' },
    duration: { column: 'duration', type: 'float8', nullable: true },
    name: { column: 'name', type: 'text' },
    total_calls: { figure: 'total_calls' },
    total_duration_seconds: { figure: 'total_duration_seconds' },
    total_cost: { figure: 'billing_summary.total_cost' },
  },
  scopes,

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
      billing_breakdown: calls.byKey('call_type', ['campaign', 'direct', 'callback'], cost),
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
    ...by.search(['name', 'email', 'phone']),
    ...by.range('created_at', 'timestamptz', ['gte', 'lt']),
  },

  facets: {
    ...facets.columns('status', 'quality', 'call_status', 'carrier', 'is_test', 'checked'),
    ...facets.linked('labels', 'customer_campaign_labels', 'label', 'name'),
  },
  domains: {
    status: { type: 'text', values: ['active', 'inactive', 'blocked', 'pending'], nullable: true },
    quality: { type: 'text', values: ['hot', 'warm', 'cold', 'dead'], nullable: true },
    call_status: { type: 'text', values: ['pending', 'calling', 'completed', 'failed'], nullable: true },
    is_test: { type: 'boolean', values: ['true', 'false'], nullable: false },
    checked: { type: 'boolean', values: ['true', 'false'], nullable: false },
  },
  bitmaps: 'customer_bitmap',

  writes: {
    actions: ['create', 'change', 'delete'],
    bulk: 100,
    members: {
      name: members.required(),
      phone: members.required(),
      email: members.optional(),
      carrier: members.optional(),
      status: members.optional({ otherwise: 'pending' }),
      quality: members.optional(),
      call_status: members.optional(),
      is_test: members.optional({ otherwise: false }),
      checked: members.optional({ otherwise: false }),
      other_attributes: members.optional({ otherwise: {} }),
      employee_id: members.reference('employee'),
    },
    links: { label_ids: { link: 'customer_campaign_labels', target: 'label', path: 'labels' } },
    touched: 'updated_at',
    stamp: 'deleted_at',
  },
});

/** Calls are logged, one or many at a time; a customer's figures are where they are read. */
export const loggedCalls = resource('call', {
  name: 'calls',
  path: '/api/v1/calls/',
  tenant: 'workspace_id',
  deleted: 'is_deleted',
  order: ['-created_at', '-id'],
  reads: false,
  fields: {
    ...columns('call', 'id', 'workspace_id', 'customer_id', 'campaign_customer_id', 'direction', 'status', 'duration'),
    ...columns('call', 'duration_seconds', 'recording_url', 'transcript', 'sentiment_score', 'call_type'),
    ...columns('call', 'billing_rate', 'is_deleted', 'created_at'),
  },
  filters: {},
  domains: {
    direction: { type: 'text', values: ['inbound', 'outbound'], nullable: false },
    status: { type: 'text', values: ['completed', 'missed', 'busy'], nullable: false },
    call_type: { type: 'text', values: ['campaign', 'direct', 'callback'], nullable: false },
  },
  writes: {
    actions: ['create'],
    bulk: 100,
    members: {
      customer_id: members.reference('customer', { required: true, deleted: 'is_deleted', scopes }),
      direction: members.required(),
      status: members.required(),
      // Rounded, it is a whole number of four bytes.
      duration: members.required({ range: [0, 2_147_483_647] }),
      call_type: members.required(),
      campaign_customer_id: members.reference('call_campaign_customer', { matching: ['customer_id'] }),
      recording_url: members.optional(),
      transcript: members.optional(),
      sentiment_score: members.optional({ range: [-1, 1] }),
      billing_rate: members.optional(),
      created_at: members.now(),
    },
    derived: { duration_seconds: { rounded: 'duration' } },
  },
});
