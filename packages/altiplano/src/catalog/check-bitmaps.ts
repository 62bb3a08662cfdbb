import { bitmapDefinitionOf } from '../bitmap/definition.ts';
import { Failure } from '../errors/failure.ts';
import { sameDefinition } from '../keep/registered.ts';
import type { Resource } from '../resource/resource.ts';
import { tenantBitmaps } from '../resource/tenants.ts';
import { LONGEST_TERM } from '../resource/term.ts';
import { type Catalog, columnType } from './catalog.ts';

/**
 * A bitmap that holds something else than is declared, or that has not been built; a facet whose values may be too long.
 * BITMAP_CHANGED, BITMAP_UNBUILT, DECL_INVALID
 */
export function checkBitmaps(resource: Resource, catalog: Catalog): readonly Failure[] {
  const { schema, bitmaps } = catalog;
  const own = resource.bitmap;
  const kept = [...(own === null ? [] : [own]), ...tenantBitmaps(resource)].flatMap((bitmap) => {
    const kept = bitmaps.get(bitmap.name);
    const values = { resource: resource.name, bitmap: `${schema}.${bitmap.name}`, state: kept?.state ?? '' };
    if (kept === undefined || !sameDefinition(kept.definition, bitmapDefinitionOf(bitmap)))
      return [new Failure('BITMAP_CHANGED', { values })];
    return kept.state === 'ready' ? [] : [new Failure('BITMAP_UNBUILT', { values })];
  });
  return [...kept, ...checkFacetValues(resource, catalog)];
}

/** A term is kept as it is up to 400 bytes and as a hash beyond: a facet would miss the value, whose name the hash hides. */
function checkFacetValues({ name, table, facets, domains }: Resource, catalog: Catalog): readonly Failure[] {
  return Object.entries(facets).flatMap(([facet, over]) => {
    if (over.kind !== 'column' || domains[over.column] !== undefined) return [];
    const type = columnType(catalog, table, over.column);
    const limit = /^character(?: varying)?\((\d+)\)$/.exec(type)?.[1];
    const isLong = limit === undefined ? type === 'text' || type.startsWith('character') : false;
    if (!isLong && over.column.length + 1 + 4 * Number(limit ?? 0) <= LONGEST_TERM) return [];
    const problem = `has a facet ${facet} over ${over.column}, a ${type} whose values may be too long to be counted by name`;
    const remedy = `Give ${over.column} a domain, or a type of at most ${Math.floor((LONGEST_TERM - 1 - over.column.length) / 4)} characters.`;
    return [new Failure('DECL_INVALID', { values: { resource: name, problem, remedy } })];
  });
}

/** Tables that a page reads, with the columns it names there. */
export function bitmapColumns(resource: Resource): readonly (readonly [table: string, columns: readonly string[]])[] {
  const bitmap = resource.bitmap;
  if (bitmap === null) return [];
  const { name, tenant, order, key, ranges } = bitmap;
  const low = [`low_${order}`, `low_${key}`];
  const entry = ['writer', tenant, order, key, 'segment', 'slot', 'born', 'minus', 'plus'];
  return [
    [`${name}_segment`, [tenant, 'segment', ...low, 'width', 'folded']],
    [`${name}_block`, [tenant, 'segment', 'block', ...low, `${order}s`, `${key}s`]],
    [name, [tenant, 'term', 'segment', 'bits']],
    ...ranges.flatMap((column) => [
      [`${name}_${column}`, [tenant, 'segment', 'bin', 'place']] as const,
      [`${name}_${column}_lows`, [tenant, 'segment', 'lows']] as const,
    ]),
    ...[0, 1].map((generation) => [`${name}_tail_${generation}`, entry] as const),
  ];
}

/** Functions that a page calls. */
export function bitmapFunctions(resource: Resource): readonly string[] {
  const bitmap = resource.bitmap;
  if (bitmap === null) return [];
  return [`${bitmap.name}_unfolded`, ...bitmap.ranges.map((column) => `${bitmap.name}_${column}_between`)];
}
