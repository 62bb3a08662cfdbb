import { type Catalog, keyTypeOf } from '../../catalog/catalog.ts';
import { Failure } from '../../errors/failure.ts';
import { freeze } from '../../plan/freeze.ts';
import { parseDetailQuery } from '../../request/parse.ts';
import { readPathKey } from '../../request/values.ts';
import type { Resource } from '../../resource/resource.ts';
import type { WriteCall } from '../call.ts';
import type { Change } from '../change.ts';
import { type Body, type RawObject, readBody, readObject } from './body.ts';
import { readIfMatch, readKey } from './headers.ts';
import { readList, readSingle } from './items.ts';
import { Problems } from './problems.ts';
import { readTenant } from './tenant.ts';

export interface ParsedWrite {
  readonly change: Change;
  /** Stands only for a member: what runs instead asks no more than whether the caller is one. */
  readonly refusal: Failure | null;
}

/**
 * Path, query, headers and body → Change; everything that is wrong is told at once.
 * @param own the tenant that the credential is good for; without it query or body name one
 * @throws REQ_BODY when there is no object to read, REQ_INVALID when the tenant is missing or malformed
 */
export function parseWrite(resource: Resource, catalog: Catalog, call: WriteCall, own?: string): ParsedWrite {
  const { route } = call;
  const problems = new Problems();
  const body = readBody(call);
  const objects = itemsOf(resource, call, body);
  const fault = faultOf(call);
  const tenant = own ?? tenantOf(fault, () => readTenant(resource.tenant.column, call, body.object, objects));
  problems.addAll(parseDetailQuery(resource, call.query, own)?.errors);
  const named = own === undefined ? [resource.tenant.column] : [];
  const reader = { resource, catalog, problems, named, creating: route.action === 'create' };
  const change: Change = {
    action: route.action,
    bulk: route.bulk,
    resource,
    tenant,
    items: route.bulk ? readList(reader, route, body, objects) : [readSingle(reader, call, body.object)],
    linked: linkedBy(resource, catalog, call),
    tags: readIfMatch(call, problems),
    key: readKey(call, tenant, problems),
  };
  const refusal = fault ?? (problems.none ? unconditional(change, call) : problems.toFailure());
  return { change: freezeAround(change), refusal };
}

/** Of many at once nobody says what each was. */
function unconditional({ action, items, resource: { writes } }: Change, { ifMatch }: WriteCall): Failure | null {
  if (action !== 'change' || ifMatch !== null) return null;
  const isConditional = (name: string) => {
    const member = writes?.members[name];
    return member?.kind === 'column' && member.conditional === true;
  };
  const member = items.flatMap(({ values }) => Object.keys(values)).find(isConditional);
  return member === undefined ? null : new Failure('REQ_CONDITION', { values: { member } });
}

function faultOf({ fault = null }: WriteCall): Failure | null {
  if (fault === null) return null;
  if (fault.path === '') return new Failure('REQ_BODY', { values: { reason: fault.problem } });
  return new Failure('REQ_INVALID', { errors: { [fault.path]: [fault.problem] } });
}

/** Without a tenant there is nobody to hide a fault from. */
function tenantOf(fault: Failure | null, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw fault ?? error;
  }
}

/** Only as many as may be sent are looked into; null stands for what is no object. */
function itemsOf({ writes }: Resource, { route }: WriteCall, { list }: Body): readonly (RawObject | null)[] {
  if (!route.bulk || route.action === 'delete') return [];
  return (list ?? []).slice(0, writes?.bulk ?? 0).map(readObject);
}

/** `:id/labels/:label_id/` → the link and the label's id. */
function linkedBy({ writes }: Resource, catalog: Catalog, { route, parameters }: WriteCall): Change['linked'] {
  const link = writes?.links.find(({ path }) => route.path.startsWith(`:id/${path}/`));
  if (link === undefined) return null;
  const id = parameters[`${link.target}_id`] ?? '';
  return { link, id: readPathKey(keyTypeOf(catalog, link.target), id) };
}

/** The resource was frozen when it was declared. */
function freezeAround(change: Change): Change {
  freeze(change.items);
  return Object.freeze(change);
}
