import { describe, expect, it } from 'vitest';
import { routeWithOperation } from './operation.ts';

describe('an operation of GraphQL', () => {
  it.each([
    ['/graphql', { query: 'query A { a } query B { b }', operationName: 'B' }, 'B'],
    ['/graphql', { query: '# what it is for\n  mutation Add($n: Int) { add(n: $n) }' }, 'Add'],
    ['/graphql', { operationName: 'Kept', extensions: { persistedQuery: {} } }, 'Kept'],
    ['/graphql?query=query%20Told%7Ba%7D', undefined, 'Told'],
    ['/graphql?query=%7Ba%7D&operationName=Named', undefined, 'Named'],
    ['/graphql?operationName=Hashed&extensions=%7B%7D', undefined, 'Hashed'],
  ])('of %s %o is named', (url, body, name) => {
    expect(routeWithOperation('/graphql', url, body)).toBe(`/graphql ${name}`);
  });

  it.each([
    ['/search?query=shoes', undefined],
    ['/search?operationName=x', undefined],
    ['/search', { query: 'shoes', operationName: 'x' }],
    ['/search', { operationName: 'x' }],
    ['/graphql', { query: '{ a }' }],
    ['/graphql', { query: '{ a }', operationName: 'anna@example.org' }],
    ['/graphql', { query: '{ a }', operationName: 'x'.repeat(61) }],
    ['/graphql', [{ query: 'query A { a }' }]],
    ['/graphql', Buffer.from('{}')],
    ['/graphql', null],
    ['/graphql', 'query A { a }'],
  ])('of %s %o is none', (url, body) => {
    expect(routeWithOperation('/other', url, body)).toBe('/other');
  });

  it('is told apart from a hundred others at most', () => {
    const routes = Array.from({ length: 300 }, (_, index) =>
      routeWithOperation('/many', '/many', { query: `query Made${index} { a }` }),
    );
    expect(new Set(routes).size).toBe(101);
    expect(routes.at(-1)).toBe('/many');
    expect(routeWithOperation('/many', '/many', { query: 'query Made7 { a }' })).toBe('/many Made7');
  });
});
