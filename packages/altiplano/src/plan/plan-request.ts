import type { Catalog } from '../catalog/catalog.ts';
import type { DetailRequest, ListRequest, Request } from '../request/request.ts';
import { hasNoTenants, type Identity, idType } from '../resource/identity.ts';
import type { Resource } from '../resource/resource.ts';
import { chooseAccess, chooseRanked } from './access.ts';
import { boundOfList, boundOfRow, ENTRY_BOUND, withTenancies } from './bound.ts';
import { checksOf, predicates, sortConditions } from './conditions.ts';
import { planFields } from './fields.ts';
import { freeze } from './freeze.ts';
import { chooseLed } from './led.ts';
import { chooseOrdered, targetOrder } from './ordering.ts';
import type { Access, Caller, DetailPlan, Entry, ListPlan, Plan, PlannedFacet, Target } from './plan.ts';
import { selectionOf } from './selection.ts';
import { planTenant, planTenants } from './tenants.ts';

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
      return freeze({ kind: 'entry', target, entry, bound: withTenancies(ENTRY_BOUND, entry) });
    case 'detail':
      return freeze(planDetail(request, target, entry, surroundings));
    case 'list':
      return freeze(planList(request, target, entry, surroundings));
    case 'tenants':
      return freeze(planTenants(request, entry, surroundings.catalog));
    case 'tenant':
      return freeze(planTenant(request, target, entry, surroundings.catalog));
  }
}

function planList(request: ListRequest, target: Target, entry: Entry, { catalog, caller }: Surroundings): ListPlan {
  const { resource, order, position, size, offset, number, count } = request;
  const conditions = sortConditions(resource, request.terms, { catalog, caller }, request.any);
  const access =
    chooseRanked(resource, conditions) ??
    chooseOrdered(resource, order, conditions) ??
    chooseLed(resource, catalog, conditions, offset) ??
    chooseAccess(resource, conditions, offset);
  const facets = request.facets.map((name) => planFacet(resource, name));
  const selection =
    resource.bitmap !== null && isSelected(access, request) ? selectionOf(resource.bitmap, conditions) : null;
  const planned = planFields(resource, catalog, 'list');
  const plan = {
    kind: 'list',
    // Where nothing matches no order is walked, and a figure's has no column to name.
    target: access.kind === 'nothing' ? target : { ...target, order: targetOrder(order) },
    entry,
    access,
    selection,
    facets,
    conditions: predicates(resource, conditions),
    checks: checksOf(conditions),
    order: order.columns,
    position,
    size,
    offset,
    number,
    count,
    ...planned,
  } as const;
  return { ...plan, bound: withTenancies(boundOfList(plan), entry) };
}

/** Another order looks for rows by their bitmaps too. */
function isSearched(access: Access): boolean {
  return access.kind === 'ordered' && access.isChecked;
}

/** Whether bitmaps are asked. Where nothing matches, facets still are: each leaves out its own filters, that nothing fits among them. */
function isSelected(access: Access, { count, facets }: ListRequest): boolean {
  if (facets.length > 0) return true;
  return (
    access.kind !== 'nothing' &&
    (access.kind === 'bitmap' || access.kind === 'ranked' || count !== 'none' || isSearched(access))
  );
}

function planFacet(resource: Resource, name: string): PlannedFacet {
  const facet = resource.facets[name];
  if (facet === undefined) throw new Error(`no facet ${name}`);
  return { name, facet, domain: (facet.kind === 'column' && resource.domains[facet.column]) || null };
}

function planDetail(
  request: DetailRequest,
  target: Target,
  entry: Entry,
  { catalog, caller }: Surroundings,
): DetailPlan {
  const { resource, id } = request;
  const conditions = predicates(resource, sortConditions(resource, [], { catalog, caller }));
  const planned = planFields(resource, catalog, 'detail');
  return {
    kind: 'detail',
    target,
    entry,
    id,
    conditions,
    ...planned,
    bound: withTenancies(boundOfRow(planned), entry),
  };
}

export function targetOf(resource: Resource, tenant: string, { schema }: Catalog): Target {
  const { name, table, key, keyType, deleted, order } = resource;
  const { column, none } = resource.tenant;
  return {
    resource: name,
    schema,
    table,
    key,
    keyType,
    deleted,
    tenant: { column, value: tenant, ...(none === true ? { none } : {}) },
    order,
  };
}

function tenancyOf(identity: Identity): Entry['tenancy'] {
  const { membership, tenant, tenancies } = identity;
  if (membership !== undefined) return { kind: 'membership', ...membership };
  if (tenancies !== undefined) return { kind: 'chosen', ...tenancies };
  return hasNoTenants(identity) ? { kind: 'none' } : { kind: 'column', column: tenant };
}

export function entryOf({ identity, caller, catalog }: Surroundings): Entry {
  const { table, role, attributes, active = null, keys = null } = identity;
  const columns = catalog.tables.get(table)?.columns;
  return {
    users: table,
    idType: idType(identity),
    roleColumn: role,
    activeColumn: active,
    tenancy: tenancyOf(identity),
    keys: keys === null ? null : { table: keys.table, tenant: keys.tenant, idType: idType(keys) },
    types: Object.fromEntries(attributes.map((column) => [column, columns?.get(column)?.type ?? 'uuid'])),
    caller,
  };
}
