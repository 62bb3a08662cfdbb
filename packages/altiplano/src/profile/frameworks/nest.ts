import { before, type Method, type Methods, methodsOf, replace } from '../capture/patch.ts';
import { layer } from '../scope.ts';

const servers = new WeakSet<object>();

/** Nest runs on Express or on Fastify, which say the route; which servers are its own, it says when it begins. */
export function patchNest(exported: unknown): void {
  const methods = methodsOf((exported as { NestApplication?: unknown }).NestApplication);
  if (methods === null) return;
  before(methods, 'init', function note(this: { getHttpServer(): object }) {
    servers.add(this.getHttpServer());
  });
}

export function isNestServer(server: unknown): boolean {
  return typeof server === 'object' && server !== null && servers.has(server);
}

/** Guards are what may refuse a request: its permission. */
export function patchNestGuards(exported: unknown): void {
  const methods = methodsOf((exported as { GuardsConsumer?: unknown }).GuardsConsumer);
  if (methods !== null) replace(methods as Methods, 'tryActivate', asPermission);
}

function asPermission(original: Method): Method {
  return function tryActivate(this: unknown, ...given: unknown[]): unknown {
    return layer('permission', () => original.apply(this, given));
  };
}
