import { Failure } from '../errors/failure.ts';
import type { Filter } from '../resource/filter.ts';
import type { Resource } from '../resource/resource.ts';
import { decodeCursor } from './cursor.ts';
import type { CountKind, ListRequest, Position, Term } from './request.ts';
import { suggest } from './suggest.ts';
import { readTerm } from './terms.ts';
import { isMessage, READERS, type Reading, readPageSize } from './values.ts';

/** Messages for each wrong parameter; empty when the request is good. A map, because a parameter may be `__proto__`. */
type Problems = Map<string, readonly string[]>;

/** More attributes than any real request asks for; each is a condition the database checks for every candidate. */
const MOST_ATTRIBUTES = 100;

/** A request, or the refusal that stands once the caller is known to be a member (so a stranger gets 403, not 400). */
export type Parsed<R> = { readonly request: R } | { readonly refusal: Failure };

/**
 * The tenant a request is for.
 * @throws REQ_INVALID when it is missing or malformed: the only refusal that comes before membership
 */
export function parseTenant(resource: Resource, query: URLSearchParams): string {
  const parameter = resource.tenant.column;
  const text = query.getAll(parameter).at(-1);
  const reading = text === undefined ? { message: 'This parameter is required.' } : READERS.uuid(text);
  if (isMessage(reading)) throw invalid(new Map([[parameter, [reading.message]]]));
  return reading.value;
}

/** @throws REQ_INVALID as {@link parseTenant} does */
export function parseList(resource: Resource, query: URLSearchParams): Parsed<ListRequest> {
  const tenant = parseTenant(resource, query);
  const problems: Problems = new Map();
  const note = <T>(parameter: string, reading: Reading<T>): T | undefined => {
    if (!isMessage(reading)) return reading.value;
    problems.set(parameter, [...(problems.get(parameter) ?? []), reading.message]);
    return undefined;
  };

  const terms: Term[] = [];
  let position: Position | null = null;
  let size = resource.page.size;
  let count: CountKind = 'none';
  for (const [parameter, text] of lastOfEach(resource, query)) {
    if (text.includes('\0')) note(parameter, { message: 'Must not contain the NUL character.' });
    else if (parameter === 'cursor') position = note(parameter, readCursor(resource, text)) ?? null;
    else if (parameter === 'page_size') size = note(parameter, readPageSize(text, resource.page.most)) ?? size;
    else if (parameter === 'count') count = note(parameter, readCount(text)) ?? count;
    else if (parameter === '_profile') note(parameter, READERS.boolean(text));
    else {
      const term = note(parameter, readParameter(resource, parameter, text));
      if (term) terms.push(term);
    }
  }
  if (terms.filter(({ kind }) => kind === 'attribute').length > MOST_ATTRIBUTES) {
    problems.set('other_attributes', [`Must be given at most ${MOST_ATTRIBUTES} times.`]);
  }
  if (problems.size > 0) return { refusal: invalid(problems) };
  return { request: { kind: 'list', resource, tenant, terms, position, size, count } };
}

/** Refuses parameters a detail does not know. */
export function parseDetailQuery(resource: Resource, query: URLSearchParams): Failure | null {
  const known = [resource.tenant.column, '_profile'];
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

/** A repeated parameter counts once, with its last value; attributes count every time. */
function lastOfEach(resource: Resource, query: URLSearchParams): readonly (readonly [string, string])[] {
  const last = new Map<string, string>();
  const repeated: [string, string][] = [];
  for (const [parameter, text] of query) {
    if (parameter === resource.tenant.column) continue;
    if (filterOf(resource, parameter)?.kind === 'attribute') repeated.push([parameter, text]);
    else last.set(parameter, text);
  }
  return [...last, ...repeated];
}

/** Own properties only: `constructor` is a parameter nobody declared. */
function filterOf(resource: Resource, parameter: string): Filter | undefined {
  return Object.hasOwn(resource.filters, parameter) ? resource.filters[parameter] : undefined;
}

function readParameter(resource: Resource, parameter: string, text: string): Reading<Term | null> {
  const filter = filterOf(resource, parameter);
  return filter === undefined ? unknown(parameter, resource) : readTerm(filter, text);
}

function readCursor(resource: Resource, text: string): Reading<Position> {
  const position = decodeCursor(resource, text);
  if (position !== null) return { value: position };
  return {
    message: 'Not a cursor of this list. Follow `next` and `previous` of a page, or leave it out to start over.',
  };
}

function readCount(text: string): Reading<CountKind> {
  if (text === 'exact' || text === 'estimated') return { value: text };
  return { message: 'Must be exact or estimated.' };
}

function unknown(parameter: string, resource: Resource): { readonly message: string } {
  const known = [resource.tenant.column, ...Object.keys(resource.filters), 'cursor', 'page_size', 'count', '_profile'];
  return { message: `Unknown parameter. ${suggest(parameter, known)}` };
}

function invalid(problems: Problems): Failure {
  return new Failure('REQ_INVALID', { errors: Object.fromEntries(problems) });
}
