import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import type { Rows } from '../execute/rows.ts';
import type { ListPlan } from '../plan/plan.ts';
import { decodeCursor } from '../request/cursor.ts';
import type { Position } from '../request/request.ts';
import { links } from './links.ts';

const resource = exampleResource();
const key = (day: number): readonly string[] => [
  `2026-01-${String(day).padStart(2, '0')}T00:00:00.000000Z`,
  '123e4567-e89b-12d3-a456-426614174000',
];
const address = {
  origin: 'http://127.0.0.1:3000',
  path: '/books/',
  query: new URLSearchParams('shop_id=1&cursor=old&tags=a%2Cb&extra=x%3D1&extra=y%3D2&cursor=older'),
};

const FULL = { found: 3, first: key(9), last: key(8) };
const LAST = { found: 2, first: key(9), last: key(8) };
const EMPTY = { found: 0, first: null, last: null };

/** Where a page of two leads: `after 8`. */
function leadsTo(position: Position | null, found: Pick<Rows, 'found' | 'first' | 'last'>) {
  const rows: Rows = { allowed: true, current: true, items: null, etag: null, count: null, facets: null, ...found };
  const { next, previous } = links({ position, size: 2, offset: null } as ListPlan, rows, resource, address);
  return [next, previous].map((link) => {
    if (link === null) return null;
    const to = decodeCursor(resource, new URL(link).searchParams.get('cursor') ?? '');
    return to && `${to.reading} ${Number(to.values[0]?.slice(8, 10))}`;
  });
}

const at = (reading: Position['reading']): Position => ({ reading, values: key(5) });

describe('links of a page', () => {
  test.each([
    ['the first', null, FULL, ['after 8', null]],
    ['the only', null, LAST, [null, null]],
    ['an empty list', null, EMPTY, [null, null]],
    ['a middle one, forward', at('after'), FULL, ['after 8', 'before 9']],
    ['the last, forward', at('after'), LAST, [null, 'before 9']],
    ['an emptied one, forward', at('after'), EMPTY, [null, 'upto 5']],
    ['a middle one, back', at('before'), FULL, ['after 8', 'before 9']],
    ['the first, back', at('before'), LAST, ['after 8', null]],
    ['an emptied one, back', at('before'), EMPTY, ['from 5', null]],
    ['emptied on the way on again', at('from'), EMPTY, [null, 'before 5']],
    ['emptied on the way back again', at('upto'), EMPTY, ['after 5', null]],
    ['back from an emptied one', at('upto'), FULL, ['after 8', 'before 9']],
    ['on from an emptied one', at('from'), LAST, [null, 'before 9']],
  ] as const)('%s', (_, position, rows, expected) => expect(leadsTo(position, rows)).toEqual(expected));

  test('carry every other parameter, once and encoded, and one cursor', () => {
    const rows: Rows = { allowed: true, current: true, items: null, etag: null, count: null, facets: null, ...FULL };
    const { next } = links({ position: null, size: 2, offset: null } as ListPlan, rows, resource, address);
    const url = new URL(next ?? '');
    expect(url.origin + url.pathname).toBe('http://127.0.0.1:3000/books/');
    expect([...url.searchParams.keys()]).toEqual(['shop_id', 'tags', 'extra', 'extra', 'cursor']);
    expect(url.searchParams.getAll('extra')).toEqual(['x=1', 'y=2']);
  });
});

describe('links of a page by offset', () => {
  const query = new URLSearchParams('limit=2&shop_id=1&offset=3&extra=x%3D1&limit=9&extra=y%3D2');
  const at = (offset: number, found: number) => {
    const rows: Rows = {
      allowed: true,
      current: true,
      items: null,
      etag: null,
      count: '9',
      facets: null,
      ...FULL,
      found,
    };
    const { next, previous } = links({ position: null, size: 2, offset } as ListPlan, rows, resource, {
      ...address,
      query,
    });
    return [next, previous].map((link) => link && new URL(link).search);
  };
  const kept = '?shop_id=1&extra=x%3D1&extra=y%3D2';
  test.each([
    ['the first', 0, 3, `${kept}&limit=2&offset=2`, null],
    ['the only', 0, 2, null, null],
    ['a middle one', 4, 3, `${kept}&limit=2&offset=6`, `${kept}&limit=2&offset=2`],
    ['less than a page from the start', 1, 3, `${kept}&limit=2&offset=3`, `${kept}&limit=2&offset=0`],
    ['past the end', 100, 0, null, `${kept}&limit=2&offset=98`],
  ])('%s', (_, offset, found, next, previous) => expect(at(offset, found)).toEqual([next, previous]));
});
