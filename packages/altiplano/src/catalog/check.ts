import { Failure } from '../errors/failure.ts';
import type { Identity } from '../resource/app.ts';
import type { AggregateField, Field } from '../resource/field.ts';
import type { Resource } from '../resource/resource.ts';
import { rollupsOf } from '../resource/rollup.ts';
import type { Writes } from '../resource/writes.ts';
import type { Catalog } from './catalog.ts';
import { checkIndexes } from './check-indexes.ts';
import { checkRollups } from './check-rollups.ts';
import { nearest } from './nearest.ts';

/** A table a resource reads and the columns it names there. */
type Named = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * What keeps a resource from being served, each with its remedy; empty when nothing does.
 * MIGR_TABLE_UNKNOWN, MIGR_COLUMN_UNKNOWN, MIGR_FUNCTION_UNKNOWN, MIGR_INDEX_MISSING, MIGR_ISOLATION_MISSING,
 * ROLLUP_CHANGED, ROLLUP_UNBUILT
 */
export function checkResource(resource: Resource, identity: Identity, catalog: Catalog): readonly Failure[] {
  const named = namedColumns(resource, identity);
  const unknown = [
    ...[...named].flatMap(([table, columns]) => checkTable(resource, catalog, table, columns)),
    ...checkFinders(resource, catalog),
  ];
  if (unknown.length > 0) return unknown;
  return [
    ...checkIndexes(resource, catalog),
    ...[...named.keys()].flatMap((table) => checkIsolation(catalog, table)),
    ...checkRollups(resource, catalog),
  ];
}

function checkTable(
  resource: Resource,
  catalog: Catalog,
  table: string,
  columns: ReadonlySet<string>,
): readonly Failure[] {
  const found = catalog.tables.get(table);
  const qualified = `${catalog.schema}.${table}`;
  if (found === undefined) {
    const suggestion = nearest(table, [...catalog.tables.keys()]);
    return [new Failure('MIGR_TABLE_UNKNOWN', { values: { resource: resource.name, table: qualified, suggestion } })];
  }
  return [...columns]
    .filter((column) => !found.columns.has(column))
    .map((column) => {
      const suggestion = nearest(column, [...found.columns.keys()]);
      return new Failure('MIGR_COLUMN_UNKNOWN', {
        values: { resource: resource.name, column, table: qualified, suggestion },
      });
    });
}

/** The functions that searches go through. */
function checkFinders(resource: Resource, { schema, functions }: Catalog): readonly Failure[] {
  const finders = Object.values(resource.filters).flatMap((filter) =>
    filter.kind === 'search' ? [filter.finder] : [],
  );
  return finders
    .filter((finder) => !functions.has(finder))
    .map((finder) => {
      const suggestion = nearest(finder, [...functions]);
      const values = { resource: resource.name, function: `${schema}.${finder}`, suggestion };
      return new Failure('MIGR_FUNCTION_UNKNOWN', { values });
    });
}

function checkIsolation(catalog: Catalog, table: string): readonly Failure[] {
  const { enabled, forced, policies } = catalog.tables.get(table)?.rowSecurity ?? {
    enabled: false,
    forced: false,
    policies: [],
  };
  if (enabled && forced && policies.includes('altiplano_tenant')) return [];
  const qualified = `${catalog.schema}.${table}`;
  const problem = enabled
    ? forced
      ? 'it has no policy altiplano_tenant'
      : 'row security is not forced on its owner'
    : 'row security is off';
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
  const { table, key, tenant, deleted, order, postings } = resource;
  use(table, key, tenant.column, deleted, ...order.map(({ column }) => column), ...resource.paths.flat());
  if (postings !== null) use(postings.table, tenant.column, 'term', postings.key);
  use(identity.table, 'id', identity.role, ...identity.attributes);
  use(identity.membership.table, identity.membership.user, identity.membership.tenant);
  for (const filter of Object.values(resource.filters)) {
    if (filter.kind === 'linked') use(filter.link, tenant.column, `${table}_id`, `${filter.target}_id`);
    else if (filter.kind === 'search') use(table, ...filter.columns);
    else use(table, filter.column);
  }
  for (const field of Object.values(resource.fields)) nameField(field);
  if (resource.writes !== null) nameWrites(resource.writes);
  for (const rollup of rollupsOf(resource)) {
    for (const suffix of ['', '_delta_0', '_delta_1']) use(rollup.name + suffix, rollup.tenant, rollup.source.parent);
  }
  return named;

  function nameWrites({ members, touched, stamp, derived }: Writes): void {
    use(table, ...Object.keys(derived), ...[touched, stamp].filter((column) => column !== null));
    for (const [name, member] of Object.entries(members)) {
      if (member.kind === 'links') {
        use(member.link, tenant.column, `${table}_id`, `${member.target}_id`);
        use(member.target, 'id', tenant.column);
        continue;
      }
      use(table, name);
      if (member.kind === 'column') continue;
      const { deleted, matching = [] } = member;
      use(member.table, 'id', tenant.column, ...matching, ...(deleted === undefined ? [] : [deleted]));
    }
  }

  function nameField(field: Field): void {
    switch (field.kind) {
      case 'column':
        use(table, field.column);
        break;
      case 'one':
        use(table, field.by);
        use(field.table, 'id', tenant.column, ...field.fields);
        break;
      case 'names':
        use(field.link, tenant.column, `${table}_id`, `${field.table}_id`);
        use(field.table, 'id', tenant.column, field.value);
        break;
      case 'first':
        use(field.source.table, tenant.column, field.source.parent, ...field.order.map(({ column }) => column));
        if (field.through === undefined) use(field.source.table, ...field.fields);
        else {
          use(field.source.table, field.through.by);
          use(field.through.table, 'id', ...Object.keys(field.through.where), ...field.fields);
        }
        break;
      case 'object':
        for (const inner of Object.values(field.fields)) nameField(inner);
        break;
      case 'aggregate':
        use(field.source.table, tenant.column, field.source.parent, ...aggregateColumns(field));
        break;
    }
  }
}

function aggregateColumns({ measure, where, source }: AggregateField): readonly string[] {
  const measured = measure.kind === 'sum' ? [measure.column] : measure.kind === 'money' ? measure.factors : [];
  return [...measured, ...where.map(({ column }) => column), ...(source.deleted === undefined ? [] : [source.deleted])];
}
