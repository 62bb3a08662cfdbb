import type { IncomingMessage } from 'node:http';
import { type Method, type Methods, replace } from '../capture/patch.ts';
import { layer } from '../scope.ts';
import { swallow } from '../state.ts';
import { handlerBegins, isOf, type ServedRequest, servedBy } from './request.ts';
import { routeOfPath } from './route-of-path.ts';

interface ExpressRequest extends IncomingMessage {
  route?: { readonly path?: unknown } | undefined;
  readonly baseUrl?: string;
  readonly app?: unknown;
}

/**
 * Express 4 and 5 set `route` on the request when one has matched: what came before was middleware. So no copy of it has to be found, and
 * what is built on it (Nest, Feathers, LoopBack) is told as well.
 */
export function watchExpress(underway: ServedRequest, request: ExpressRequest): void {
  let route: ExpressRequest['route'];
  Object.defineProperty(request, 'route', {
    configurable: true,
    enumerable: true,
    get: () => route,
    set(value: ExpressRequest['route']) {
      route = value;
      try {
        if (typeof request.app === 'function') noteRoute(underway);
      } catch (error) {
        swallow(error);
      }
    },
  });
  underway.routeAtEnd = () => {
    if (typeof request.app !== 'function') return null;
    isOf(underway, 'express');
    if (typeof route?.path !== 'string') return null;
    // A router that is mounted below a parameter has its value there.
    return routeOfPath(request.baseUrl ?? '') + (route.path === '/' && request.baseUrl ? '' : route.path);
  };
}

function noteRoute(underway: ServedRequest): void {
  isOf(underway, 'express');
  handlerBegins(underway);
}

/** `res.json` is where an answer is printed; of both, of every copy. */
export function patchExpress(exported: unknown): void {
  const response = (exported as { response?: Methods } | undefined)?.response;
  if (response !== undefined) replace(response, 'json', profiledJson);
}

function profiledJson(original: Method): Method {
  return function json(this: unknown, ...given: unknown[]): unknown {
    if (servedBy(this) === null) return original.apply(this, given);
    return layer('serializer', () => original.apply(this, given));
  };
}
