import type { OwnerClient } from '../execute/owner.ts';
import { lockOf, tryLock, unlock, waitForLock } from './lock.ts';
import { type Kind, type Registered, titleOf } from './registered.ts';

export interface Built {
  readonly rows: number;
  readonly milliseconds: number;
}

export interface AloneOptions {
  /** Builds what is ready too. */
  readonly rebuild?: boolean;
  readonly note?: (line: string) => void;
}

/**
 * Builds one rollup or bitmap while no other process does: of two at once the second waits, and finds nothing to do. Null
 * when another process has built it meanwhile. `build` returns null when a bulk load has taken away what it had built.
 */
export async function buildAlone<R extends Registered>(
  client: OwnerClient,
  kind: Kind,
  registered: R,
  read: () => Promise<R | undefined>,
  build: (now: R) => Promise<number | null>,
  { rebuild = false, note = () => {} }: AloneOptions,
): Promise<Built | null> {
  const lock = lockOf(kind, registered);
  const started = performance.now();
  if (!(await tryLock(client, lock))) {
    note(`${titleOf(registered)}: another process is at it, waiting`);
    await waitForLock(client, lock);
  }
  try {
    for (;;) {
      const now = await read();
      if (now === undefined || (now.state === 'ready' && !rebuild)) return null;
      const rows = await build(now);
      if (rows !== null) return { rows, milliseconds: performance.now() - started };
    }
  } finally {
    await unlock(client, lock).catch(() => {});
  }
}
