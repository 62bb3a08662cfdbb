import type { Captured } from '../call-site.ts';
import { TIMINGS } from '../level.ts';
import type { Wait } from '../query-entry.ts';
import { captureFor, notes } from '../scope.ts';
import { state, swallow } from '../state.ts';
import { bound } from './bound.ts';
import { type Method, type Methods, methodsOf, replace } from './patch.ts';
import { arrive, beginWait, waited } from './waiting.ts';

/** What a pool's own query was captured with, for the connection that it asks for at once. */
let asking: Captured | null = null;

/** Notes how long a connection was waited for, in pg-pool and whatever derives from it. */
export function patchPgPool(Pool: unknown): void {
  for (let methods = methodsOf(Pool); methods !== null; methods = Object.getPrototypeOf(methods) as Methods | null) {
    if (!Object.hasOwn(methods, 'connect') || !Object.hasOwn(methods, 'query')) continue;
    replace(methods, 'connect', profiledConnect);
    replace(methods, 'query', profiledQuery);
    return;
  }
}

function profiledConnect(original: Method): Method {
  return function connect(this: Pool, ...given: unknown[]): unknown {
    if (state.active === 0 || state.quiet > 0) return original.apply(this, given);
    const wait = notes(TIMINGS) ? begin(this) : null;
    const callback = given[0];
    if (typeof callback !== 'function')
      return wait === null
        ? original.apply(this, given)
        : waited(original.apply(this, given) as Promise<unknown>, wait);
    const back = bound(callback as Method);
    return original.call(this, function connected(this: unknown, error: unknown, client: unknown, release: unknown) {
      if (wait !== null) arrive(client, wait);
      return back.call(this, error, client, release);
    });
  };
}

interface Pool {
  readonly idleCount?: number;
  readonly totalCount?: number;
  readonly options?: { readonly max?: number };
}

function begin({ idleCount = 0, totalCount = 0, options }: Pool): Wait {
  return beginWait(idleCount === 0 && totalCount < (options?.max ?? 0), asking);
}

/** Its query is asked of the driver later and from elsewhere, so where it came from is noted here. */
function profiledQuery(original: Method): Method {
  return function query(this: unknown, ...given: unknown[]): unknown {
    if (state.active === 0 || state.quiet > 0) return original.apply(this, given);
    asking = captureOf(given, query);
    try {
      return original.apply(this, given);
    } finally {
      asking = null;
    }
  };
}

function captureOf([config, values]: readonly unknown[], below: Method): Captured | null {
  try {
    const { text, values: own } = (typeof config === 'string' ? { text: config } : (config ?? {})) as {
      text?: unknown;
      values?: unknown;
    };
    const given = Array.isArray(values) ? values : own;
    return typeof text === 'string' ? captureFor(text, !Array.isArray(given) || given.length === 0, below) : null;
  } catch (error) {
    swallow(error);
    return null;
  }
}
