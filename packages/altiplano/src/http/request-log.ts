import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

/**
 * One line for each request: which route, how it ended, how long each stage took. Never a path, a query string or a
 * header: they hold ids, search texts and credentials. A reply's connection closes once whether or not it got through.
 */
export function recordRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const started = performance.now();
    reply.raw.once('close', () => {
      const ms = performance.now() - started;
      const route = request.routeOptions.url ?? 'unknown';
      // 499: the client left before the reply was out.
      const status = reply.raw.writableFinished ? reply.statusCode : 499;
      const lock = request.stages?.lock;
      const lockSeconds = lock === undefined ? {} : { lockSeconds: lock / 1000 };
      metrics.observeRequest({ method: request.method, route, status, seconds: ms / 1000, ...lockSeconds });
      const line = { method: request.method, route, status, ms: round(ms) };
      request.log.info(
        { ...line, ...(request.stages === null ? {} : { stages: roundAll(request.stages) }) },
        'request',
      );
    });
  });
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

const roundAll = (stages: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(stages).map(([stage, ms]) => [stage, round(ms)]));
