import { Failure } from '../errors/failure.ts';
import type { AggregateField, Field, OneField, Source } from '../resource/field.ts';
import { type Identity, userColumns } from '../resource/identity.ts';
import { allFields, alternativesOf, type Resource } from '../resource/resource.ts';
import { rollupsOf } from '../resource/rollup.ts';
import { type Writes, writableRows } from '../resource/writes.ts';
import { type Catalog, columnType } from './catalog.ts';
import { bitmapColumns, bitmapFunctions, checkBitmaps } from './check-bitmaps.ts';
import { checkDecimals } from './check-decimals.ts';
import { checkIndexes, neededIndexes } from './check-indexes.ts';
import { keyFunctions, keyIndexes, withKeys } from './check-keys.ts';
import { checkRollups } from './check-rollups.ts';
import { checkTenantKeys } from './check-tenant-key.ts';
import { tenantColumns, tenantIndexes } from './check-tenants.ts';
import { nearest } from './nearest.ts';

/** A table a resource reads and the columns it names there. */
type Named = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What keeps a resource from being served, each with its remedy; empty when nothing does.
 * MIGR_TABLE_UNKNOWN, MIGR_COLUMN_UNKNOWN, MIGR_FUNCTION_UNKNOWN, MIGR_INDEX_MISSING, MIGR_ISOLATION_MISSING,
 * ROLLUP_CHANGED, ROLLUP_UNBUILT, BITMAP_CHANGED, BITMAP_UNBUILT
 */
export function checkResource(resource: Resource, identity: Identity, catalog: Catalog): readonly Failure[] {
  const areTenants = resource.tenants !== null;
  const named = withKeys(areTenants ? tenantColumns(resource, identity) : namedColumns(resource, identity), identity);
  const unknown = [
    ...[...named].flatMap(([table, columns]) => checkTable(resource, catalog, table, columns)),
    ...checkFunctions(resource, identity, catalog),
  ];
  if (unknown.length > 0) return unknown;
  return [
    ...checkIndexes(resource, catalog, [
      ...(areTenants ? tenantIndexes(resource, identity) : neededIndexes(resource)),
      ...keyIndexes(identity),
    ]),
    ...[...named.keys()].flatMap((table) => checkIsolation(catalog, table)),
    ...checkRollups(resource, catalog),
    ...checkBitmaps(resource, catalog),
    ...checkKey(resource, catalog),
    ...checkDecimals(resource, catalog),
    ...checkTenantKeys(resource, catalog),
  ];
}

/** A key that is read as something else than it is would be compared with what no row has. */
function checkKey({ name, table, key, keyType }: Resource, catalog: Catalog): readonly Failure[] {
  const type = columnType(catalog, table, key);
  if (type === keyType) return [];
  const problem = `says that ${key} of ${table} is a ${keyType}, and it is a ${type}`;
  const remedy = 'Declare its `keyType`, uuid or bigint, as the table has it.';
  return [new Failure('DECL_INVALID', { values: { resource: name, problem, remedy } })];
}

export function checkTable(
  resource: Pick<Resource, 'name'>,
  catalog: Catalog,
  table: string,
  columns: ReadonlySet<string>,
  /** Read by the owner's functions alone, so the app's role needs not be allowed to. */
  byOwner = false,
): readonly Failure[] {
  const found = catalog.tables.get(table);
  const qualified = `${catalog.schema}.${table}`;
  if (found === undefined) {
    const suggestion = nearest(table, [...catalog.tables.keys()]);
    return [new Failure('MIGR_TABLE_UNKNOWN', { values: { resource: resource.name, table: qualified, suggestion } })];
  }
  return [...columns]
    .filter((column) => !found.columns.has(column) || (!byOwner && found.columns.get(column)?.readable === false))
    .map((column) => {
      const suggestion = nearest(column, [...found.columns.keys()]);
      return new Failure('MIGR_COLUMN_UNKNOWN', {
        values: { resource: resource.name, column, table: qualified, suggestion },
      });
    });
}

/** The functions that bitmaps are read by, the one that shows a tenant, and those of API keys. */
function checkFunctions(resource: Resource, identity: Identity, { schema, functions }: Catalog): readonly Failure[] {
  const shown = resource.tenants === null ? [] : [resource.tenants.function];
  return [...bitmapFunctions(resource), ...shown, ...keyFunctions(identity)]
    .filter((needed) => !functions.has(needed))
    .map((needed) => {
      const suggestion = nearest(needed, [...functions]);
      const values = { resource: resource.name, function: `${schema}.${needed}`, suggestion };
      return new Failure('MIGR_FUNCTION_UNKNOWN', { values });
    });
}

function checkIsolation(catalog: Catalog, table: string): readonly Failure[] {
  const { enabled, forced, policies, readable } = catalog.tables.get(table)?.rowSecurity ?? {
    enabled: false,
    forced: false,
    policies: [],
    readable: false,
  };
  const isIsolated = enabled && forced && policies.includes('altiplano_tenant');
  if (isIsolated && readable !== false) return [];
  const qualified = `${catalog.schema}.${table}`;
  const problem = !enabled
    ? 'row security is off'
    : !forced
      ? 'row security is not forced on its owner'
      : isIsolated
        ? 'the role that the server becomes may not select from it'
        : 'it has no policy altiplano_tenant';
  return [
    new Failure('MIGR_ISOLATION_MISSING', {
      values: { table: qualified, problem, ddl: `select altiplano.isolate('${qualified}', …)` },
    }),
  ];
}

