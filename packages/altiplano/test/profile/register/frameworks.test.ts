import { describe, expect, it } from 'vitest';
import { useApp } from './run-app.ts';

describe.each([
  ['fastify', 'fastify.mjs', 'select 1 as guard'],
  ['koa', 'koa.mjs', 'select 1 as middle'],
])('a %s app', (framework, file, first) => {
  const app = useApp(file);

  it('has its route and layers', async () => {
    expect(await (await fetch(`${app().origin}/people/7`)).json()).toEqual([{ id: 7 }]);
    const [recording] = await app().recordings(1);
    expect(recording?.request).toEqual({
      framework,
      method: 'GET',
      path: '/people/7',
      route: '/people/:id',
      status: 200,
    });
    expect(recording?.queries.map(({ text, layer }) => [text, layer])).toEqual([
      [first, 'middleware'],
      ['select $1::int as id', null],
    ]);
    expect(recording?.layers.map(({ name }) => name)).toEqual(['middleware', 'serializer']);
    expect(app().said.stderr).toBe('');
  });

  if (framework !== 'fastify') return;
  it('tells operations of GraphQL apart', async () => {
    const before = (await app().recordings(0)).length;
    const body = JSON.stringify({ query: 'mutation Sell { sell }' });
    await fetch(`${app().origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const [recording] = (await app().recordings(before + 1)).slice(before);
    expect(recording?.request).toMatchObject({ path: '/graphql', route: '/graphql Sell' });
  });
});

describe('a hono app over postgres', () => {
  const app = useApp('hono.mjs');

  it('has its route, its layers and its loop', async () => {
    expect(await (await fetch(`${app().origin}/people/7`)).json()).toHaveLength(3);
    const [recording] = await app().recordings(1);
    expect(recording?.request).toMatchObject({ framework: 'hono', route: '/people/:id', status: 200 });
    expect(recording?.queries.map(({ text, layer, rows }) => [text, layer, rows])).toEqual([
      ['select 1 as middle', 'middleware', 1],
      ['select n as id, $1::int as asked from generate_series(1, 3) n', null, 3],
      ...Array(3).fill(['select $1::int as owner', null, 1]),
    ]);
    expect(recording?.layers.map(({ name }) => name)).toEqual(['middleware', 'serializer']);
    const [, parent, , second] = recording?.queries ?? [];
    expect(second?.site).toMatchObject({
      file: expect.stringMatching(/apps\/hono\.mjs$/),
      line: 32,
      function: 'loadPet',
    });
    expect(parent?.columnHashes?.id?.has(second?.parameterHashes?.[0]?.[0] ?? '')).toBe(true);
  });

  it('has transactions, cursors and errors', async () => {
    expect(await (await fetch(`${app().origin}/transaction`)).json()).toEqual([2, 2, 1, 2, 1]);
    const recording = (await app().recordings(2)).at(-1);
    expect(recording?.queries.map(({ text, kind, error }) => [text.trim(), kind, error])).toEqual([
      ['select 1 as middle', 'read', null],
      ['begin', 'transaction', null],
      ['select 2', 'read', null],
      ['select $1::int', 'read', null],
      ['commit', 'transaction', null],
      ['select n from generate_series(1, 5) n', 'read', null],
      ['select n from generate_series(1, 3) n', 'read', null],
      ['select 5', 'read', null],
      ['select 5', 'read', null],
      ['select nonsense', 'read', '42703'],
    ]);
    expect(recording?.queries.map(({ site }) => site?.function ?? null).at(-2)).toBe('askTwice');
    const transactions = recording?.queries.map(({ transaction }) => transaction);
    expect(new Set(transactions?.slice(1, 5)).size).toBe(1);
    expect([transactions?.[0], transactions?.[5]]).toEqual([null, null]);
    expect(recording?.queries.every(({ decoded }) => decoded !== null)).toBe(true);
  });
});
