import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  numeric,
  pgSchema,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

const { table } = pgSchema('callbot');
// As text: a JavaScript date has no microseconds, and the cursor needs them.
const time = (name) => timestamp(name, { withTimezone: true, mode: 'string' });

export const membership = table('app_user_workspaces', { user: uuid('user_id'), workspace: uuid('workspace_id') });
export const employee = table('employee', { id: uuid(), workspace: uuid('workspace_id'), name: text(), email: text() });
export const label = table('label', { id: uuid(), name: text() });
export const link = table('customer_campaign_labels', { customer: uuid('customer_id'), label: uuid('label_id') });
export const customer = table('customer', {
  id: uuid(),
  workspace: uuid('workspace_id'),
  name: text(),
  email: text(),
  phone: text(),
  status: text(),
  attributes: jsonb('other_attributes'),
  deleted: boolean('is_deleted'),
  employee: uuid('employee_id'),
  created: time('created_at'),
  updated: time('updated_at'),
});
export const call = table('call', {
  id: uuid(),
  customer: uuid('customer_id'),
  enrolment: uuid('campaign_customer_id'),
  direction: text(),
  status: text(),
  duration: doublePrecision(),
  seconds: integer('duration_seconds'),
  sentiment: doublePrecision('sentiment_score'),
  type: text('call_type'),
  rate: numeric('billing_rate'),
  deleted: boolean('is_deleted'),
  created: time('created_at'),
});
export const campaign = table('call_campaign', { id: uuid(), name: text(), status: text() });
export const enrolment = table('call_campaign_customer', {
  id: uuid(),
  campaign: uuid('campaign_id'),
  customer: uuid('customer_id'),
  status: text(),
  created: time('created_at'),
});