/** Every table and column a resource's statements will name. */
function namedColumns(resource: Resource, identity: Identity): Named {
  const named = new Map<string, Set<string>>();
  const use = (table: string, ...columns: readonly string[]) => {
    named.set(table, new Set([...(named.get(table) ?? []), ...columns]));
  };
  const { table, key, tenant, deleted, order } = resource;
  const whose = tenant.none === true ? [] : [tenant.column];
  const said = tenant.parts ?? [];
  use(table, key, ...whose, ...said, ...(deleted === null ? [] : [deleted]), ...order.map(({ column }) => column));
  use(identity.table, 'id', ...userColumns(identity));
  if (identity.tenancies !== undefined) {
    const { table: entered, user, tenant: said } = identity.tenancies;
    use(entered, user, ...said, identity.role);
  }
  if (identity.membership !== undefined) {
    const { table: links, user, tenant: entered } = identity.membership;
    use(links, user, entered);
  }
  use(table, ...scopedBy(resource.scopes));
  for (const ordering of Object.values(resource.orders)) if (ordering.kind === 'column') use(table, ordering.column);
  for (const filter of Object.values(resource.filters)) {
    if (filter.kind === 'linked') {
      use(filter.link, ...whose, `${table}_id`, `${filter.target}_id`);
      if (filter.by !== undefined) use(filter.target, 'id', ...whose, filter.by);
    } else if (filter.kind === 'search') use(table, ...filter.columns);
    else use(table, filter.column);
  }
  for (const facet of Object.values(resource.facets)) {
    if (facet.kind === 'linked') use(facet.target, 'id', ...whose, facet.name);
  }
  for (const field of Object.values(allFields(resource))) nameField(field);
  if (resource.writes !== null) nameWrites(resource.writes);
  for (const rollup of rollupsOf(resource)) {
    for (const suffix of ['', '_delta_0', '_delta_1']) use(rollup.name + suffix, rollup.tenant, rollup.source.parent);
    if (rollup.orders.length > 0) use(`${rollup.name}_settled`, rollup.tenant);
  }
  for (const [kept, columns] of bitmapColumns(resource)) use(kept, ...columns);
  return named;

  function nameWrites({ members, callers, scopes, touched, stamp, derived }: Writes): void {
    use(
      table,
      ...callers,
      ...writtenBy(scopes),
      ...Object.keys(derived),
      ...[touched, stamp].filter((column) => column !== null),
    );
    for (const [name, member] of Object.entries(members)) {
      if (member.kind === 'links') {
        use(member.link, ...whose, ...said, `${table}_id`, `${member.target}_id`);
        use(member.target, 'id', ...whose);
        continue;
      }
      use(table, name);
      if (member.kind === 'column') continue;
      const { deleted, matching = [], scopes = null } = member;
      use(member.table, 'id', ...whose, ...matching, ...scopedBy(scopes), ...(deleted === undefined ? [] : [deleted]));
    }
  }

  /** A row that the tenant's own column points at is the tenant itself. */
  function useOne(of: string, { table: other, by, fields, shared }: OneField): void {
    use(of, by);
    use(other, 'id', ...(shared || by === tenant.column ? [] : whose), ...fields);
  }

  function nameField(field: Field): void {
    switch (field.kind) {
      case 'column':
      case 'encrypted':
        use(table, field.column);
        break;
      case 'one':
        useOne(table, field);
        break;
      case 'chosen':
        use(table, field.tag, field.by);
        for (const chosen of Object.values(field.tables)) use(chosen, 'id', ...whose, field.value);
        break;
      case 'names':
        use(field.link, ...whose, `${table}_id`, `${field.table}_id`);
        use(field.table, 'id', ...whose, field.value);
        break;
      case 'first':
        use(field.source.table, ...markedBy(field.source));
        use(field.source.table, ...whose, field.source.parent, ...field.order.map(({ column }) => column));
        if (field.through === undefined) use(field.source.table, ...field.fields);
        else {
          use(field.source.table, field.through.by);
          use(field.through.table, 'id', ...Object.keys(field.through.where), ...field.fields);
        }
        break;
      case 'children':
        use(field.source.table, ...markedBy(field.source));
        use(field.source.table, ...whose, field.source.parent, ...field.order.map(({ column }) => column));
        for (const item of Object.values(field.fields)) {
          if (item.kind === 'column') use(field.source.table, item.column);
          else useOne(field.source.table, item);
        }
        break;
      case 'object':
        for (const inner of Object.values(field.fields)) nameField(inner);
        break;
      case 'aggregate':
        use(field.source.table, ...whose, field.source.parent, ...aggregateColumns(field));
        break;
    }
  }
}

function aggregateColumns({ measure, where, source }: AggregateField): readonly string[] {
  const isOne = measure.kind === 'sum' || measure.kind === 'average';
  const measured = isOne ? [measure.column] : measure.kind === 'money' ? measure.factors : [];
  return [...measured, ...where.map(({ column }) => column), ...markedBy(source)];
}

const markedBy = ({ deleted }: Source): readonly string[] => (deleted === undefined ? [] : [deleted]);

function scopedBy(scopes: Resource['scopes']): readonly string[] {
  const limits = Object.values(scopes ?? {}).filter((scope) => scope !== 'all');
  return limits.flatMap((scope) => alternativesOf(scope).map(({ column }) => column));
}

function writtenBy(scopes: Writes['scopes']): readonly string[] {
  const limits = Object.values(scopes ?? {}).filter((scope) => scope !== 'all');
  return limits.flatMap((scope) => writableRows(scope).map(({ column }) => column));
}
