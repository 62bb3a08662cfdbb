import { online } from 'altiplano';

const INDEXES: readonly online.IndexDefinition[] = [
  // Tenant first, in page order: what bitmaps are numbered along, and what a single row is found by.
  { name: 'idx_account_page', table: 'account', on: '(tenant_key, name collate "C", id)', unique: true },
  { name: 'idx_account_tenant_key', table: 'account', on: '(tenant_key, id)', unique: true },
  { name: 'idx_transaction_page', table: 'transaction', on: '(tenant_key, created_at desc, id desc)', unique: true },
  { name: 'idx_transaction_tenant_key', table: 'transaction', on: '(tenant_key, id)', unique: true },
  // Found by both legs of a transfer, and by the rule that there are two.
  { name: 'idx_transaction_transfer', table: 'transaction', on: '(transfer_id) where transfer_id is not null' },
  // What is to be posted: of an account in the order in which it came, and whatever was left lying.
  {
    name: 'idx_transaction_pending',
    table: 'transaction',
    on: `(account_id, created_at, id) where status = 'pending'`,
  },
  { name: 'idx_transaction_left', table: 'transaction', on: `(created_at, id) where status = 'pending'` },
  // What foreign keys look up.
  { name: 'idx_transaction_account', table: 'transaction', on: '(account_id, tenant_id, tenant_type)' },
  { name: 'idx_transaction_creator', table: 'transaction', on: '(created_by)' },
  { name: 'idx_account_creator', table: 'account', on: '(created_by)' },
  { name: 'idx_account_editor', table: 'account', on: '(updated_by)' },
  { name: 'idx_account_organization', table: 'account', on: '(of_organization)' },
  { name: 'idx_account_team', table: 'account', on: '(of_team)' },
  { name: 'idx_account_user', table: 'account', on: '(of_user)' },
  { name: 'idx_team_organization', table: 'team', on: '(organization_id)' },
  // Whose links a user has.
  { name: 'idx_organization_link_user', table: 'organization_link', on: '(user_id)' },
];

export const up = online.steps(...INDEXES.map(online.createIndex));
export const down = online.steps(...INDEXES.map(online.dropIndex));
