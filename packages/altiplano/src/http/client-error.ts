import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { Failure } from '../errors/failure.ts';
import { problemHeaders, toProblem } from '../errors/problem.ts';

/**
 * Node's default is 16 kB for request line and headers together, and a bare 431 beyond. This much is read so that a
 * query string of 64 kB gets an explanation.
 */
export const MOST_HEADER_BYTES = 256 * 1024;

/** Answers what never became a request: not HTTP, too large, too slow. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const failure = new Failure('REQ_INVALID', { errors: { request: [explain(error.code)] } });
  const body = JSON.stringify(toProblem(failure, randomUUID()));
  const headers = {
    ...problemHeaders(failure),
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${failure.status} Bad Request\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function explain(code: string | undefined): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return `Request line and headers must not be longer than ${MOST_HEADER_BYTES} bytes together.`;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'The request did not arrive in time.';
    default:
      return 'Must be HTTP/1.1.';
  }
}
