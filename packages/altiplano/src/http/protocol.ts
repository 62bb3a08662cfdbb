import type { FastifyInstance } from 'fastify';
import { Failure } from '../errors/failure.ts';

/** Node would refuse these by itself, and bare: with `requireHostHeader: false` and a listener it leaves them to us. */
export function checkProtocol(fastify: FastifyInstance): void {
  const { server } = fastify;
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  fastify.addHook('onRequest', async ({ raw: { headers, httpVersion } }) => {
    if (headers.host === undefined && httpVersion === '1.1')
      throw new Failure('REQ_MALFORMED', { values: { problem: 'HTTP/1.1 needs a Host header.' } });
    const { expect } = headers;
    // Node has said it before anybody is asked.
    if (expect === undefined || expect.toLowerCase() === '100-continue') return;
    throw new Failure('REQ_EXPECTATION', { values: { expectation: expect.slice(0, 100) } });
  });
}
