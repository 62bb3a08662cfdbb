import { online } from 'altiplano';

/**
 * Workspace-first indexes in page order, partial on live rows, built without blocking writers. Each says which filter
 * it bounds. What they make redundant goes with the keys that need it: 0003.
 */
export const INDEXES: readonly online.IndexDefinition[] = [
  // What a composite foreign key refers to: a child row carries its parent's workspace.
  { name: 'idx_customer_tenant_key', table: 'customer', on: '(workspace_id, id)', unique: true },
  { name: 'idx_employee_tenant_key', table: 'employee', on: '(workspace_id, id) include (name, email)', unique: true },
  { name: 'idx_label_tenant_key', table: 'label', on: '(workspace_id, id) include (name)', unique: true },
  { name: 'idx_call_campaign_tenant_key', table: 'call_campaign', on: '(workspace_id, id)', unique: true },
  {
    name: 'idx_call_campaign_customer_tenant_key',
    table: 'call_campaign_customer',
    on: '(workspace_id, id)',
    unique: true,
  },
  // The default page.
  { name: 'idx_customer_page', table: 'customer', on: '(workspace_id, created_at desc, id desc) where not is_deleted' },
  // Any set of status, quality and call_status values: one branch for each combination.
  {
    name: 'idx_customer_facets',
    table: 'customer',
    on: '(workspace_id, status, quality, call_status, created_at desc, id desc) where not is_deleted',
  },
  {
    name: 'idx_customer_carrier',
    table: 'customer',
    on: '(workspace_id, carrier, created_at desc, id desc) where not is_deleted',
  },
  {
    name: 'idx_customer_flags',
    table: 'customer',
    on: '(workspace_id, is_test, checked, created_at desc, id desc) where not is_deleted',
  },
  // Rows of one employee: the filter, and all that a user of role employee may see.
  {
    name: 'idx_customer_employee',
    table: 'customer',
    on: '(workspace_id, employee_id, created_at desc, id desc) where not is_deleted',
  },
  {
    name: 'idx_customer_duration',
    table: 'customer',
    on: '(workspace_id, duration, created_at desc, id desc) where not is_deleted',
  },
  // What deleting an employee or a workspace looks up.
  { name: 'idx_app_user_employee_id', table: 'app_user', on: '(employee_id)' },
  { name: 'idx_app_user_workspaces_workspace_id', table: 'app_user_workspaces', on: '(workspace_id)' },
  // The newest call of a customer, and the calls its figures are computed from.
  // Not partial: a foreign key's check looks up deleted calls too. The flag before the order keeps live ones together.
  { name: 'idx_call_customer', table: 'call', on: '(workspace_id, customer_id, is_deleted, created_at desc, id desc)' },
  // What deleting an enrolment looks up. Calls without one, most of them, would be 7.6 bytes each of the described index.
  {
    name: 'idx_call_enrolment',
    table: 'call',
    on: '(campaign_customer_id) where campaign_customer_id is not null',
  },
  {
    name: 'idx_call_campaign_customer_latest',
    table: 'call_campaign_customer',
    on: '(workspace_id, customer_id, created_at desc, id desc)',
  },
];

/** Described single-column indexes that foreign keys and other programs go on using; made where they are missing. */
const KEPT: readonly online.IndexDefinition[] = [
  { name: 'idx_customer_employee_id', table: 'customer', on: '(employee_id)' },
  { name: 'idx_customer_campaign_labels_label_id', table: 'customer_campaign_labels', on: '(label_id)' },
  { name: 'idx_call_campaign_customer_campaign_id', table: 'call_campaign_customer', on: '(campaign_id)' },
];

export const up = online.steps(...[...KEPT, ...INDEXES].map(online.createIndex));
export const down = online.steps(...INDEXES.map(online.dropIndex));
