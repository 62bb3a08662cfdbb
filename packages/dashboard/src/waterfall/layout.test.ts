import { describe, expect, test } from 'vitest';
import type { ProfiledQuery } from '../api/types.ts';
import { barsOf, layoutLayers, layoutQueries } from './layout.ts';

const query = (ordinal: number, more: Partial<ProfiledQuery> = {}): ProfiledQuery => ({
  ordinal,
  text: 'select 1',
  fingerprint: 'one',
  kind: 'read',
  from: ordinal * 10,
  pool: 0,
  database: 5,
  decode: 1,
  rows: 1,
  error: null,
  parameters: null,
  layer: null,
  label: null,
  site: null,
  verdicts: [],
  plan: null,
  ...more,
});

describe('bars of a query', () => {
  test('follow each other: pool, database, decode', () => {
    expect(barsOf(query(0, { from: 10, pool: 20, database: 30, decode: 40 }), 200)).toEqual([
      { phase: 'pool', left: 5, width: 10 },
      { phase: 'database', left: 15, width: 15 },
      { phase: 'decode', left: 30, width: 20 },
    ]);
  });

  test('a wait that was none is not drawn, a query always is', () => {
    const bars = barsOf(query(0, { database: 0, decode: 0 }), 200);
    expect(bars.map(({ phase }) => phase)).toEqual(['database']);
    expect(bars[0]?.width).toBeGreaterThan(0);
  });

  test('stay inside, whatever the times say', () => {
    for (const total of [0, 1, 100]) {
      for (const { left, width } of barsOf(query(0, { from: 99.99, pool: 7, database: 0, decode: 300 }), total)) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(100.001);
      }
    }
  });
});

describe('rows of the waterfall', () => {
  const queries = [
    query(2, { rows: null, verdicts: ['n-plus-one'] }),
    query(0),
    query(1, { fingerprint: 'two' }),
    query(3, { verdicts: ['n-plus-one', 'slow-query'] }),
  ];

  test('one a query, as they were asked for', () => {
    expect(layoutQueries(queries, 100, false).map(({ query: { ordinal } }) => ordinal)).toEqual([0, 1, 2, 3]);
  });

  test('one a shape, with what all of them took, returned and are blamed for', () => {
    const [first, second, ...rest] = layoutQueries(queries, 100, true);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ calls: 3, spent: 18, rows: 2, verdicts: ['n-plus-one', 'slow-query'] });
    expect(first?.bars).toHaveLength(6);
    expect(second).toMatchObject({ calls: 1, spent: 6, rows: 1 });
  });
});

describe('layers', () => {
  const layer = (name: string, ...intervals: [number, number][]) => ({
    name,
    total: 0,
    own: 0,
    database: 0,
    statements: 0,
    intervals: intervals.map(([from, to]) => ({ from, to })),
  });

  test('those inside others lie below, those after them beside', () => {
    const bars = layoutLayers(
      [layer('inner', [10, 20], [30, 40]), layer('outer', [0, 50]), layer('last', [50, 100])],
      100,
    );
    expect(bars.map(({ name, lane, left, width }) => [name, lane, left, width])).toEqual([
      ['outer', 0, 0, 50],
      ['inner', 1, 10, 10],
      ['inner', 1, 30, 10],
      ['last', 0, 50, 50],
    ]);
  });
});
