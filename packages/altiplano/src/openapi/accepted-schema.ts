import type { Catalog } from '../catalog/catalog.ts';
import type { Accepted, AcceptedMembers } from '../resource/accept.ts';
import { columnSchema } from './column-schema.ts';
import { nullable, type Schema } from './schema.ts';

/** An object with these members and no others. */
export function membersSchema(catalog: Pick<Catalog, 'tables'>, members: AcceptedMembers): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(members).map(([name, accepted]) => [name, acceptedSchema(catalog, accepted)]),
    ),
    required: Object.entries(members).flatMap(([name, { required }]) => (required ? [name] : [])),
    additionalProperties: false,
  };
}

export function acceptedSchema(catalog: Pick<Catalog, 'tables'>, accepted: Accepted): Schema {
  const schema = kindSchema(catalog, accepted);
  const { otherwise } = accepted;
  return {
    ...(accepted.nullable ? nullable(schema) : schema),
    ...(otherwise === undefined ? {} : { default: otherwise }),
  };
}

function kindSchema(catalog: Pick<Catalog, 'tables'>, { value }: Accepted): Schema {
  switch (value.kind) {
    case 'text':
      return { type: 'string', ...(value.most === undefined ? {} : { maxLength: value.most }) };
    case 'choice':
      return { type: 'string', enum: value.choices };
    case 'uuid':
      return { type: 'string', format: 'uuid' };
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', format: 'int32', ...rangeOf(value.range) };
    case 'float':
    case 'decimal':
      return { type: 'number', ...rangeOf(value.range) };
    case 'bigint':
      return { type: 'integer', format: 'int64' };
    case 'instant':
      return { type: 'string', format: 'date-time' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'document':
      return { description: 'Any JSON, numbers exactly as stored.' };
    case 'column':
      return columnSchema(catalog, value.table, value.column);
    case 'list': {
      const { items, least, most } = value;
      const each =
        items.kind === 'values' ? acceptedSchema(catalog, items.value) : membersSchema(catalog, items.members);
      return { type: 'array', items: each, minItems: least, maxItems: most };
    }
  }
}

const rangeOf = (range: readonly [number, number] | undefined): Schema =>
  range === undefined ? {} : { minimum: range[0], maximum: range[1] };
