import type { Order } from './field.ts';

/** A column, or `-column` for descending. */
export type SignedColumn<C extends string> = C | `-${C}`;

export function parseOrder(signed: string): Order {
  return signed.startsWith('-') ? { column: signed.slice(1), direction: 'desc' } : { column: signed, direction: 'asc' };
}

/** `-created_at,-id`: how an order is written in cursors and messages. */
export function printOrder(order: readonly Order[]): string {
  return order.map(({ column, direction }) => (direction === 'desc' ? `-${column}` : column)).join(',');
}
