import type { FastifyInstance } from 'fastify';
import { checkLength } from './address.ts';
import { refuse } from './refuse.ts';
import { chooseRequestId } from './request-id.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/**
 * What holds for every request of a scope: an id that is echoed, safe headers, a bounded query string, and refusals as
 * problem documents. A scope inside a guarded one inherits it.
 */
export function guard(scope: FastifyInstance): void {
  if (scope.hasRequestDecorator('stages')) return;
  scope.decorateRequest('stages', null);
  scope.decorateRequest('profiled', null);
  scope.decorateRequest('recorded', null);
  scope.decorateRequest('trace', null);
  scope.setGenReqId((message) => chooseRequestId(message.headers['x-request-id']));
  scope.setErrorHandler(refuse);
  scope.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, ...SECURITY_HEADERS });
    checkLength(request.raw.url ?? '');
  });
}
