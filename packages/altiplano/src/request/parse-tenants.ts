import type { Resource } from '../resource/resource.ts';
import { type Paging, readPaging } from './paging.ts';
import { invalid, parseDetailQuery } from './parse.ts';
import type { ParsedRequest } from './parse-request.ts';
import { suggest } from './suggest.ts';
import { isMessage, NOBODY, READERS, type Reading } from './values.ts';

const PAGING = ['cursor', 'page_size', 'count'] as const;
const KNOWN = [...PAGING, '_profile'];

/**
 * Query and path → Request, where the rows are tenants and none is named: the list is all that the caller may enter. A
 * detail is an entry into that one, and is refused as any other entry is: an id that is no uuid is nobody's.
 * @throws REQ_INVALID when a list's parameters are wrong: there is no membership that would have to be known first
 */
export function parseTenants(resource: Resource, id: string | null, query: URLSearchParams): ParsedRequest {
  if (id === null)
    return { request: { kind: 'tenants', resource, tenant: '', ...parsePaging(resource, query) }, refusal: null };
  const reading = READERS.uuid(id);
  const tenant = isMessage(reading) ? NOBODY : reading.value;
  const refusal = parseDetailQuery(resource, query);
  const kind = refusal === null ? 'tenant' : 'entry';
  return { request: { kind, resource, tenant }, refusal };
}

function parsePaging(resource: Resource, query: URLSearchParams): Paging {
  const problems = new Map<string, readonly string[]>();
  const note = <T>(parameter: string, reading: Reading<T>): T | undefined => {
    if (!isMessage(reading)) return reading.value;
    problems.set(parameter, [...(problems.get(parameter) ?? []), reading.message]);
    return undefined;
  };
  const given = new Map<(typeof PAGING)[number], string>();
  // A map keeps the last value of a repeated parameter.
  for (const [parameter, text] of new Map(query)) {
    const paging = PAGING.find((known) => known === parameter);
    if (text.includes('\0')) note(parameter, { message: 'Must not contain the NUL character.' });
    else if (paging !== undefined) given.set(paging, text);
    else if (parameter === '_profile') note(parameter, READERS.boolean(text));
    else note(parameter, { message: `Unknown parameter. ${suggest(parameter, KNOWN)}` });
  }
  const paging = readPaging(resource, given, note);
  if (problems.size > 0) throw invalid(problems);
  return paging;
}
