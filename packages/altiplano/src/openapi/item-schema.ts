import type { Catalog } from '../catalog/catalog.ts';
import type { AggregateField, ChildrenField, Field, FirstField } from '../resource/field.ts';
import type { Resource } from '../resource/resource.ts';
import { columnSchema } from './column-schema.ts';
import { nullable, objectOf, type Schema } from './schema.ts';

/** One row of a resource as a reply holds it: `fields` of it, with the types the live database has. */
export function itemSchema({ table, domains }: Resource, fields: Resource['fields'], catalog: Catalog): Schema {
  return objectOf(mapValues(fields, schemaOf));

  function schemaOf(field: Field): Schema {
    switch (field.kind) {
      case 'column':
      case 'encrypted':
        return columnSchema(catalog, table, field.column, domains[field.column]);
      case 'one':
        return nullable(columnsOf(catalog, field.table, field.fields));
      case 'chosen': {
        const [first = ''] = Object.values(field.tables);
        return nullable(columnSchema(catalog, first, field.value));
      }
      case 'names':
        return { type: 'array', items: { type: 'string' }, description: 'Sorted by code point.' };
      case 'first':
        return nullable(firstSchema(field, catalog));
      case 'children':
        return { type: 'array', items: childSchema(field, catalog), maxItems: field.most };
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

function childSchema({ source, fields }: ChildrenField, catalog: Catalog): Schema {
  return objectOf(
    mapValues(fields, (item) =>
      item.kind === 'column'
        ? columnSchema(catalog, source.table, item.column)
        : nullable(columnsOf(catalog, item.table, item.fields)),
    ),
  );
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
    case 'average':
      return nullable({ type: 'number', description: `The mean, with ${measure.decimals} decimals.` });
    case 'money':
      return { type: 'number', description: `Exact, with ${measure.decimals} decimals.` };
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
