import { TIMINGS } from '../level.ts';
import type { Wait } from '../query-entry.ts';
import { notes } from '../scope.ts';
import { state, swallow } from '../state.ts';
import { type Method, methodsOf, replace } from './patch.ts';
import { beginWait, waited } from './waiting.ts';

/** Sequelize 6 keeps connections in a pool of its own, whose `acquire` is a promise. */
export function patchSequelizePool(exported: unknown): void {
  patchPool(exported, isFull, (acquired, wait) => waited(acquired as Promise<unknown>, wait));
}

interface SequelizePool {
  readonly size?: number;
  readonly maxSize?: number;
  readonly available?: number;
}
const isFull = ({ size = 0, maxSize = 0, available = 0 }: SequelizePool): boolean => available > 0 || size >= maxSize;

/** Knex keeps them in tarn's, whose `acquire` is an object with a promise in it. */
export function patchTarn(exported: unknown): void {
  patchPool(exported, isTarnFull, (acquired, wait) => {
    const pending = acquired as { promise: Promise<unknown> };
    pending.promise = waited(pending.promise, wait);
    return pending;
  });
}

interface TarnPool {
  readonly max?: number;
  numFree(): number;
  numUsed(): number;
  numPendingCreates(): number;
}
const isTarnFull = (pool: TarnPool): boolean =>
  pool.numFree() > 0 || pool.numUsed() + pool.numPendingCreates() >= (pool.max ?? 0);

function patchPool<P>(
  exported: unknown,
  full: (pool: P) => boolean,
  follow: (acquired: unknown, wait: Wait) => unknown,
) {
  const methods = methodsOf((exported as { Pool?: unknown } | undefined)?.Pool);
  if (methods === null) return;
  replace(methods, 'acquire', (original: Method) => {
    return function acquire(this: P, ...given: unknown[]): unknown {
      const wait = begin(() => full(this));
      const acquired = original.apply(this, given);
      return wait === null ? acquired : follow(acquired, wait);
    };
  });
}

/** Before anything is asked of the pool: where there is room, one is opened, which is the database's time. */
function begin(full: () => boolean): Wait | null {
  if (state.active === 0 || state.quiet > 0) return null;
  try {
    return notes(TIMINGS) ? beginWait(!full()) : null;
  } catch (error) {
    swallow(error);
    return null;
  }
}
