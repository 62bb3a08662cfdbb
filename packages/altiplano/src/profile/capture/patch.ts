import { swallow } from '../state.ts';

// biome-ignore lint/suspicious/noExplicitAny: methods of libraries that are looked at, not called.
export type Method = (this: any, ...parameters: any[]) => any;
export type Methods = Record<string, unknown>;

const PATCHED = Symbol.for('altiplano.profile.patched');

/** The prototype of a class of somebody else's; null for what is none. */
export function methodsOf(type: unknown): Methods | null {
  if (typeof type !== 'function') return null;
  const prototype: unknown = type.prototype;
  return typeof prototype === 'object' && prototype !== null ? (prototype as Methods) : null;
}

/** Puts a method in the place of another, once; the same name, length and properties stay. */
export function replace(target: Methods, name: string, by: (original: Method) => Method): boolean {
  const original = target[name] as (Method & { [PATCHED]?: true }) | undefined;
  if (typeof original !== 'function' || original[PATCHED]) return false;
  const method = by(original);
  Object.defineProperties(method, { ...Object.getOwnPropertyDescriptors(original), [PATCHED]: { value: true } });
  const descriptor = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    configurable: true,
    writable: true,
    enumerable: descriptor?.enumerable ?? false,
    value: method,
  });
  return true;
}

/** Has something noted before a method runs; what it does and answers stays its own. */
export function before(target: Methods, name: string, hook: Method): void {
  replace(target, name, (original) => {
    return function noted(this: unknown, ...given: unknown[]): unknown {
      try {
        hook.apply(this, given);
      } catch (error) {
        swallow(error);
      }
      return original.apply(this, given);
    };
  });
}
