import { expect, test } from 'vitest';
import { EXAMPLE, type ExampleDeclaration, exampleResource } from '../../test/support/example-resource.ts';
import { numbered } from './envelope.ts';
import { filtersOf } from './filters.ts';

const ranked = { ...EXAMPLE.filters, ...filtersOf<string, string>().ranked('title') };
const declare = (changes: Partial<ExampleDeclaration>) => () =>
  exampleResource({ facets: {}, filters: ranked, ...changes });

test('a ranked search keeps words and is the only one', () => {
  expect(declare({})().bitmap).toMatchObject({ search: ['title'], words: true });
  expect(exampleResource().bitmap).not.toHaveProperty('words');
});

test.each([
  [{ facets: EXAMPLE.facets }, 'facets'],
  [{ envelope: numbered({ items: 'items' }) }, 'numbers the pages'],
  [{ filters: { ...ranked, part: { kind: 'search', columns: ['title'], least: 3 } } }, 'another one'],
] as const)('what cannot go with it is refused: %#', (changes, problem) => {
  expect(declare(changes as Partial<ExampleDeclaration>)).toThrow(problem);
});

test('it needs bitmaps', () => {
  const { bitmaps: _, ...rest } = { ...EXAMPLE, facets: {}, filters: ranked };
  expect(() => exampleResource({ ...rest, bitmaps: undefined } as never)).toThrow('keeps no bitmaps');
});
