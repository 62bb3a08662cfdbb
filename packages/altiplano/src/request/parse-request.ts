import type { Failure } from '../errors/failure.ts';
import type { Resource } from '../resource/resource.ts';
import { parseDetailQuery, parseList, parseTenant } from './parse.ts';
import type { Request } from './request.ts';
import { isMessage, NOBODY, READERS } from './values.ts';

export interface ParsedRequest {
  readonly request: Request;
  /** Stands only for a member: what runs instead asks no more than whether the caller is one. */
  readonly refusal: Failure | null;
}

/**
 * Query and path → Request. An id that is no uuid is an id that is not there.
 * @throws REQ_INVALID when the tenant is missing or malformed
 */
export function parseRequest(resource: Resource, id: string | null, query: URLSearchParams): ParsedRequest {
  const tenant = parseTenant(resource, query);
  const refused = (refusal: Failure): ParsedRequest => ({ request: { kind: 'entry', resource, tenant }, refusal });
  if (id === null) {
    const parsed = parseList(resource, query);
    return 'refusal' in parsed ? refused(parsed.refusal) : { request: parsed.request, refusal: null };
  }
  const refusal = parseDetailQuery(resource, query);
  if (refusal !== null) return refused(refusal);
  const reading = READERS.uuid(id);
  const key = isMessage(reading) ? NOBODY : reading.value;
  return { request: { kind: 'detail', resource, tenant, id: key }, refusal: null };
}
