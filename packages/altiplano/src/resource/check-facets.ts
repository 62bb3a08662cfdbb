import { Failure } from '../errors/failure.ts';
import type { Facet } from './filter.ts';
import type { Resource } from './resource.ts';

/**
 * Refuses facets that nothing counts, or that no filter goes with: a count is there to be clicked on.
 * @throws DECL_INVALID
 */
export function checkFacets(resource: Resource): void {
  for (const [name, facet] of Object.entries(resource.facets)) {
    const over = facet.kind === 'column' ? facet.column : facet.link;
    if (resource.bitmap === null) {
      refuse(
        resource,
        `has a facet ${name} and no bitmaps`,
        'Name its `bitmaps`: facets are counted in them, since counting rows has no bound.',
      );
    }
    if (!isFiltered(resource, facet)) {
      refuse(
        resource,
        `has a facet ${name} over ${over}, by which it cannot be filtered`,
        `Give ${over} a filter of values, or leave the facet out: what is counted must be what a filter keeps.`,
      );
    }
    if (facet.kind === 'column' && resource.bitmap.ranges.includes(over)) {
      refuse(
        resource,
        `has a facet ${name} over ${over}, which is compared`,
        'Leave the facet out: of what is measured there are too many values to count each.',
      );
    }
  }
}

function isFiltered({ filters }: Resource, facet: Facet): boolean {
  return Object.values(filters).some((filter) =>
    facet.kind === 'column'
      ? filter.kind === 'values' && !filter.negated && filter.column === facet.column
      : filter.kind === 'linked' && !filter.negated && filter.link === facet.link && filter.target === facet.target,
  );
}

function refuse(resource: Resource, problem: string, remedy: string): never {
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}
