import type { Catalog } from '../catalog/catalog.ts';
import { LONGEST_LIST } from '../request/values.ts';
import type { Identity } from '../resource/identity.ts';
import type { Resource } from '../resource/resource.ts';
import type { ColumnMember, Member } from '../resource/writes.ts';
import type { WriteRoute } from '../write/call.ts';
import { columnSchema, valueSchema } from './column-schema.ts';
import { nullable, objectOf, type Schema } from './schema.ts';

interface Written {
  readonly resource: Resource;
  readonly catalog: Catalog;
  readonly identity: Identity;
}

/** What a request to `route` carries; null when nothing. */
export function bodySchema(
  { resource, catalog, identity }: Written,
  { action, bulk, bodied }: WriteRoute,
): Schema | null {
  if (!bodied) return null;
  const { column, noun } = resource.tenant;
  const named = { ...valueSchema('uuid'), description: `The ${noun} to write to.` };
  const tenant: Readonly<Record<string, Schema>> = identity.membership === undefined ? {} : { [column]: named };
  if (!bulk) {
    return action === 'create' ? itemSchema(resource, catalog, true, tenant) : itemSchema(resource, catalog, false, {});
  }
  const most = resource.writes?.bulk ?? 1;
  const list = (items: Schema): Schema => ({ type: 'array', items, minItems: 1, maxItems: most });
  const own = valueSchema(resource.keyType);
  if (action === 'delete') return objectOf({ ids: list(own) });
  if (action === 'create') return objectOf({ ...tenant, items: list(itemSchema(resource, catalog, true, {})) });
  const key = { [resource.key]: { ...own, description: 'Which one to change.' } };
  return objectOf({ items: list(itemSchema(resource, catalog, false, key)) });
}

/** @param leading members every item must have beside those of the resource */
function itemSchema(
  resource: Resource,
  catalog: Catalog,
  creating: boolean,
  leading: Readonly<Record<string, Schema>>,
): Schema {
  const members = Object.entries(resource.writes?.members ?? {});
  const required = members.flatMap(([name, member]) =>
    creating && member.kind !== 'links' && member.required ? [name] : [],
  );
  const schemas = members.map(([name, member]) => [name, memberSchema(resource, catalog, name, member)] as const);
  return {
    type: 'object',
    properties: { ...leading, ...Object.fromEntries(schemas) },
    required: [...Object.keys(leading), ...required],
    additionalProperties: false,
  };
}

function memberSchema(resource: Resource, catalog: Catalog, name: string, member: Member): Schema {
  if (member.kind === 'links') {
    const description = `Ids of ${member.target} rows; what is named replaces what was linked.`;
    return {
      type: 'array',
      items: columnSchema(catalog, member.target, 'id'),
      maxItems: LONGEST_LIST,
      description,
    };
  }
  if (member.kind === 'reference') {
    const description = `A ${member.table} of the same ${resource.tenant.noun}.`;
    const key = columnSchema(catalog, member.table, 'id');
    return { ...(member.required ? key : nullable(key)), description };
  }
  const schema = columnSchema(catalog, resource.table, name, resource.domains[name]);
  const [least, greatest] = member.range ?? [];
  return {
    ...schema,
    ...(least === undefined ? {} : { minimum: least }),
    ...(greatest === undefined || greatest === Infinity ? {} : { maximum: greatest }),
    ...lengthsOf(member, schema),
    ...fallbackOf(member),
  };
}

function lengthsOf({ least, most }: ColumnMember, { maxLength }: Schema): Schema {
  return {
    ...(least === undefined ? {} : { minLength: least }),
    ...(most === undefined ? {} : { maxLength: Math.min(most, typeof maxLength === 'number' ? maxLength : most) }),
  };
}

/** What a new row has when the member is not sent. */
function fallbackOf({ fallback }: ColumnMember): Schema {
  if (fallback === undefined) return {};
  return fallback === 'now' ? { description: 'The time of the request unless sent.' } : { default: fallback.value };
}
