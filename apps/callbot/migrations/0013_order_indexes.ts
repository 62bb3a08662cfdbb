import { online } from 'altiplano';

// What `order=` walks. Names by code point, so that the order is the same on every server; figures in the rollup's rows, of
// customers that are there.
const INDEXES: readonly online.IndexDefinition[] = [
  { name: 'idx_customer_name', table: 'customer', on: '(workspace_id, name collate "C", id) where not is_deleted' },
  // A page in order of a figure, or found by bitmaps, looks its rows up one by one: a bucket is one buffer where a tree is three.
  { name: 'idx_customer_row', table: 'customer', on: 'using hash (id)' },
  { name: 'idx_customer_duration_order', table: 'customer', on: '(workspace_id, duration, id) where not is_deleted' },
  ...['total_calls', 'total_duration_seconds_order', 'billing_summary_total_cost_order'].map((figure) => ({
    name: `idx_customer_call_rollup_${figure}`.slice(0, 63),
    table: 'customer_call_rollup',
    on: `(workspace_id, ${figure}, customer_id) where live > 0`,
  })),
];

export const up = online.steps(...INDEXES.map(online.createIndex));
export const down = online.steps(...INDEXES.map(online.dropIndex));
