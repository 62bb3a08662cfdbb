import { type Database, MalformedValue } from 'altiplano/twin';

/** What a list is ordered by, and then by id in the same direction. */
export interface Order {
  readonly by: string;
  readonly direction: 'ASC' | 'DESC';
}

export const newestFirst: Order = { by: 'created_at', direction: 'DESC' };
const known = ['created_at', 'duration', 'name', 'total_calls', 'total_duration_seconds', 'total_cost'];

export function readOrder(value: string): Order {
  const by = value.replace(/^-/, '');
  if (!known.includes(by)) throw new MalformedValue('no order');
  return { by, direction: value.startsWith('-') ? 'DESC' : 'ASC' };
}

/** An ORDER BY clause on the table aliased as `customer`. Nulls come where a plain index has them: as if greatest. */
export function orderBy(database: Database, { by, direction }: Order): string {
  return `ORDER BY ${expressionOf(database, by)} ${direction}, customer.id ${direction}`;
}

function expressionOf(database: Database, by: string): string {
  const overCalls = (figure: string) => `(SELECT ${figure} FROM ${database.table('call')} call
    WHERE call.workspace_id = customer.workspace_id AND call.customer_id = customer.id AND NOT call.is_deleted)`;
  switch (by) {
    case 'name':
      return 'customer.name COLLATE "C"';
    case 'total_calls':
      return overCalls('count(*)');
    case 'total_duration_seconds':
      return overCalls('coalesce(sum(call.duration_seconds), 0)');
    case 'total_cost':
      // As it is shown, rounded: what looks the same is a tie.
      return overCalls(
        'round(coalesce(sum(coalesce(call.billing_rate, 0) * call.duration_seconds), 0)::numeric(60, 20) / 60, 2)',
      );
    default:
      return `customer.${by}`;
  }
}
