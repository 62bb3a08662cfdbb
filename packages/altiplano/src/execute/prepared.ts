import type { Statement } from '../sql/statement.ts';
import type { Client } from './pool.ts';

/**
 * A connection keeps every statement it has prepared, each with its plan (about 0.3 MB), and the driver knows no way to
 * drop one: after this many different ones it is replaced.
 */
const MOST_PREPARED = 100;

const prepared = new WeakMap<Client, Set<string>>();

/** Notes what the connection has prepared by now; true when it is to be replaced. */
export function isFull(client: Client, statements: readonly Statement[]): boolean {
  const names = prepared.get(client) ?? new Set();
  for (const { name } of statements) names.add(name);
  prepared.set(client, names);
  return names.size > MOST_PREPARED;
}
