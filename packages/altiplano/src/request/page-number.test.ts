import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exampleResource, SHOP } from '../../test/support/example-resource.ts';
import { numbered } from '../resource/envelope.ts';
import { parseList } from './parse.ts';

const members = { items: 'items', total: 'total' };
const LAST = Number.MAX_SAFE_INTEGER;

function parse(lenient: boolean, query: readonly (readonly [string, string])[]) {
  const resource = exampleResource({ envelope: numbered(members, { lenient }) });
  const parsed = parseList(
    resource,
    new URLSearchParams([['shop_id', SHOP], ...query.map(([a, b]): [string, string] => [a, b])]),
  );
  if ('refusal' in parsed) return { errors: parsed.refusal.errors };
  const { size, offset, number, count } = parsed.request;
  return { size, offset, page: number?.page, count };
}

describe('the page of a lenient list', () => {
  // What Paginator.get_page says of 3 pages, with LAST for the last one.
  test.each([
    ...[
      ['', 1],
      ['x', 1],
      ['1.0', 1],
      ['1e1', 1],
      ['0x2', 1],
      ['²', 1],
      ['9'.repeat(4_301), 1],
      ['_1', 1],
      ['1__0', 1],
      ['--1', 1],
      ['\0', 1],
    ],
    ...[
      ['1', 1],
      ['2', 2],
      ['007', 7],
      [' 2 ', 2],
      ['+2', 2],
      ['1_0', 10],
      ['２', 2],
      ['٣', 3],
      ['𝟙𝟘', 10],
      ['\t3\n', 3],
    ],
    ...[
      ['0', LAST],
      ['-1', LAST],
      ['-0', LAST],
      ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ],
  ] as const)('%j', (text, page) => {
    expect(parse(true, [['page', text]])).toMatchObject({ page, size: 25, count: 'exact' });
  });

  test.each([
    ...[
      ['', 25],
      ['x', 25],
      ['0', 25],
      ['-3', 25],
      ['2.5', 25],
      ['\0', 25],
    ],
    ...[
      ['1', 1],
      ['100', 100],
      ['101', 100],
      ['9'.repeat(400), 100],
      [' +7 ', 7],
    ],
  ] as const)('has for a size of %j rows', (text, size) => {
    expect(parse(true, [['size', text]])).toMatchObject({ page: 1, size, offset: 0 });
  });

  test('is never refused, and its offset is a whole number', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.integer().map(String)), (page, size) => {
        const parsed = parse(true, [
          ['page', page],
          ['size', size],
        ]);
        expect(parsed.errors).toBeUndefined();
        expect(Number.isSafeInteger(parsed.offset)).toBe(true);
      }),
    );
  });
});

describe('the page of a strict list', () => {
  test.each([
    ['', 1, 25, 0],
    ['page=3', 3, 25, 50],
    ['page=3&size=100', 3, 100, 200],
    ['page=1&page=2&size=1', 2, 1, 1],
    [`page=${LAST}&size=100`, LAST, 100, LAST],
  ] as const)("'%s'", (query, page, size, offset) => {
    expect(parse(false, [...new URLSearchParams(query)])).toEqual({ page, size, offset, count: 'exact' });
  });

  test.each(['', '0', '-1', '+1', '1.0', ' 1', 'x', '1_0', String(2 ** 53)])("'%s' is none", (text) => {
    expect(parse(false, [['page', text]])).toEqual({
      errors: { page: [`Must be a whole number from 1 to ${LAST}.`] },
    });
  });

  test.each(['', '0', '101', '1e1', '-5'])("'%s' is no size", (text) => {
    expect(parse(false, [['size', text]])).toEqual({ errors: { size: ['Must be a whole number from 1 to 100.'] } });
  });
});

test.each(['cursor', 'page_size', 'count', 'limit', 'offset'])('%s means nothing where pages have numbers', (other) => {
  for (const lenient of [true, false])
    expect(parse(lenient, [[other, '1']])).toEqual({ errors: { [other]: [expect.stringContaining('Unknown')] } });
});

test('a list that is not counted cannot be asked to be', () => {
  const resource = exampleResource({ envelope: { kind: 'cursors', counted: false } });
  const query = new URLSearchParams(`shop_id=${SHOP}&count=exact&offset=1&page_size=3`);
  const parsed = parseList(resource, query);
  expect('refusal' in parsed && Object.keys(parsed.refusal.errors ?? {}).sort()).toEqual(['count', 'offset']);
});
