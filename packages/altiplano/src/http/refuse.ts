import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../errors/failure.ts';
import { asFailure, problemHeaders, toProblem } from '../errors/problem.ts';
import { describeError } from './describe-error.ts';
import { Refusal } from './refusal.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Whatever was thrown, as a problem document. */
export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const failure = failureOf(error, request);
  const details = error instanceof Refusal ? error.details : {};
  if (failure.status >= 500) {
    request.log.error({ problem: failure.code, error: describeError(error) }, 'refused');
  }
  // The client is gone: the text is for nobody, but the reply must end for the request to be over.
  if (failure.code === 'EXEC_CANCELLED') return reply.code(failure.status).send('');
  const problem = { ...toProblem(failure, request.id), ...details.members, ...request.profiled?.members };
  return reply
    .code(failure.status)
    .headers({
      'x-request-id': request.id,
      ...SECURITY_HEADERS,
      ...problemHeaders(failure),
      ...details.headers,
      ...request.profiled?.headers,
    })
    .send(JSON.stringify(problem));
}

/** What was thrown, as what is answered. */
export function failureOf(error: unknown, request: FastifyRequest): Failure {
  return error instanceof Refusal ? error.failure : (readFastifyError(error, request) ?? asFailure(error));
}

/** What Fastify and Node refuse, for those that are the client's doing. */
function readFastifyError(error: unknown, request: FastifyRequest): Failure | null {
  if (!(error instanceof Error) || error instanceof Failure) return null;
  const reason = (text: string) => new Failure('REQ_BODY', { values: { reason: text } });
  switch ('code' in error ? error.code : undefined) {
    case 'FST_ERR_BAD_URL':
      return new Failure('REQ_PATH_UNKNOWN', { values: { suggestion: 'The path is not properly percent-encoded.' } });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Failure('REQ_BODY_TOO_LARGE', { values: { limit: request.routeOptions.bodyLimit ?? 0 } });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Failure('REQ_MEDIA_TYPE', { values: { type: request.headers['content-type']?.slice(0, 100) ?? '' } });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return reason('it is not as long as Content-Length says.');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return reason('it is empty.');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return reason('it is not JSON.');
    case 'ECONNRESET':
      // Broken off while its body was read; others' connections break too, once it is there.
      return request.raw.complete ? null : new Failure('EXEC_CANCELLED', { cause: error });
    default:
      return null;
  }
}
