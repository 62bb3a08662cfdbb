import { Buffer } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { Failure } from '../errors/failure.ts';
import type { Address } from '../respond/reply.ts';

/** Characters; more than any list of 100 uuids needs. Longer ones are refused before anything else looks at them. */
export const LONGEST_QUERY = 16_384;

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * Where a request came in. Links are built from it, so a Host that could carry anything but a host is refused. Behind a
 * trusted proxy Fastify reads protocol and host from the forwarded headers.
 * @throws REQ_MALFORMED, REQ_URI_TOO_LONG
 */
export function readAddress(request: FastifyRequest): Address {
  const [path, query] = splitTarget(request.raw.url ?? '/');
  return {
    origin: `${request.protocol}://${readHost(request)}`,
    path,
    query: withoutProfile(readQuery(query)),
    headers: request.headers,
  };
}

/** Path and query string as they were sent. */
export function splitTarget(target: string): readonly [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** What links add to an address. */
const PLACES: readonly string[] = ['cursor', 'limit', 'offset'];

/**
 * Counted as it is read and without its place, so that a link to another page, which is encoded in full and names one, is taken wherever the
 * address it was made of was. Undecoded it is three times as long, or nine; Node reads no more than `MOST_HEADER_BYTES` of that.
 * @throws REQ_URI_TOO_LONG
 */
export function checkLength(target: string): void {
  const [, query] = splitTarget(target);
  // Decoded no text is longer.
  if (query.length <= LONGEST_QUERY) return;
  let length = -1;
  for (const [name, value] of readQuery(query)) {
    if (PLACES.includes(name) && value.length <= LONGEST_QUERY) continue;
    length += 1 + name.length + (value === '' ? 0 : 1 + value.length);
  }
  if (length > LONGEST_QUERY) throw new Failure('REQ_URI_TOO_LONG', { values: { limit: LONGEST_QUERY } });
}

function readHost(request: FastifyRequest): string {
  const host = request.host;
  if (HOST.test(host)) return host;
  // HTTP/1.0 needs no Host: then links lead to the address the connection came in at.
  if (host === '') return `${request.socket.localAddress ?? '127.0.0.1'}:${request.socket.localPort ?? 80}`;
  throw new Failure('REQ_MALFORMED', {
    values: { problem: 'Host must be a host name or address, with or without a port.' },
  });
}

/** Asking for a profile changes no answer: no link, cursor or kept reply knows of it. A value that is none is refused by who reads the rest. */
function withoutProfile(query: URLSearchParams): URLSearchParams {
  const asked = query.getAll('_profile').at(-1);
  if (asked === 'true' || asked === 'false') query.delete('_profile');
  return query;
}

/** Node hands a target over byte by byte (latin1); a client that did not percent-encode its UTF-8 still gets through. */
function readQuery(query: string): URLSearchParams {
  return new URLSearchParams(/[\x80-\xff]/.test(query) ? Buffer.from(query, 'latin1').toString('utf8') : query);
}
