import type { Failure } from '../errors/failure.ts';
import type { Resource } from '../resource/resource.ts';
import { parseDetailQuery, parseList, parseTenant } from './parse.ts';
import { parseTenants } from './parse-tenants.ts';
import type { Request } from './request.ts';
import { readPathKey } from './values.ts';

export interface ParsedRequest {
  readonly request: Request;
  /** Stands only for a member: what runs instead asks no more than whether the caller is one. */
  readonly refusal: Failure | null;
}

/**
 * Query and path → Request. An id that cannot be one is an id that is not there.
 * @param own the tenant that the credential is good for; without it the query names one
 * @throws REQ_INVALID when the tenant is missing or malformed
 */
export function parseRequest(
  resource: Resource,
  id: string | null,
  query: URLSearchParams,
  own?: string,
): ParsedRequest {
  if (resource.tenants !== null) return parseTenants(resource, id, query);
  const tenant = parseTenant(resource, query, own);
  const refused = (refusal: Failure): ParsedRequest => entryOnly(resource, tenant, refusal);
  if (id === null) {
    const parsed = parseList(resource, query, own);
    return 'refusal' in parsed ? refused(parsed.refusal) : { request: parsed.request, refusal: null };
  }
  const refusal = parseDetailQuery(resource, query, own);
  if (refusal !== null) return refused(refusal);
  return {
    request: { kind: 'detail', resource, tenant, id: readPathKey(resource.keyType, id) },
    refusal: null,
  };
}

/**
 * A request that was refused before it was known what it is for.
 * @throws REQ_INVALID when the tenant is missing or malformed
 */
export function refuseRequest(
  resource: Resource,
  query: URLSearchParams,
  refusal: Failure,
  own?: string,
): ParsedRequest {
  return entryOnly(resource, parseTenant(resource, query, own), refusal);
}

const entryOnly = (resource: Resource, tenant: string, refusal: Failure): ParsedRequest => ({
  request: { kind: 'entry', resource, tenant },
  refusal,
});
