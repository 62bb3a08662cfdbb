import { Failure } from '../errors/failure.ts';
import type { Source } from './field.ts';
import { allFields, type Resource } from './resource.ts';
import { shownValues, type TenantRows, tenantValues } from './tenants.ts';

/**
 * What a resource of tenants must be for each tenant to be shown by one call of its function.
 * @throws DECL_INVALID
 */
export function checkTenants(resource: Resource): void {
  if (resource.tenants === null) checkUnscoped(resource);
  else checkShown(resource, resource.tenants);
}

function checkShown(resource: Resource, tenants: TenantRows): void {
  const { fields, order, key } = resource;
  const names = Object.keys(fields);
  for (const [index, value] of tenantValues(resource).entries()) {
    if (value !== null) continue;
    const remedy = 'Show columns, count() without conditions, least() and greatest() of child rows.';
    refuse(resource, `shows ${names[index]}, which cannot be read of many tenants at once`, remedy);
  }
  for (const { column } of order) {
    if (column === key || tenants.copies[column] !== undefined) continue;
    refuse(
      resource,
      `orders by ${column}, of which memberships have no copy`,
      `Name the membership table's copy of ${column} in \`copies\`: many tenants' own rows cannot be walked in order.`,
    );
  }
  for (const value of shownValues(resource)) {
    if (value.kind !== 'column') checkSource(resource, value.source);
  }
}

/** Of a row that a caller sees it sees all figures; scopes said of children would be passed over in silence. */
function checkUnscoped(resource: Resource): void {
  const scoped = sourcesIn(allFields(resource)).find(
    ({ scopes, bitmap }) => scopes !== undefined || bitmap !== undefined,
  );
  if (scoped === undefined) return;
  refuse(
    resource,
    `gives figures over ${scoped.table} scopes or a bitmap of their own`,
    'Only a resource of tenants can: elsewhere `scopes` of the resource say which rows a role sees.',
  );
}

function sourcesIn(fields: Resource['fields']): readonly Source[] {
  return Object.values(fields).flatMap((field) => {
    if (field.kind === 'object') return sourcesIn(field.fields);
    return 'source' in field ? [field.source] : [];
  });
}

function checkSource(resource: Resource, { table, parent, scopes = {}, bitmap = null }: Source): void {
  const columns = Object.values(scopes).flatMap((scope) => (scope === 'all' ? [] : [scope.column]));
  const isOf = bitmap === null || (bitmap.table === table && bitmap.tenant === parent);
  if (!isOf || columns.some((column) => bitmap?.columns.includes(column) === false))
    refuse(
      resource,
      `counts ${table} by ${bitmap?.name}, which does not tell ${[parent, ...columns].join(' and ')} of its rows`,
      'Give the children the bitmap of the resource over the same table, with the same tenant and scopes.',
    );
  if (new Set(columns).size <= 1) return;
  refuse(
    resource,
    `limits ${table} by ${columns.join(' and ')}`,
    'Let all limited roles be limited by one column: the function takes one value for it.',
  );
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
