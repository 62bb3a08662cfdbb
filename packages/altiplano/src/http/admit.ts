import type { FastifyRequest } from 'fastify';
import { Failure } from '../errors/failure.ts';
import type { Service } from '../pipeline.ts';
import { within } from '../profile/trace.ts';
import type { Fault } from './json-text.ts';
import type { JsonText } from './read-body.ts';

/** Before the body: 10 MB are read for somebody only. What the token may do is asked in the statement. */
export async function admit(
  { unavailable, authenticator }: Pick<Service, 'unavailable' | 'authenticator'>,
  { headers, trace }: FastifyRequest,
): Promise<void> {
  const failure = unavailable();
  if (failure !== null) throw failure;
  await within(trace, () => authenticator.authenticate(headers.authorization, headers));
}

/**
 * Where none is wanted an empty object is none: some clients always send one.
 * @throws REQ_BODY
 */
export function bodyFor(
  bodied: boolean,
  body: JsonText | null | undefined,
): { readonly body: string | null; readonly fault?: Fault | null } {
  if (bodied) return body ? { body: body.text, fault: body.fault } : { body: null };
  if (!body || /^\s*\{\s*\}\s*$/.test(body.text)) return { body: null };
  throw new Failure('REQ_BODY', { values: { reason: 'nothing is wanted here; send none.' } });
}
