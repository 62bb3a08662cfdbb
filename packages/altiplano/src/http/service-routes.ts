import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answer, type Service } from '../pipeline.ts';
import type { Reply } from '../respond/reply.ts';
import { readAddress } from './address.ts';
import { hasAlready } from './preconditions.ts';
import { send, signalOf, watched } from './send.ts';

/** List and detail of one resource. */
export function mountService(fastify: FastifyInstance, service: Service): void {
  const { path, reads } = service.resource;
  if (!reads) return;
  fastify.get(path, (request, reply) => serve(service, null, request, reply));
  fastify.get<{ Params: { id: string } }>(`${path}:id/`, (request, reply) =>
    serve(service, request.params.id, request, reply),
  );
}

async function serve(
  service: Service,
  id: string | null,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const answered = await answer(watched(service, request), {
    ...readAddress(request),
    // The declared path: a target may come as an absolute URL, or with a fragment.
    path: service.resource.path,
    id,
    authorization: request.headers.authorization,
    signal: signalOf(reply),
  });
  return send(reply, unlessKnown(answered, request));
}

/** What the client has already is not sent again. */
function unlessKnown(answered: Reply, { headers }: FastifyRequest): Reply {
  const { etag } = answered.headers;
  if (etag === undefined || !hasAlready(headers['if-none-match'], etag)) return answered;
  return { status: 304, headers: { etag }, body: '' };
}
