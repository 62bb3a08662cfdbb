import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '../errors/failure.ts';
import { type Fault, findFault } from './json-text.ts';

/** Of one body (contract: conventions). */
export const MOST_BODY_BYTES = 10 * 1024 * 1024;

/** A body as handlers get it. */
export interface JsonText {
  readonly text: string;
  readonly fault: Fault | null;
}

/** Bodies of a scope are JSON and nothing else; handlers get the text, so that no number passes through JavaScript. */
export function acceptJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, bytes: Buffer) => readJsonText(bytes),
  );
}

/** @throws REQ_MEDIA_TYPE for another charset or a compressed body: they would be read as something else */
export function checkEncoding({ headers }: FastifyRequest): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(type)?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset)) throw new Failure('REQ_MEDIA_TYPE', { values: { type: type.slice(0, 100) } });
  if (encoding.toLowerCase() !== 'identity') {
    throw new Failure('REQ_MEDIA_TYPE', { values: { type: `Content-Encoding: ${encoding.slice(0, 50)}` } });
  }
}

/**
 * Bytes → text, which is JSON if it is anything: whoever takes it apart will see. Null when there are none.
 * @throws REQ_BODY when it cannot be read, REQ_INVALID naming the member of too many values
 */
export function readJsonText(bytes: Uint8Array): JsonText | null {
  if (bytes.length === 0) return null;
  const text = decode(bytes);
  const fault = findFault(text);
  if (fault === null || fault.isParseable) return { text, fault };
  if (fault.path === '') throw unreadable(fault.problem);
  throw new Failure('REQ_INVALID', { errors: { [fault.path]: [fault.problem] } });
}

const unreadable = (reason: string): Failure => new Failure('REQ_BODY', { values: { reason } });

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable('it is not UTF-8.');
  }
}
