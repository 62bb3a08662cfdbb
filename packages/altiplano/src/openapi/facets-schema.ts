import type { Catalog } from '../catalog/catalog.ts';
import type { Facet } from '../resource/filter.ts';
import type { Resource } from '../resource/resource.ts';
import { columnSchema } from './column-schema.ts';
import { objectOf, type Schema } from './schema.ts';

/** The `facets` key of a page: a list for each facet asked for; null for a resource that has none. */
export function facetsSchema({ table, facets, domains }: Resource, catalog: Catalog): Schema | null {
  const entries = Object.entries(facets);
  if (entries.length === 0) return null;
  const count = { type: 'integer', format: 'int64', minimum: 1 };
  const item = (facet: Facet): Schema =>
    facet.kind === 'column'
      ? objectOf({ value: columnSchema(catalog, table, facet.column, domains[facet.column]), count })
      : objectOf({
          ...{ value: columnSchema(catalog, facet.target, 'id'), count },
          name: columnSchema(catalog, facet.target, facet.name),
        });
  const lists = entries.map(([name, facet]) => [name, { type: 'array', items: item(facet) }] as const);
  return {
    description: 'How many rows have each value under the other filters, those of the facet itself left out.',
    ...{ type: 'object', properties: Object.fromEntries(lists), additionalProperties: false },
  };
}
