import type { Catalog } from '../catalog/catalog.ts';
import type { DetailRequest, ListRequest, Request } from '../request/request.ts';
import type { Identity } from '../resource/app.ts';
import type { Resource } from '../resource/resource.ts';
import { chooseAccess } from './access.ts';
import { boundOf, ENTRY_BOUND } from './bound.ts';
import { predicates, sortConditions } from './conditions.ts';
import { planFields } from './fields.ts';
import { freeze } from './freeze.ts';
import type { Caller, DetailPlan, Entry, ListPlan, Plan, Target } from './plan.ts';

export interface Surroundings {
  readonly catalog: Catalog;
  readonly identity: Identity;
  readonly caller: Caller;
}

/** Request → Plan: what will be read, how, and what it may cost. Pure. */
export function planRequest(request: Request, surroundings: Surroundings): Plan {
  const target = targetOf(request.resource, request.tenant, surroundings.catalog);
  const entry = entryOf(surroundings);
  switch (request.kind) {
    case 'entry':
      return freeze({ kind: 'entry', target, entry, bound: ENTRY_BOUND });
    case 'detail':
      return freeze(planDetail(request, target, entry, surroundings));
    case 'list':
      return freeze(planList(request, target, entry, surroundings));
  }
}

function planList(request: ListRequest, target: Target, entry: Entry, { catalog, caller }: Surroundings): ListPlan {
  const { resource, position, size, count } = request;
  const conditions = sortConditions(resource, request.terms, caller);
  const access = chooseAccess(resource, conditions);
  const planned = planFields(resource, catalog);
  const checks = predicates(resource, conditions);
  return {
    kind: 'list',
    target,
    entry,
    access,
    conditions: checks,
    position,
    size,
    count,
    ...planned,
    bound: boundOf(size, access, count, planned, checks),
  };
}

function planDetail(
  request: DetailRequest,
  target: Target,
  entry: Entry,
  { catalog, caller }: Surroundings,
): DetailPlan {
  const { resource, id } = request;
  const conditions = predicates(resource, sortConditions(resource, [], caller));
  const planned = planFields(resource, catalog);
  return {
    kind: 'detail',
    target,
    entry,
    id,
    conditions,
    ...planned,
    bound: boundOf(1, 'key', 'none', planned),
  };
}

export function targetOf(resource: Resource, tenant: string, { schema }: Catalog): Target {
  const { name, table, key, deleted, order } = resource;
  return {
    resource: name,
    schema,
    table,
    key,
    deleted,
    tenant: { column: resource.tenant.column, value: tenant },
    order,
  };
}

export function entryOf({ identity, caller }: Surroundings): Entry {
  return { users: identity.table, roleColumn: identity.role, membership: identity.membership, caller };
}
