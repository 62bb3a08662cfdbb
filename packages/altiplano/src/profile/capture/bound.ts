import { state } from '../state.ts';
import type { Method } from './patch.ts';

/** The callback in the recording that it was given in, or in none as there was none. */
export function bound(callback: Method): Method {
  const frame = state.storage.getStore();
  return function calledBack(this: unknown, ...given: unknown[]): unknown {
    if (state.storage.getStore() === frame) return callback.apply(this, given);
    // The types know no scope that is left; the storage does.
    return state.storage.run(frame as never, () => callback.apply(this, given));
  };
}
