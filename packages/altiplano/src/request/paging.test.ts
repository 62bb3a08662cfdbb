import { describe, expect, test } from 'vitest';
import { exampleResource, SHOP } from '../../test/support/example-resource.ts';
import { encodeCursor } from './cursor.ts';
import { parseList } from './parse.ts';

const resource = exampleResource();
const cursor = encodeCursor(resource, {
  reading: 'after',
  values: ['2026-01-01T00:00:00.000000Z', '123e4567-e89b-12d3-a456-426614174000'],
});

function parse(query: string) {
  const parsed = parseList(resource, new URLSearchParams(`shop_id=${SHOP}&${query}`));
  if ('refusal' in parsed) return { errors: parsed.refusal.errors };
  const { position, size, offset, count, facets } = parsed.request;
  return { position, size, offset, count, facets };
}

describe('limit and offset', () => {
  test.each([
    ['', 25, null, 'none'],
    ['count=exact&page_size=3', 3, null, 'exact'],
    ['limit=10', 10, 0, 'exact'],
    ['offset=0', 25, 0, 'exact'],
    ['offset=30', 25, 30, 'exact'],
    ['limit=101&offset=7', 100, 7, 'exact'],
    ['limit=7&limit=8', 8, 0, 'exact'],
    ['limit=7&count=estimated', 7, 0, 'exact'],
    [`offset=${'9'.repeat(400)}`, 25, Number.MAX_SAFE_INTEGER, 'exact'],
  ] as const)("'%s'", (query, size, offset, count) => {
    expect(parse(query)).toMatchObject({ position: null, size, offset, count });
  });

  test.each(['', '-1', '+1', '1.0', '1e2', ' 1', '0x1', '１', 'x'])("'%s' is none of either", (text) => {
    const query = new URLSearchParams([
      ['limit', text],
      ['offset', text],
    ]);
    expect(parse(query.toString()).errors).toEqual({
      limit: ['Must be a whole number from 1 to 100.'],
      offset: ['Must be a whole number from 0.'],
    });
  });

  test('no page is empty', () => expect(Object.keys(parse('limit=0').errors ?? {})).toEqual(['limit']));

  test('go with neither a cursor nor a page size', () => {
    const both = /^Not together with cursor and page_size: leave limit out;/;
    expect(parse(`limit=5&cursor=${cursor}&page_size=5`).errors).toEqual({ limit: [expect.stringMatching(both)] });
    expect(parse(`offset=0&cursor=${cursor}`).errors).toEqual({ offset: [expect.stringContaining('with cursor:')] });
    expect(Object.keys(parse(`page_size=5&offset=0&limit=1`).errors ?? {})).toEqual(['limit', 'offset']);
    expect(Object.keys(parse(`page_size=0&offset=x`).errors ?? {}).sort()).toEqual(['offset', 'page_size']);
  });
});

describe('facets', () => {
  test.each([
    ['facets=sold,genre', ['sold', 'genre']],
    ['facets=sold,,sold,tags,', ['sold', 'tags']],
    ['facets=', []],
    ['facets=,', []],
    ['facets=sold&facets=title', ['title']],
  ])('%s', (query, facets) => expect(parse(query).facets).toEqual(facets));

  test.each([
    ['facets=gerne', "'gerne': Not a facet of this list. Did you mean 'genre'?"],
    ['facets=genre,constructor', "'constructor': Not a facet of this list. Known: genre, sold, title, tags."],
    ['facets=price', /Not a facet of this list/],
    ['facets= genre', /Not a facet of this list/],
  ])('%s is none', (query, message) => {
    expect(parse(query).errors).toEqual({ facets: [expect.stringMatching(message)] });
  });

  test('and alternatives are unknown where there are none', () => {
    const plain = exampleResource({ filters: {}, facets: {} });
    const parsed = parseList(plain, new URLSearchParams(`shop_id=${SHOP}&facets=genre&any=genre:crime`));
    const { errors = {} } = 'refusal' in parsed ? parsed.refusal : {};
    expect(Object.keys(errors).sort()).toEqual(['any', 'facets']);
    expect(errors.any?.[0]).toMatch(/^Unknown parameter\. (?!.*\bany\b)/);
  });
});
