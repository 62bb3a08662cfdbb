import type { Resource } from '../resource/resource.ts';
import { suggest } from './suggest.ts';
import { type Reading, readList } from './values.ts';

/** Names of facets between commas, each once, in the order asked for. */
export function readFacets({ facets }: Resource, text: string): Reading<readonly string[]> {
  return readList(text, (name) =>
    Object.hasOwn(facets, name)
      ? { value: name }
      : { message: `Not a facet of this list. ${suggest(name, Object.keys(facets))}` },
  );
}
