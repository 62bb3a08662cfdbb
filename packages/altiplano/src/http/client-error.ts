import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
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
  const failure = explain(error.code);
  const body = JSON.stringify(toProblem(failure, randomUUID()));
  const headers = {
    ...problemHeaders(failure),
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

function explain(code: string | undefined): Failure {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Failure('REQ_HEADERS_TOO_LARGE', { values: { limit: MOST_HEADER_BYTES } });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Failure('REQ_MALFORMED', { values: { problem: 'it did not arrive in time.' } });
    default:
      return new Failure('REQ_MALFORMED', { values: { problem: 'it is not HTTP/1.1.' } });
  }
}
