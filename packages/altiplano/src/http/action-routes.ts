import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerAction } from '../action/answer.ts';
import type { ActionCall } from '../action/call.ts';
import type { ActionService } from '../action/service.ts';
import { readAddress } from './address.ts';
import { admit, bodyFor } from './admit.ts';
import type { BodyRoom } from './body-room.ts';
import { hasAlready } from './preconditions.ts';
import { isProfiled } from './profiled-reply.ts';
import type { Profiling } from './profiling.ts';
import { checkEncoding, type JsonText, MOST_BODY_BYTES } from './read-body.ts';
import { send, signalOf, watched } from './send.ts';

/** One endpoint of an app's own. Needs `acceptJson` around it. */
export function mountAction(
  fastify: FastifyInstance,
  service: ActionService,
  room: BodyRoom,
  profiling: Profiling,
): void {
  const { method, path } = service.action;
  fastify.route({
    method,
    url: path,
    bodyLimit: MOST_BODY_BYTES,
    errorHandler: profiling.refuses(service),
    onRequest: async (request, reply) => {
      await admit(service, request);
      if (method === 'GET') return;
      checkEncoding(request);
      room.enter(request, reply, MOST_BODY_BYTES);
    },
    handler: async (request, reply) => {
      const call = readCall(service, request, reply);
      const work = () => answerAction(watched(service, request), call);
      const answered = await profiling.around(service, request, work);
      const { etag } = answered.headers;
      const isKnown =
        !isProfiled(answered) &&
        method === 'GET' &&
        etag !== undefined &&
        hasAlready(request.headers['if-none-match'], etag);
      return send(reply, isKnown ? { status: 304, headers: { etag }, body: '' } : answered, service.identity);
    },
  });
}

function readCall({ action }: ActionService, request: FastifyRequest, reply: FastifyReply): ActionCall {
  const { headers } = request;
  const body = request.body as JsonText | null | undefined;
  return {
    ...readAddress(request),
    path: action.path,
    parameters: request.params as ActionCall['parameters'],
    ...bodyFor(action.body !== null, body),
    authorization: headers.authorization,
    // Given twice, it comes joined by a comma and a space, which no key has.
    idempotencyKey: headers['idempotency-key']?.toString() ?? null,
    ifMatch: headers['if-match'] ?? null,
    requestId: request.id,
    signal: signalOf(reply),
  };
}
