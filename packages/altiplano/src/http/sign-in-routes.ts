import type { FastifyInstance } from 'fastify';
import { answerSignIn } from '../sign-in/answer.ts';
import { SIGN_IN_ENDPOINTS } from '../sign-in/call.ts';
import type { SignInService } from '../sign-in/service.ts';
import { readAddress } from './address.ts';
import type { BodyRoom } from './body-room.ts';
import { checkEncoding, type JsonText } from './read-body.ts';
import { send, signalOf } from './send.ts';

/** Nobody has signed in yet: what is read for them is an address and a password. */
const MOST_BYTES = 16 * 1024;

/** The endpoints of one app's sign-in. Needs `acceptJson` around it. */
export function mountSignIn(fastify: FastifyInstance, service: SignInService, room: BodyRoom): void {
  for (const endpoint of SIGN_IN_ENDPOINTS) {
    fastify.post(`${service.signIn.path}/${endpoint}`, {
      bodyLimit: MOST_BYTES,
      onRequest: async (request, reply) => {
        const failure = service.unavailable();
        if (failure !== null) throw failure;
        checkEncoding(request);
        room.enter(request, reply, MOST_BYTES);
      },
      handler: async (request, reply) => {
        const { headers } = request;
        const body = request.body as JsonText | null | undefined;
        const call = {
          endpoint,
          body: body?.text ?? null,
          fault: body?.fault ?? null,
          query: readAddress(request).query,
          authorization: headers.authorization,
          idempotencyKey: headers['idempotency-key']?.toString() ?? null,
          ifMatch: headers['if-match'] ?? null,
          address: request.ip,
          signal: signalOf(reply),
        };
        const work = () => answerSignIn(service, call);
        const { trace } = request;
        return send(reply, await (trace === null ? work() : trace.recorder.run(work)));
      },
    });
  }
}
