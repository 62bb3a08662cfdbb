import type { Captured } from '../call-site.ts';
import { busy, now } from '../clock.ts';
import type { Wait } from '../query-entry.ts';
import { swallow } from '../state.ts';
import { leaveWait } from './connection.ts';

/** Somebody asks a pool for a connection. */
export function beginWait(opens: boolean, captured: Captured | null = null): Wait {
  const asked = now();
  return { asked, busy: busy(), captured, opens, acquired: asked, acquiredBusy: 0 };
}

/** The connection is there: its first query says how long it was waited for. */
export function arrive(client: unknown, wait: Wait): void {
  try {
    if (typeof client !== 'object' || client === null) return;
    wait.acquired = now();
    wait.acquiredBusy = busy();
    leaveWait(client, wait);
  } catch (error) {
    swallow(error);
  }
}

export function waited<T>(connecting: Promise<T>, wait: Wait): Promise<T> {
  return connecting.then((client) => {
    arrive(client, wait);
    return client;
  });
}
