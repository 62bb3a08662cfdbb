import { capture } from '../call-site.ts';
import { STACKS } from '../level.ts';
import { notes, stackOf, withStack } from '../scope.ts';
import { swallow } from '../state.ts';
import { type Method, type Methods, methodsOf } from './patch.ts';

const PATCHED = Symbol.for('altiplano.profile.lazy');

/**
 * A builder that runs when it is awaited does so in a job of its own, where nothing is left of who awaited it. But `await` reads
 * its `then` at once (ECMA-262, Promise Resolve Functions), so as a getter that is where the stack can be had.
 */
export function patchThen(methods: Methods): void {
  const original = methods.then;
  if (typeof original !== 'function' || PATCHED in methods) return;
  Object.defineProperty(methods, PATCHED, { value: true });
  Object.defineProperty(methods, 'then', {
    configurable: true,
    enumerable: Object.getOwnPropertyDescriptor(methods, 'then')?.enumerable ?? false,
    get: function then() {
      return captured(original as Method, then);
    },
  });
}

function captured(original: Method, below: Method): Method {
  try {
    if (!notes(STACKS)) return original;
    const stack = stackOf() ?? capture(below);
    return function then(this: unknown, ...given: unknown[]): unknown {
      return withStack(stack, () => original.apply(this, given));
    };
  } catch (error) {
    swallow(error);
    return original;
  }
}

/** Drizzle's builders all derive from it, or have its methods copied. */
export function patchDrizzle(exported: unknown): void {
  const methods = methodsOf((exported as { QueryPromise?: unknown }).QueryPromise);
  if (methods !== null) patchThen(methods);
}
