import type { MigrationBuilder } from 'node-pg-migrate';

/**
 * Workspace-first indexes in page order, partial on live rows, built without blocking writers. Each says which filter
 * it bounds; the single-column ones of the description are redundant beside them.
 */
const INDEXES: readonly (readonly [name: string, definition: string])[] = [
  // What a composite foreign key refers to: a child row carries its parent's workspace.
  ['idx_customer_tenant_key', 'unique index {name} on customer (workspace_id, id)'],
  ['idx_employee_tenant_key', 'unique index {name} on employee (workspace_id, id) include (name, email)'],
  ['idx_label_tenant_key', 'unique index {name} on label (workspace_id, id) include (name)'],
  ['idx_call_campaign_tenant_key', 'unique index {name} on call_campaign (workspace_id, id)'],
  ['idx_call_campaign_customer_tenant_key', 'unique index {name} on call_campaign_customer (workspace_id, id)'],
  // The default page.
  ['idx_customer_page', 'index {name} on customer (workspace_id, created_at desc, id desc) where not is_deleted'],
  // Any set of status, quality and call_status values: one branch for each combination.
  [
    'idx_customer_facets',
    'index {name} on customer (workspace_id, status, quality, call_status, created_at desc, id desc) where not is_deleted',
  ],
  [
    'idx_customer_carrier',
    'index {name} on customer (workspace_id, carrier, created_at desc, id desc) where not is_deleted',
  ],
  [
    'idx_customer_flags',
    'index {name} on customer (workspace_id, is_test, checked, created_at desc, id desc) where not is_deleted',
  ],
  // Rows of one employee: the filter, and all that a user of role employee may see.
  [
    'idx_customer_employee',
    'index {name} on customer (workspace_id, employee_id, created_at desc, id desc) where not is_deleted',
  ],
  [
    'idx_customer_duration',
    'index {name} on customer (workspace_id, duration, created_at desc, id desc) where not is_deleted',
  ],
  // What deleting an employee or a workspace looks up.
  ['idx_app_user_employee_id', 'index {name} on app_user (employee_id)'],
  ['idx_app_user_workspaces_workspace_id', 'index {name} on app_user_workspaces (workspace_id)'],
  // The newest call of a customer, and the calls its figures are computed from.
  [
    'idx_call_customer',
    // Not partial: a foreign key's check looks up deleted calls too. The flag before the order keeps live ones together.
    'index {name} on call (workspace_id, customer_id, is_deleted, created_at desc, id desc)',
  ],
  [
    'idx_call_campaign_customer_latest',
    'index {name} on call_campaign_customer (workspace_id, customer_id, created_at desc, id desc)',
  ],
];

const REDUNDANT: readonly (readonly [name: string, definition: string])[] = [
  ['idx_customer_workspace_id', 'index {name} on customer (workspace_id)'],
  ['idx_call_workspace_id', 'index {name} on call (workspace_id)'],
  ['idx_call_customer_id', 'index {name} on call (customer_id)'],
  ['idx_call_campaign_customer_customer_id', 'index {name} on call_campaign_customer (customer_id)'],
];

/** A build that was interrupted leaves an invalid index of the name behind, which `if not exists` would take for done. */
function create(pgm: MigrationBuilder, [name, definition]: readonly [string, string]): void {
  pgm.sql(`
    do $$ begin
      if exists (select from pg_index where indexrelid = to_regclass('${name}') and not indisvalid) then
        drop index ${name};
      end if;
    end $$`);
  pgm.sql(`create ${definition.replace('index {name}', `index concurrently if not exists ${name}`)}`);
}

function drop(pgm: MigrationBuilder, [name]: readonly [string, string]): void {
  pgm.sql(`drop index concurrently if exists ${name}`);
}

export function up(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  for (const index of INDEXES) create(pgm, index);
  for (const index of REDUNDANT) drop(pgm, index);
}

export function down(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  for (const index of REDUNDANT) create(pgm, index);
  for (const index of INDEXES) drop(pgm, index);
}
