import { compared, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import type { Listing, Row } from './listing.ts';

const written = ['id', 'period_start', 'period_end', 'people', 'entries', 'average_mood', 'average_stress', 'at_risk'];

export const reports: Listing = {
  table: 'wellness_report',
  order: 'period_start',
  columns: [
    'id::text AS key',
    'period_start::text AS time',
    ...written.map((column) => `${jsonOf(column)} AS ${column}`),
    `${jsonTimeOf('created_at')} AS created_at`,
  ],
  filters: {},
  searched: null,
  visible: ({ tenant }) => [compared('tenant_id', '=', tenant, 'uuid')],
  item: async (_, row) => write(row),
  detail: async (_, row) => write(row),
};

function write(row: Row): string {
  return jsonObject([...written, 'created_at'].map((column) => [column, row[column] ?? 'null']));
}
