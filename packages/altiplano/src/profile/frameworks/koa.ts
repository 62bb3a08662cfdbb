import { type Method, methodsOf, replace } from '../capture/patch.ts';
import { handlerBegins, isOf, type ServedRequest, servedBy } from './request.ts';

interface Context {
  readonly req: unknown;
  readonly request?: { readonly body?: unknown };
  _matchedRoute?: unknown;
}

/** Koa has no routes; `@koa/router` leaves the one that matched on the context. What follows the middleware is the printing of the body. */
export function patchKoa(exported: unknown): void {
  const methods = methodsOf((exported as { default?: unknown } | undefined)?.default ?? exported);
  if (methods !== null) replace(methods, 'handleRequest', profiledHandling);
}

function profiledHandling(original: Method): Method {
  return function handleRequest(this: unknown, context: Context, middleware: Method, ...rest: unknown[]): unknown {
    const underway = servedBy(context.req);
    if (underway === null) return original.call(this, context, middleware, ...rest);
    isOf(underway, 'koa');
    watch(underway, context);
    const followed = async (...given: unknown[]) => {
      const value = await middleware(...given);
      underway.recorder.enters('serializer');
      return value;
    };
    return original.call(this, context, followed, ...rest);
  };
}

function watch(underway: ServedRequest, context: Context): void {
  underway.body = () => context.request?.body;
  let matched: unknown;
  Object.defineProperty(context, '_matchedRoute', {
    configurable: true,
    enumerable: true,
    get: () => matched,
    set(value: unknown) {
      matched = value;
      handlerBegins(underway);
    },
  });
  underway.routeAtEnd = () => (typeof matched === 'string' ? matched : null);
}
