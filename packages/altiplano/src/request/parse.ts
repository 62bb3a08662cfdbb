import { Failure } from '../errors/failure.ts';
import type { Filter } from '../resource/filter.ts';
import type { Resource } from '../resource/resource.ts';
import { readFacets } from './facets.ts';
import { type Group, groupedFilters, MOST_ALTERNATIVES, readGroup } from './groups.ts';
import { type Note, pagingParameters, readPaging } from './paging.ts';
import type { ListRequest, Term } from './request.ts';
import { suggest } from './suggest.ts';
import { readTerm } from './terms.ts';
import { isMessage, READERS, type Reading } from './values.ts';

/** Messages for each wrong parameter; empty when the request is good. A map, because a parameter may be `__proto__`. */
type Problems = Map<string, readonly string[]>;

/** More attributes than any real request asks for; each is a condition the database checks for every candidate. */
const MOST_ATTRIBUTES = 100;

/** A request, or the refusal that stands once the caller is known to be a member (so a stranger gets 403, not 400). */
export type Parsed<R> = { readonly request: R } | { readonly refusal: Failure };

/**
 * The tenant a request is for.
 * @param own the one the credential is good for: then no parameter names it
 * @throws REQ_INVALID when it is missing or malformed: the only refusal that comes before membership
 */
export function parseTenant(resource: Pick<Resource, 'tenant'>, query: URLSearchParams, own?: string): string {
  if (own !== undefined) return own;
  const parameter = resource.tenant.column;
  const text = query.getAll(parameter).at(-1);
  const reading = text === undefined ? { message: 'This parameter is required.' } : READERS.uuid(text);
  if (isMessage(reading)) throw invalid(new Map([[parameter, [reading.message]]]));
  return reading.value;
}

/** @throws REQ_INVALID as {@link parseTenant} does */
export function parseList(resource: Resource, query: URLSearchParams, own?: string): Parsed<ListRequest> {
  const tenant = parseTenant(resource, query, own);
  const { chosenBy } = resource;
  const named = [
    ...(own === undefined ? [resource.tenant.column] : []),
    ...(chosenBy === null ? [] : [chosenBy.parameter]),
  ];
  const problems: Problems = new Map();
  const note: Note = (parameter, reading) => {
    if (!isMessage(reading)) return reading.value;
    problems.set(parameter, [...(problems.get(parameter) ?? []), reading.message]);
    return undefined;
  };

  const terms: Term[] = [];
  const any: Group[] = [];
  const paging = new Map<string, string>();
  let facets: readonly string[] = [];
  for (const [parameter, text] of lastOfEach(resource, query, named)) {
    if (text.includes('\0') && !isForgiven(resource, parameter))
      note(parameter, { message: 'Must not contain the NUL character.' });
    else if (isPaging(resource, parameter)) paging.set(parameter, text);
    else if (parameter === '_profile') note(parameter, READERS.boolean(text));
    else if (parameter === 'facets' && hasFacets(resource)) facets = note(parameter, readFacets(resource, text)) ?? [];
    else if (parameter === 'any' && hasGroups(resource)) {
      const group = note(parameter, readGroup(resource, text));
      if (group) any.push(group);
    } else {
      const term = note(parameter, readParameter(resource, parameter, text, named));
      if (term) terms.push(term);
    }
  }
  const ranked = terms.some((term) => term.kind === 'search' && term.ranked);
  const page = readPaging(resource, paging, note, ranked);
  if (terms.filter(({ kind }) => kind === 'attribute').length > MOST_ATTRIBUTES) {
    problems.set('other_attributes', [`Must be given at most ${MOST_ATTRIBUTES} times.`]);
  }
  const alternatives = any.reduce((sum, { count }) => sum + count, 0);
  if (alternatives > MOST_ALTERNATIVES) {
    note('any', { message: `Must hold at most ${MOST_ALTERNATIVES} alternatives in all; it holds ${alternatives}.` });
  }
  if (problems.size > 0) return { refusal: invalid(problems) };
  return { request: { kind: 'list', resource, tenant, terms, any: any.map((group) => group.terms), facets, ...page } };
}

const hasFacets = (resource: Resource): boolean => Object.keys(resource.facets).length > 0;
const hasGroups = (resource: Resource): boolean => groupedFilters(resource).length > 0;

function isPaging(resource: Resource, parameter: string): boolean {
  return pagingParameters(resource).includes(parameter);
}

/** Whatever it says is a page. */
function isForgiven({ envelope }: Resource, parameter: string): boolean {
  if (envelope.kind !== 'numbered' || !envelope.lenient) return false;
  return parameter === envelope.parameters.page || parameter === envelope.parameters.size;
}

/** Refuses parameters a detail does not know. */
export function parseDetailQuery(resource: Resource, query: URLSearchParams, own?: string): Failure | null {
  const known = [...(resource.tenants === null && own === undefined ? [resource.tenant.column] : []), '_profile'];
  const problems: Problems = new Map();
  for (const [parameter, text] of new Map(query)) {
    if (!known.includes(parameter)) problems.set(parameter, [`Unknown parameter. ${suggest(parameter, known)}`]);
    else if (parameter === '_profile') {
      const reading = READERS.boolean(text);
      if (isMessage(reading)) problems.set(parameter, [reading.message]);
    }
  }
  return problems.size > 0 ? invalid(problems) : null;
}

/** A repeated parameter counts once, with its last value; attributes and groups of alternatives count every time. */
function lastOfEach(
  resource: Resource,
  query: URLSearchParams,
  named: readonly string[],
): readonly (readonly [string, string])[] {
  const last = new Map<string, string>();
  const repeated: [string, string][] = [];
  for (const [parameter, text] of query) {
    if (named.includes(parameter)) continue;
    if (parameter === 'any' || filterOf(resource, parameter)?.kind === 'attribute') repeated.push([parameter, text]);
    else last.set(parameter, text);
  }
  return [...last, ...repeated];
}

/** Own properties only: `constructor` is a parameter nobody declared. */
function filterOf(resource: Resource, parameter: string): Filter | undefined {
  return Object.hasOwn(resource.filters, parameter) ? resource.filters[parameter] : undefined;
}

function readParameter(
  resource: Resource,
  parameter: string,
  text: string,
  named: readonly string[],
): Reading<Term | null> {
  const filter = filterOf(resource, parameter);
  return filter === undefined ? unknown(parameter, resource, named) : readTerm(filter, text);
}

function unknown(parameter: string, resource: Resource, named: readonly string[]): { readonly message: string } {
  const known = [
    ...[...named, ...Object.keys(resource.filters)],
    ...(hasGroups(resource) ? ['any'] : []),
    ...(hasFacets(resource) ? ['facets'] : []),
    ...[...pagingParameters(resource), '_profile'],
  ];
  return { message: `Unknown parameter. ${suggest(parameter, known)}` };
}

export function invalid(problems: Problems): Failure {
  return new Failure('REQ_INVALID', { errors: Object.fromEntries(problems) });
}
