import type { Catalog } from '../catalog/catalog.ts';
import type { AggregateField, Field, FirstField } from '../resource/field.ts';
import type { Resource } from '../resource/resource.ts';
import { columnSchema } from './column-schema.ts';
import { nullable, objectOf, type Schema } from './schema.ts';

/** One row of a resource as its reply holds it: declared fields, with the types the live database has. */
export function itemSchema({ table, fields, domains }: Resource, catalog: Catalog): Schema {
  return objectOf(mapValues(fields, schemaOf));

  function schemaOf(field: Field): Schema {
    switch (field.kind) {
      case 'column':
        return columnSchema(catalog, table, field.column, domains[field.column]);
      case 'one':
        return nullable(columnsOf(catalog, field.table, field.fields));
      case 'names':
        return { type: 'array', items: { type: 'string' }, description: 'Sorted by code point.' };
      case 'first':
        return nullable(firstSchema(field, catalog));
      case 'object':
        return objectOf(mapValues(field.fields, schemaOf));
      case 'aggregate':
        return aggregateSchema(field, catalog);
    }
  }
}

function firstSchema({ source, through, fields, single }: FirstField, catalog: Catalog): Schema {
  const table = through?.table ?? source.table;
  const [column] = fields;
  return single && column !== undefined ? columnSchema(catalog, table, column) : columnsOf(catalog, table, fields);
}

function columnsOf(catalog: Catalog, table: string, columns: readonly string[]): Schema {
  return objectOf(Object.fromEntries(columns.map((column) => [column, columnSchema(catalog, table, column)])));
}

function aggregateSchema({ measure, source }: AggregateField, catalog: Catalog): Schema {
  switch (measure.kind) {
    case 'count':
      return { type: 'integer', format: 'int64', minimum: 0 };
    case 'sum': {
      const { type } = columnSchema(catalog, source.table, measure.column);
      const whole = [type].flat().includes('integer');
      return whole ? { type: 'integer', format: 'int64' } : { type: 'number' };
    }
    case 'money':
      return { type: 'number', description: `Exact, with ${measure.decimals} decimals.` };
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
