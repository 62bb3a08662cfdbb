import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answer, type Service } from '../pipeline.ts';
import { chooseResource } from '../request/choose-resource.ts';
import { pathBelow } from '../resource/path-below.ts';
import type { Reply } from '../respond/reply.ts';
import { readAddress } from './address.ts';
import { hasAlready } from './preconditions.ts';
import { isProfiled } from './profiled-reply.ts';
import type { Profiling } from './profiling.ts';
import { send, signalOf, watched } from './send.ts';

/** List and detail of each resource; where several share a path, a parameter chooses among them. */
export function mountServices(fastify: FastifyInstance, services: readonly Service[], profiling: Profiling): void {
  const paths = new Map<string, [Service, ...Service[]]>();
  for (const service of services.filter(({ resource }) => resource.reads)) {
    const { path } = service.resource;
    const beside = paths.get(path);
    if (beside === undefined) paths.set(path, [service]);
    else beside.push(service);
  }
  for (const [path, together] of paths) {
    const errorHandler = profiling.refuses(together[0]);
    fastify.get(path, { errorHandler }, (request, reply) => serve(together, null, { request, reply, profiling }));
    if (together[0].resource.chosenBy !== null) continue;
    fastify.get<{ Params: { id: string } }>(pathBelow(path, ':id/'), { errorHandler }, (request, reply) =>
      serve(together, request.params.id, { request, reply, profiling }),
    );
  }
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly profiling: Profiling;
}

async function serve(
  services: readonly [Service, ...Service[]],
  id: string | null,
  { request, reply, profiling }: Exchange,
): Promise<FastifyReply> {
  const address = readAddress(request);
  const { chosen: service, refusal } = chooseResource(services, address.query);
  const call = {
    ...address,
    // The declared path: a target may come as an absolute URL, or with a fragment.
    path: service.resource.path,
    id,
    refusal,
    authorization: request.headers.authorization,
    signal: signalOf(reply),
  };
  const work = () => answer(watched(service, request), call);
  const answered = await profiling.around(service, request, work);
  return send(reply, unlessKnown(answered, request), service.identity);
}

/** What the client has already is not sent again. */
function unlessKnown(answered: Reply, { headers }: FastifyRequest): Reply {
  const { etag } = answered.headers;
  if (etag === undefined || isProfiled(answered) || !hasAlready(headers['if-none-match'], etag)) return answered;
  return { status: 304, headers: { etag }, body: '' };
}
