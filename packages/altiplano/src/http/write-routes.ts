import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../errors/failure.ts';
import type { Service } from '../pipeline.ts';
import { pathBelow } from '../resource/path-below.ts';
import { answerWrite } from '../write/answer.ts';
import type { WriteCall, WriteRoute } from '../write/call.ts';
import { writeRoutes } from '../write/routes.ts';
import { readAddress } from './address.ts';
import { admit, bodyFor } from './admit.ts';
import type { BodyRoom } from './body-room.ts';
import type { Profiling } from './profiling.ts';
import { checkEncoding, type JsonText, MOST_BODY_BYTES } from './read-body.ts';
import { send, signalOf, watched } from './send.ts';

/** Endpoints that change something: those a resource's `writes` make. Needs `acceptJson` around it. */
export function mountWrites(fastify: FastifyInstance, service: Service, room: BodyRoom, profiling: Profiling): void {
  const { path } = service.resource;
  for (const route of writeRoutes(service.resource)) {
    fastify.route({
      method: route.method,
      url: pathBelow(path, route.path),
      bodyLimit: MOST_BODY_BYTES,
      errorHandler: profiling.refuses(service),
      onRequest: async (request, reply) => {
        await admit(service, request);
        checkEncoding(request);
        room.enter(request, reply, MOST_BODY_BYTES);
      },
      handler: async (request, reply) => {
        const call = readCall(service, route, request, reply);
        const work = () => answerWrite(watched(service, request), call);
        return send(reply, await profiling.around(service, request, work), service.identity);
      },
    });
  }
}

function readCall(service: Service, route: WriteRoute, request: FastifyRequest, reply: FastifyReply): WriteCall {
  const { headers } = request;
  return {
    ...readAddress(request),
    path: service.resource.path,
    route,
    parameters: request.params as WriteCall['parameters'],
    ...bodyOf(route, request.body as JsonText | null | undefined),
    authorization: headers.authorization,
    // Given twice, it comes joined by a comma and a space, which no key has.
    idempotencyKey: headers['idempotency-key']?.toString() ?? null,
    ifMatch: headers['if-match'] ?? null,
    requestId: request.id,
    signal: signalOf(reply),
  };
}

function bodyOf({ bodied }: WriteRoute, body: JsonText | null | undefined): Pick<WriteCall, 'body' | 'fault'> {
  if (bodied && !body) throw new Failure('REQ_BODY', { values: { reason: 'there is none.' } });
  return bodyFor(bodied, body);
}
