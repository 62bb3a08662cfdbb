import { online } from 'altiplano';

// Tenant first, in page order. The README says which of the described indexes these are, and which were not made.
const INDEXES: readonly online.IndexDefinition[] = [
  // The people page by number: by code point, so that the order is the same on every server.
  { name: 'idx_people_page', table: 'people', on: '(tenant_id, name collate "C", id)', unique: true },
  { name: 'idx_tracking_tenant_key', table: 'tracking', on: '(tenant_id, id)', unique: true },
  { name: 'idx_tracking_page', table: 'tracking', on: '(tenant_id, receiveddate desc, id desc)', unique: true },
  // What the foreign keys are checked by; one person's rows are found by the bitmaps.
  { name: 'idx_tracking_people', table: 'tracking', on: '(tenant_id, people_id)' },
  { name: 'idx_journal_entry_user', table: 'journal_entry', on: '(tenant_id, user_id)' },
  { name: 'idx_journal_entry_tenant_key', table: 'journal_entry', on: '(tenant_id, id)', unique: true },
  {
    name: 'idx_journal_entry_page',
    table: 'journal_entry',
    on: '(tenant_id, timestamp desc, id desc) where not is_deleted',
  },
  // Bitmaps are made along it, over all rows; the wellness report reads a month of it without looking at a row.
  {
    name: 'idx_journal_entry_order',
    table: 'journal_entry',
    on: '(tenant_id, timestamp desc, id desc) include (user_id, mood_rating, stress_level, is_deleted)',
    unique: true,
  },
  { name: 'idx_wellness_report_tenant_key', table: 'wellness_report', on: '(tenant_id, id)', unique: true },
  { name: 'idx_wellness_report_page', table: 'wellness_report', on: '(tenant_id, period_start desc, id desc)' },
];

export const up = online.steps(...INDEXES.map(online.createIndex));
export const down = online.steps(...INDEXES.map(online.dropIndex));
