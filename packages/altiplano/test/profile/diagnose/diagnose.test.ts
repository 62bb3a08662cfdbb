import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/profile/diagnose/diagnose.ts';
import { lengthOf } from '../../../src/profile/diagnose/intervals.ts';
import type { Finding } from '../../../src/profile/finding.ts';
import { queryOf, recordingOf } from '../recordings.ts';

const at = (name: string, from: number, to: number, within: string | null = null) => ({ name, from, to, within });
const bottleneck = (more: Parameters<typeof recordingOf>[0]) => diagnose(recordingOf(more)).bottleneck;

describe('layers', () => {
  test('that run at once count once, and know what lies inside them', () => {
    const layers = [
      at('middleware', 0, 10),
      at('handler', 10, 90),
      at('serializer', 20, 60, 'handler'),
      at('serializer', 30, 80, 'handler'),
    ];
    const queries = [
      queryOf(12, 18, { layer: 'handler' }),
      queryOf(30, 50, { layer: 'serializer' }),
      queryOf(40, 60, { layer: 'serializer' }),
      queryOf(92, 94),
      queryOf(95, 96, { kind: 'transaction' }),
    ];
    const profile = diagnose(recordingOf({ layers, queries }));
    expect(profile.layers.map(({ intervals: _, ...layer }) => layer)).toEqual([
      { name: 'middleware', total: 10, own: 10, database: 0, statements: 0 },
      { name: 'handler', total: 80, own: 20, database: 6, statements: 1 },
      { name: 'serializer', total: 60, own: 60, database: 30, statements: 2 },
      { name: 'other', total: 10, own: 10, database: 3, statements: 1 },
    ]);
    expect(profile.bottleneck.layer).toBe('serializer');
  });

  test('of which there are none leave everything to the rest', () => {
    const { layers } = diagnose(recordingOf({ queries: [queryOf(0, 40)] }));
    expect(layers).toEqual([
      { name: 'other', total: 100, own: 100, database: 40, statements: 1, intervals: [{ from: 0, to: 100 }] },
    ]);
  });
});

describe('a bottleneck', () => {
  test.each([
    ['io', { queries: [queryOf(10, 90)], processor: 10 }],
    ['pool', { queries: [queryOf(5, 90, { acquired: 85 })], processor: 10 }],
    ['cpu', { queries: [queryOf(5, 10)], processor: 92 }],
    ['shared', { queries: [queryOf(5, 10)], processor: 92, shared: true }],
    ['shared', { queries: [queryOf(0, 90)], processor: 5, shared: true, blocked: 80 }],
    ['mixed', { queries: [queryOf(0, 50)], processor: 45 }],
    ['mixed', { queries: [], processor: 10 }],
    ['mixed', { duration: 0 }],
  ] as const)('is %s only where one share is above 0.6', (type, more) => {
    expect(bottleneck(more).type).toBe(type);
  });

  test('waiting for a connection while another query runs is the database’s', () => {
    const { shares } = bottleneck({ queries: [queryOf(0, 80), queryOf(0, 80, { acquired: 70 })] });
    expect(shares).toMatchObject({ io: 0.8, pool: 0 });
  });

  test('without times nothing is explained', () => {
    const untimed = { asked: null, acquired: null, answered: null, decoded: null };
    expect(bottleneck({ queries: [queryOf(0, 90, untimed)], processor: null })).toMatchObject({
      type: 'mixed',
      shares: { io: 0, cpu: 0, unexplained: 1 },
    });
  });
});

const query = fc
  .record({
    from: fc.double({ min: -5, max: 120, noNaN: true }),
    pool: fc.double({ min: 0, max: 30, noNaN: true }),
    ran: fc.double({ min: 0, max: 80, noNaN: true }),
    layer: fc.constantFrom(null, 'a', 'b', 'nowhere'),
  })
  .map(({ from, pool, ran, layer }) => queryOf(from, from + pool + ran, { acquired: from + pool, layer }));
const layered = fc
  .tuple(
    fc.constantFrom('a', 'b'),
    fc.double({ min: -5, max: 110, noNaN: true }),
    fc.double({ min: 0, max: 60, noNaN: true }),
  )
  .map(([name, from, long]) => at(name, from, from + long, name === 'b' ? 'a' : null));
const recording = fc
  .record({
    duration: fc.double({ min: 0, max: 100, noNaN: true }),
    queries: fc.array(query, { maxLength: 8 }),
    layers: fc.array(layered, { maxLength: 6 }),
    processor: fc.option(fc.double({ min: 0, max: 200, noNaN: true })),
    shared: fc.boolean(),
    blocked: fc.double({ min: 0, max: 150, noNaN: true }),
  })
  .map(recordingOf);

test('whatever was recorded: shares are shares, nothing lasts longer than the whole, every statement is in one layer', () => {
  fc.assert(
    fc.property(recording, (recorded) => {
      const { bottleneck: verdict, layers, total } = diagnose(recorded);
      const shares = Object.values(verdict.shares);
      for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      if (verdict.type !== 'mixed') expect(verdict.shares[verdict.type]).toBeGreaterThan(0.6);
      expect(layers.reduce((sum, { statements }) => sum + statements, 0)).toBe(recorded.queries.length);
      for (const layer of layers) {
        expect(layer.own).toBeLessThanOrEqual(layer.total + 1e-9);
        expect(layer.database).toBeLessThanOrEqual(layer.own + 1e-9);
      }
      // Layers may overlap, but together with the rest they are the whole.
      expect(lengthOf(layers.flatMap(({ intervals }) => intervals))).toBeLessThanOrEqual(total + 1e-6);
    }),
  );
});

test('a profile is JSON as it stands, and says of each query what was found in it', () => {
  const finding = {
    ...{ rule: 'slow-query', level: 'warning', title: 't', detail: 'd', certainty: 'proved', key: 'k' },
    evidence: [{ queries: [1], shape: null, site: null, figures: {} }],
    remedy: { text: 'r', sql: null },
  } as const satisfies Finding;
  const queries = [queryOf(0, 10, { text: "select 'a'" }), queryOf(10, 30, { text: "select 'b'", rows: 4 })];
  const profile = diagnose(recordingOf({ queries }), {
    ...{ findings: [finding], app: 'shop', tenant: 'tenant', user: 'user' },
    plans: new Map([[0, [{ Plan: {} }]]]),
  });
  expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  expect(profile).toMatchObject({ at: '2026-11-28T00:00:00.000Z', rows: 5, app: 'shop', statements: 2 });
  const [one, other] = profile.queries;
  expect(one).toMatchObject({ verdicts: [], database: 10, plan: [{ Plan: {} }] });
  expect(other).toMatchObject({ verdicts: ['slow-query'], from: 10, database: 20, rows: 4 });
  expect(one?.fingerprint).toBe(other?.fingerprint);
});
