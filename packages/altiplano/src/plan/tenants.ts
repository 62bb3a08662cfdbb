import { type Catalog, columnType } from '../catalog/catalog.ts';
import type { TenantRequest, TenantsRequest } from '../request/request.ts';
import type { Source } from '../resource/field.ts';
import type { Resource } from '../resource/resource.ts';
import { scopeColumn, scopedSources, shownValues, type TenantValue } from '../resource/tenants.ts';
import { DESCENT, ENTRY, LOOKUP, TAIL, TERM } from './bound.ts';
import type { Bound, Caller, Entry, ListPlan, OpenEnd, PlannedColumn, Target } from './plan.ts';

/** How each tenant is shown: by a function that sets it as the session's, looks inside and sets back what was there. */
export interface ShownTenants {
  readonly function: string;
  /** For each child table of which roles see different parts, in the order of the function's arguments. */
  readonly seen: readonly Seen[];
  readonly fields: readonly PlannedColumn[];
}

/** All child rows, or those of one owner; of nobody when `own` is null. */
export interface Seen {
  readonly all: boolean;
  readonly own: string | null;
}

/** A page of the caller's memberships, in the order of the tenants. */
export interface TenantsPlan extends Pick<ListPlan, 'position' | 'size' | 'offset' | 'number' | 'count'> {
  readonly kind: 'tenants';
  /** As cursors name it. */
  readonly order: Resource['order'];
  /** The membership table, of which the caller is the tenant: nothing else tells whose rows they are. */
  readonly target: Target;
  readonly entry: Entry;
  readonly shown: ShownTenants;
  readonly bound: Bound;
}

export interface TenantPlan {
  readonly kind: 'tenant';
  readonly target: Target;
  readonly entry: Entry;
  readonly shown: ShownTenants;
  readonly bound: Bound;
}

export function planTenants(request: TenantsRequest, entry: Entry, catalog: Catalog): TenantsPlan {
  const { resource, position, size, offset, number, count } = request;
  return {
    kind: 'tenants',
    target: membershipsOf(resource, entry, catalog),
    entry,
    shown: shownOf(resource, entry.caller, catalog),
    order: resource.order,
    position,
    size,
    offset,
    number,
    count,
    bound: boundOfTenants(resource, size, DESCENT + (size + 1) * 2, count),
  };
}

export function planTenant({ resource }: TenantRequest, target: Target, entry: Entry, catalog: Catalog): TenantPlan {
  const shown = shownOf(resource, entry.caller, catalog);
  return { kind: 'tenant', target, entry, shown, bound: boundOfTenants(resource, 1, 0) };
}

/** The caller's memberships as rows in page order: the tenants' own order columns are copied there. */
function membershipsOf(
  { name, order, key, tenants }: Resource,
  { tenancy, caller }: Entry,
  { schema }: Catalog,
): Target {
  // Checked when the app was declared: who belongs to one tenant has no list of them.
  if (tenancy.kind !== 'membership') throw new Error(`${name} needs memberships`);
  const membership = tenancy;
  const copyOf = (column: string) => (column === key ? membership.tenant : (tenants?.copies[column] ?? column));
  return {
    resource: name,
    schema,
    table: membership.table,
    key: membership.tenant,
    keyType: 'uuid',
    deleted: null,
    tenant: { column: membership.user, value: caller.userId },
    order: order.map((part) => ({ ...part, column: copyOf(part.column) })),
  };
}

function shownOf(resource: Resource, caller: Caller, catalog: Catalog): ShownTenants {
  const fields = shownValues(resource).map((value): PlannedColumn => {
    return { name: value.name, format: typeOf(value, resource, catalog) === INSTANT ? 'instant' : 'plain' };
  });
  const seen = scopedSources(resource).map((source) => seenBy(caller, source));
  return { function: resource.tenants?.function ?? '', seen, fields };
}

const INSTANT = 'timestamp with time zone';

function typeOf(value: TenantValue, { table }: Resource, catalog: Catalog): string {
  if (value.kind === 'count') return 'bigint';
  return columnType(catalog, value.kind === 'column' ? table : value.source.table, value.column);
}

/** A role that is not named sees none, and so does one that is limited to what the caller does not have. */
function seenBy({ role, attributes }: Caller, { scopes = {} }: Source): Seen {
  const scope = Object.hasOwn(scopes, role) ? scopes[role] : undefined;
  if (scope === undefined) return { all: false, own: null };
  return scope === 'all' ? { all: true, own: null } : { all: false, own: attributes[scope.attribute] ?? null };
}

/** Each tenant: its membership once more, its row, and what its figures take. */
function boundOfTenants(resource: Resource, size: number, walk: number, count: ListPlan['count'] = 'none'): Bound {
  const figures = shownValues(resource).flatMap((value) => (value.kind === 'column' ? [] : [costOf(value, size)]));
  const each = 2 * LOOKUP + figures.reduce((sum, { buffers }) => sum + buffers, 0);
  const open = figures.flatMap(({ reason }): OpenEnd[] => (reason === null ? [] : [{ part: 'showing', reason }]));
  if (count !== 'none') open.push({ part: 'counting', reason: `count=${count} reads every membership of the caller` });
  return {
    statements: 1,
    roundTrips: 1,
    rows: size + 1,
    finding: ENTRY + walk,
    buffers: ENTRY + walk + size * each,
    open,
  };
}

/** The end of an index, or bits: of the live rows, and of their owner's. */
function costOf({ kind, source }: Exclude<TenantValue, { kind: 'column' }>, size: number) {
  if (kind === 'extreme') return { buffers: LOOKUP, reason: null };
  if (!source.bitmap)
    return { buffers: LOOKUP, reason: `every ${source.table} of the ${size} tenants shown is counted` };
  const terms = scopeColumn(source) === null ? 1 : 2;
  const reason = `a tenant of more than a million ${source.table} rows costs 25 buffers a term for each million`;
  return { buffers: TAIL + LOOKUP + terms * TERM, reason };
}
