import type { KeyRing } from '../encryption/key-ring.ts';
import { Failure } from '../errors/failure.ts';
import type { Rows } from '../execute/rows.ts';
import type { ListPlan, Plan } from '../plan/plan.ts';
import type { TenantsPlan } from '../plan/tenants.ts';
import type { Resource } from '../resource/resource.ts';
import { links } from './links.ts';
import { numberedMembers } from './page-numbers.ts';
import { type Address, JSON_TYPE, type Reply } from './reply.ts';
import { reveal } from './reveal.ts';

/** Since when pages by offset are answered for old clients only: 2026-11-20, as RFC 9745 writes a date. */
const OFFSETS_DEPRECATED = '@1795132800';

/**
 * Rows → Reply.
 * @throws AUTH_FORBIDDEN when the caller may not enter the tenant, REQ_NOT_FOUND when the row is not there or not visible,
 *   ENCRYPTION_* when an encrypted value cannot be shown, REQ_INVALID when a number was asked for that only reading very many rows could tell
 */
export function respond(
  plan: Plan,
  rows: Rows,
  resource: Resource,
  address: Address,
  keys: KeyRing | null = null,
): Reply {
  if (!rows.allowed) throw new Failure('AUTH_FORBIDDEN', { values: { tenant: resource.tenant.noun } });
  switch (plan.kind) {
    case 'entry':
      return { status: 204, headers: {}, body: '' };
    case 'detail':
    case 'tenant': {
      if (rows.items === null) throw new Failure('REQ_NOT_FOUND');
      const body = plan.kind === 'detail' ? reveal(rows.items, plan, keys) : rows.items;
      return { status: 200, headers: { 'content-type': JSON_TYPE, etag: `"${rows.etag}"` }, body };
    }
    case 'list':
    case 'tenants': {
      if (plan.kind === 'list') refuseUncounted(plan, rows);
      const { envelope } = resource;
      const isNumbered = envelope.kind === 'numbered';
      const members = isNumbered ? numberedMembers(envelope, plan, rows) : linkedMembers(plan, rows, resource, address);
      const body = [...members, ...(rows.facets === null ? [] : [`"facets":${rows.facets}`])];
      return {
        status: 200,
        headers: {
          'content-type': JSON_TYPE,
          ...(plan.count === 'none' || isNumbered ? {} : { 'altiplano-count': plan.count }),
          ...(plan.offset === null || isNumbered ? {} : { deprecation: OFFSETS_DEPRECATED }),
        },
        body: `{${body.join(',')}}`,
      };
    }
  }
}

/** A page that names the ones beside it by their addresses. */
function linkedMembers(
  plan: ListPlan | TenantsPlan,
  rows: Rows,
  resource: Resource,
  address: Address,
): readonly string[] {
  const { next, previous } = links(plan, rows, resource, address);
  const { envelope } = resource;
  return [
    `"results":[${rows.items ?? ''}]`,
    `"next":${JSON.stringify(next)}`,
    `"previous":${JSON.stringify(previous)}`,
    ...(envelope.kind === 'cursors' && envelope.counted ? [`"count":${rows.count ?? 'null'}`] : []),
  ];
}

/** A number was asked for that only reading very many rows, or writing very many values, could tell. */
function refuseUncounted({ selection, number, count, facets }: ListPlan, rows: Rows): void {
  const text = selection?.search ?? null;
  const missing = (count === 'exact' && rows.count === null) || (facets.length > 0 && rows.facets === null);
  if (!missing) return;
  const errors =
    text !== null && !text.exact && (count !== 'exact' || rows.count === null)
      ? { search: [number === null ? UNCOUNTED : UNNUMBERED] }
      : { facets: [MANY_VALUES] };
  throw new Failure('REQ_INVALID', { errors });
}

const UNCOUNTED =
  'Too many rows may hold this text to count them exactly: more than 2,500 have all of its trigrams. Search for a rarer text or for three characters, add other filters, or ask for count=estimated.';
const UNNUMBERED =
  'Too many rows may hold this text to count them exactly, as numbered pages are: more than 2,500 have all of its trigrams. Search for a rarer text or for three characters, or add other filters.';
const MANY_VALUES =
  'One of these has more than 5,000 values, too many to count each. Ask for the others, or filter by the value you look for with count=exact.';
