import { IncomingMessage } from 'node:http';
import { Http2ServerRequest } from 'node:http2';
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
export function patchRoute(): void {
  // One setter for all: a property of its own made every request an object of a shape of its own.
  for (const { prototype } of [IncomingMessage, Http2ServerRequest])
    Object.defineProperty(prototype, 'route', { configurable: true, get: () => undefined, set: setRoute });
}

function setRoute(this: ExpressRequest, value: unknown): void {
  Object.defineProperty(this, 'route', { configurable: true, enumerable: true, writable: true, value });
  try {
    if (typeof this.app === 'function') noteRoute(servedBy(this));
  } catch (error) {
    swallow(error);
  }
}

export function watchExpress(underway: ServedRequest, request: ExpressRequest): void {
  underway.routeAtEnd = () => {
    if (typeof request.app !== 'function') return null;
    isOf(underway, 'express');
    const { route } = request;
    if (typeof route?.path !== 'string') return null;
    // A router that is mounted below a parameter has its value there.
    return routeOfPath(request.baseUrl ?? '') + (route.path === '/' && request.baseUrl ? '' : route.path);
  };
}

function noteRoute(underway: ServedRequest | null): void {
  if (underway === null) return;
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
