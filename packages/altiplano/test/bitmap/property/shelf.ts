import { app } from '../../../src/resource/app.ts';
import { tables } from '../../../src/resource/declare.ts';
import type { Filter } from '../../../src/resource/filter.ts';
import type { Resource } from '../../../src/resource/resource.ts';
import { isText } from './place.ts';
import { READER } from './schema-sql.ts';
import type { Shape } from './shape.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tables of a random schema have no type
type Anything = any;

const { resource, columns, filters, facets } = tables<Anything>();
const by = filters('item');

/** Everything a shape can be asked for, as a declaration. */
export function itemsOf({ place, values, ranges, attributes, searched, links }: Shape): Resource {
  const plain = values.map(({ name, type }): Record<string, Filter> => {
    if (type === 'uuid' || type === 'boolean')
      return { ...by.exact(name, type), [`${name}__isnull`]: { kind: 'null', column: name } };
    return by.values(name, ['in', 'neq', 'isnull']);
  });
  const compared = ranges.map(({ name, type }) => {
    const value = type === 'date' ? type : 'float8';
    return { ...by.exact(name, value), ...by.range(name, value, ['gt', 'gte', 'lt', 'lte', 'neq']) };
  });
  const linked = links.map(({ table, target }) =>
    by.linked(table, target, { any: [table, `${table}_too`], none: `${table}_not` }),
  );
  return resource('item', {
    name: 'items',
    path: '/items/',
    tenant: 'shop_id',
    ...(place.marked ? { deleted: 'gone' } : {}),
    order: place.direction === 'desc' ? ['-made_at', '-id'] : ['made_at', 'id'],
    orderTypes: [isText(place) ? 'text' : 'timestamptz', place.key],
    fields: columns('item', 'id'),
    filters: Object.assign(
      {},
      ...plain,
      ...compared,
      ...linked,
      ...attributes.map(({ name }) => by.attributes(name)),
      searched.length === 0 ? {} : by.search(searched.map(({ name }) => name)),
      by.range('made_at', isText(place) ? 'text' : 'timestamptz', ['gte', 'lt']),
      isText(place) ? by.values('made_at', ['in', 'neq', 'isnull']) : {},
    ),
    facets: Object.assign(
      facets('item').columns(...values.map(({ name }) => name)),
      ...links.map(({ table, target }) => facets('item').linked(`${table}_facet`, table, target, 'name')),
    ),
    bitmaps: 'item_bitmap',
  });
}

export function appOf(schema: string, items: Resource) {
  return app({
    name: schema,
    schema,
    migrations: new URL('./none/', import.meta.url),
    identity: {
      table: 'reader',
      role: 'role',
      attributes: [],
      membership: { table: 'reader_shop', user: 'reader_id', tenant: 'shop_id' },
    },
    resources: [items],
    sample: {
      volume: {},
      run: async () => ({ rows: {}, demo: { user: READER, path: '/items/' } }),
      find: async () => null,
    },
  });
}
