import { type Method, type Methods, replace } from '../capture/patch.ts';
import { layer } from '../scope.ts';
import { swallow } from '../state.ts';
import { handlerBegins, isOf, servedBy } from './request.ts';

interface Context {
  readonly env?: { readonly incoming?: unknown };
  json: Method;
}

/**
 * Hono's routers are handed each handler beside its route: there it is wrapped, to say which one a request came to. Its server for Node keeps node's request in `env.incoming`.
 */
export function patchHono(exported: unknown): void {
  const { Hono } = exported as { Hono?: new () => { router: object } };
  if (typeof Hono !== 'function') return;
  replace(Object.getPrototypeOf(new Hono().router) as Methods, 'add', profiledAdd);
}

function profiledAdd(original: Method): Method {
  return function add(this: unknown, method: unknown, path: string, handler: unknown, ...rest: unknown[]): unknown {
    return original.call(this, method, path, wrapped(handler, path), ...rest);
  };
}

function wrapped(given: unknown, path: string): unknown {
  if (!Array.isArray(given) || typeof given[0] !== 'function') return given;
  const [handler, ...others] = given as [Method, ...unknown[]];
  const noted = function (this: unknown, context: Context, ...rest: unknown[]): unknown {
    try {
      note(context, path, handler.length < 2);
    } catch (error) {
      swallow(error);
    }
    return handler.call(this, context, ...rest);
  };
  return [noted, ...others];
}

/** Middleware takes `next`, a handler does not. */
function note(context: Context, path: string, isHandler: boolean): void {
  const underway = servedBy(context.env?.incoming);
  if (underway === null) return;
  isOf(underway, 'hono');
  if (!isHandler) return;
  underway.route = path;
  handlerBegins(underway);
  const { json } = context;
  context.json = (...given: unknown[]) => layer('serializer', () => json.apply(context, given));
}
