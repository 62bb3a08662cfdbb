import type { Catalog } from '../catalog/catalog.ts';
import type { Domain, ValueType } from '../resource/filter.ts';
import { nullable, type Schema } from './schema.ts';

const SCHEMAS: Readonly<Record<string, Schema>> = {
  uuid: { type: 'string', format: 'uuid' },
  text: { type: 'string' },
  boolean: { type: 'boolean' },
  smallint: { type: 'integer', format: 'int32' },
  integer: { type: 'integer', format: 'int32' },
  bigint: { type: 'integer', format: 'int64' },
  real: { type: 'number' },
  'double precision': { type: 'number', format: 'double' },
  numeric: { type: 'number' },
  date: { type: 'string', format: 'date' },
  'timestamp with time zone': { type: 'string', format: 'date-time' },
  json: { description: 'Any JSON, numbers exactly as stored.' },
  jsonb: { description: 'Any JSON, numbers exactly as stored.' },
};

/** The JSON a column of the live database becomes. */
export function columnSchema(catalog: Pick<Catalog, 'tables'>, table: string, column: string, domain?: Domain): Schema {
  const found = catalog.tables.get(table)?.columns.get(column);
  const schema = { ...typeSchema(found?.type ?? 'text'), ...enumerated(domain) };
  return found?.nullable === true ? nullable(schema) : schema;
}

/** `character varying(255)`, `numeric(10,4)`, `text[]`: a name, perhaps with a length, perhaps an array. */
function typeSchema(type: string): Schema {
  if (type.endsWith('[]')) return { type: 'array', items: typeSchema(type.slice(0, -2)) };
  const [, name = type, length] = /^([^(]+)(?:\((\d+)(?:,\d+)?\))?$/.exec(type) ?? [];
  if (name.startsWith('character')) {
    return { type: 'string', ...(length === undefined ? {} : { maxLength: Number(length) }) };
  }
  return SCHEMAS[name] ?? { type: 'string' };
}

/** A boolean's two values say nothing new. */
function enumerated(domain: Domain | undefined): Schema {
  return domain?.type === 'text' ? { enum: domain.values } : {};
}

const VALUES: Readonly<Record<ValueType, string>> = {
  text: 'text',
  uuid: 'uuid',
  float8: 'double precision',
  numeric: 'numeric',
  bigint: 'bigint',
  boolean: 'boolean',
  timestamptz: 'timestamp with time zone',
  date: 'date',
};

/** One value in a query string. */
export function valueSchema(type: ValueType, domain?: Domain): Schema {
  return { ...SCHEMAS[VALUES[type]], ...enumerated(domain) };
}
