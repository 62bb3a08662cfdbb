import { Failure } from '../errors/failure.ts';
import type { Resource } from './resource.ts';

/** A ranked search is what chooses rows: nothing goes with it that needs all of them. @throws DECL_INVALID */
export function checkRanked(resource: Resource): void {
  const searches = Object.values(resource.filters).filter((filter) => filter.kind === 'search');
  if (!searches.some(({ ranked }) => ranked)) return;
  const [problem, remedy] = problemOf(resource, searches.length) ?? [];
  if (problem === undefined || remedy === undefined) return;
  throw new Failure('DECL_INVALID', { values: { resource: resource.name, problem, remedy } });
}

function problemOf(
  { bitmap, facets, envelope, orders }: Resource,
  searches: number,
): readonly [problem: string, remedy: string] | null {
  if (bitmap === null)
    return ['ranks what it finds and keeps no bitmaps', 'Name its `bitmaps`: rows are found by their trigrams.'];
  if (searches > 1)
    return ['has a ranked search and another one', 'Leave one of them out: the text is kept in one way only.'];
  if (Object.keys(facets).length > 0)
    return [
      'has facets and a ranked search',
      'Leave the facets out: a ranked search finds the best rows, and counts no others.',
    ];
  if (envelope.kind === 'numbered')
    return ['numbers the pages of a ranked search', 'Use `cursors()`: only the best rows are found.'];
  if (Object.values(orders).some(({ kind }) => kind === 'figure'))
    return [
      'orders by a figure and has a ranked search',
      'Keep the figure in a column of the rows: what was found is sorted by columns.',
    ];
  return null;
}
