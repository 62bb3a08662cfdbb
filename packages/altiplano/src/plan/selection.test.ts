import { describe, expect, test } from 'vitest';
import { exampleResource, NO_TABLES, SHOP } from '../../test/support/example-resource.ts';
import { parseList } from '../request/parse.ts';
import { sortConditions } from './conditions.ts';
import { type Selection, selectionOf, termsRead } from './selection.ts';

const ID = '123e4567-e89b-12d3-a456-426614174000';
const resource = exampleResource();

function select(query: string): Selection {
  const parsed = parseList(resource, new URLSearchParams(`shop_id=${SHOP}&${query}`));
  if ('refusal' in parsed) throw parsed.refusal;
  const caller = { userId: ID, role: 'admin', attributes: { author_id: null } };
  if (resource.bitmap === null) throw new Error('the example has bitmaps');
  return selectionOf(
    resource.bitmap,
    sortConditions(resource, parsed.request.terms, { caller, catalog: NO_TABLES }, parsed.request.any),
  );
}

const groups = (query: string) => select(query).groups.map(({ terms }) => terms);
const excluded = (query: string) => select(query).excluded.map(({ terms }) => terms);

describe('conditions become terms', () => {
  test.each([
    ['genre=crime,poetry', [['genre=crime', 'genre=poetry']], []],
    ['genre__isnull=true', [['genre']], []],
    ['genre__isnull=false', [], [['genre']]],
    ['genre__neq=crime', [], [['genre=crime']]],
    ['genre__neq=crime&genre__isnull=false', [], [['genre=crime', 'genre']]],
    ['sold=true', [['sold=true']], []],
    [`author_id=${ID}`, [[`author_id=${ID}`]], []],
    [`tags=${ID}`, [[`book_tag=${ID}`]], []],
    [`tags__neq=${ID}`, [], [[`book_tag=${ID}`]]],
    ['extra=a=b=c', [['extra.1.a=b=c']], []],
    [
      `any=genre:crime|sold:true|tags:${ID}|extra:a=1`,
      [['genre=crime', 'sold=true', `book_tag=${ID}`, 'extra.1.a=1']],
      [],
    ],
  ])('%s', (query, all, none) => {
    expect(groups(query)).toEqual(all);
    expect(excluded(query)).toEqual(none);
  });
});

test('comparisons are terms worked out on the way, all bounds of a column as one', () => {
  const { comparisons, groups: all, excluded: none } = select('price__gt=5&price__lte=9&price__neq=7');
  expect(comparisons.map(({ term, bounds }) => [term, ...bounds])).toEqual([
    ['<1', { operator: '>', value: '5' }, { operator: '<=', value: '9' }],
    ['<2', { operator: '=', value: '7' }],
  ]);
  expect(all.map(({ terms }) => terms)).toEqual([['<1']]);
  expect(none.map(({ terms }) => terms)).toEqual([['<2']]);
});

describe('trigrams', () => {
  test('of three characters there is one, and it is the answer', () => {
    expect(select('search=abc').search).toMatchObject({ places: [1], exact: true });
    expect(select('search=a%1fc').search).toMatchObject({ exact: false });
  });

  test('of a long text twelve at most are looked up, the last among them', () => {
    for (const length of [4, 14, 15, 40, 999]) {
      const { search } = select(`search=${'x'.repeat(length)}`);
      expect(search?.exact).toBe(false);
      expect(search?.places.at(-1)).toBe(length - 2);
      expect(search?.places.length).toBeLessThanOrEqual(13);
      expect(new Set(search?.places).size).toBe(search?.places.length);
    }
  });
});

test('what a selection reads is counted with the term every live row has', () => {
  expect(termsRead(select(''))).toBe(1);
  expect(termsRead(select('genre=crime,poetry&sold=true&search=abcd'))).toBe(6);
});
