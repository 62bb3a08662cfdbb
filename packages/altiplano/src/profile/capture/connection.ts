import type { Connection, Wait } from '../query-entry.ts';
import { state } from '../state.ts';

const connections = new WeakMap<object, Connection>();
const waits = new WeakMap<object, Wait>();

export function connectionOf(client: object): Connection {
  const known = connections.get(client);
  if (known !== undefined) return known;
  const connection = { number: ++state.connections, transaction: null };
  connections.set(client, connection);
  return connection;
}

/** Somebody waited for this connection; the first query over it says so. */
export function leaveWait(client: object, wait: Wait): void {
  // Who had it before gave it back: whatever it left open while nobody listened is over.
  connectionOf(client).transaction = null;
  waits.set(client, wait);
}

export function takeWait(client: object): Wait | null {
  const wait = waits.get(client);
  if (wait === undefined) return null;
  waits.delete(client);
  return wait;
}
