import { describe, expect, test } from 'vitest';
import { exampleResource, NO_TABLES, SHOP } from '../../test/support/example-resource.ts';
import type { Catalog, Index } from '../catalog/catalog.ts';
import { parseList } from '../request/parse.ts';
import { sortConditions } from './conditions.ts';
import { chooseLed } from './led.ts';
import type { Access, Caller } from './plan.ts';

const ID = '123e4567-e89b-12d3-a456-426614174000';
const ADMIN: Caller = { userId: ID, role: 'admin', attributes: { author_id: null } };
const AUTHOR: Caller = { userId: ID, role: 'author', attributes: { author_id: ID } };

function withIndex(index: Partial<Index>): Catalog {
  const { table } = exampleResource();
  const whole = { name: 'led', method: 'btree', keys: [], unique: false, predicate: null, valid: true, ...index };
  const columns = new Map([['author_id', { name: 'author_id', type: 'uuid', nullable: true }]]);
  const rowSecurity = { enabled: true, forced: true, policies: [] };
  const one = { name: table, columns, indexes: [whole], rowSecurity };
  return { ...NO_TABLES, tables: new Map([[table, one]]) };
}

const { tenant, order, deleted } = exampleResource();
const ROWS = deleted === null ? null : `(NOT ${deleted})`;
const ordering = order.map(({ column }) => column);
const keysOf = (column: string, direction = '') => [
  tenant.column,
  ...[column, ...ordering].map((one) => `${one}${direction}`),
];

function accessOf(index: Partial<Index>, query = '', caller = AUTHOR): Access | null {
  const resource = exampleResource();
  const catalog = withIndex({ predicate: ROWS, ...index });
  const parsed = parseList(resource, new URLSearchParams(`shop_id=${SHOP}&${query}`));
  if ('refusal' in parsed) throw parsed.refusal;
  const { terms, any, offset } = parsed.request;
  return chooseLed(resource, catalog, sortConditions(resource, terms, { caller, catalog }, any), offset);
}

const LED = { kind: 'walk', isChecked: false, led: { column: 'author_id', value: ID } };

describe('rows of one value are walked by an index of its column in page order', () => {
  test.each(['', ' desc'])('in either direction:%s', (direction) =>
    expect(accessOf({ keys: keysOf('author_id', direction) })).toMatchObject(LED),
  );

  test('within a stretch of the order', () =>
    expect(accessOf({ keys: keysOf('author_id') }, 'created_at__gte=2026-01-01')).toMatchObject(LED));

  test('whoever asks for the value', () => {
    const keys = keysOf('sold');
    expect(accessOf({ keys }, 'sold=true', ADMIN)).toMatchObject({ led: { column: 'sold', value: 'true' } });
  });
});

describe('everything else is not', () => {
  test.each([
    ['another condition', {}, 'genre=crime'],
    ['a comparison', {}, 'price__gt=5'],
    ['a search', {}, 'search=needle'],
    ['an offset', {}, 'limit=10&offset=20'],
    ['no index in that order', { keys: [tenant.column, 'author_id'] }, ''],
    ['one of both directions', { keys: [tenant.column, 'author_id', ...ordering.map((one) => `${one} desc`)] }, ''],
    ['one that no tenant leads', { keys: keysOf('author_id').slice(1) }, ''],
    ['one of other rows', { predicate: '(sold)' }, ''],
    ['one that was not finished', { valid: false }, ''],
    ['one that is no tree', { method: 'hash' }, ''],
  ] as const)('%s', (_, index, query) => expect(accessOf({ keys: keysOf('author_id'), ...index }, query)).toBeNull());

  test('a text, whose order is a collation’s', () =>
    expect(accessOf({ keys: keysOf('genre') }, 'genre=crime', ADMIN)).toBeNull());

  test('several values, or all but one', () => {
    expect(accessOf({ keys: keysOf('genre') }, 'genre__in=crime,poetry', ADMIN)).toBeNull();
    expect(accessOf({ keys: keysOf('genre') }, 'genre__neq=crime', ADMIN)).toBeNull();
  });

  test('nobody’s rows', () => {
    expect(accessOf({ keys: keysOf('author_id') }, '', { ...AUTHOR, attributes: { author_id: null } })).toBeNull();
    expect(accessOf({ keys: keysOf('author_id') }, '', { ...AUTHOR, role: 'visitor' })).toBeNull();
  });
});
