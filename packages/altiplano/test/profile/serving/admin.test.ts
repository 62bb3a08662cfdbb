import { describe, expect, test } from 'vitest';
import { Collector } from '../../../src/profile/admin/collector.ts';
import { Histogram } from '../../../src/profile/admin/histogram.ts';
import { bounded, KeptProfiles, LARGEST } from '../../../src/profile/admin/kept.ts';
import { recommendationsOf } from '../../../src/profile/admin/recommendations.ts';
import { RequestRing } from '../../../src/profile/admin/ring.ts';
import { RouteFigures } from '../../../src/profile/admin/routes.ts';
import { DEVELOPER, sees, type Viewer } from '../../../src/profile/admin/viewer.ts';
import type { RequestLine } from '../../../src/profile/admin-api.ts';
import { diagnose } from '../../../src/profile/diagnose/diagnose.ts';
import type { Finding } from '../../../src/profile/finding.ts';
import { printParameter } from '../../../src/profile/print-parameter.ts';
import { queryOf, recordingOf } from '../recordings.ts';

const OWNER = { app: 'shop', tenant: 't', user: 'u' };
const line = (more: Partial<RequestLine> = {}): Omit<RequestLine, 'sequence'> => ({
  ...{ id: 'x', at: '2026-11-28T10:00:30.000Z', method: 'GET', path: '/a', route: '/a', app: 'shop', status: 200 },
  ...{ total: 10, database: 5, statements: 2, bottleneck: 'io', verdicts: [], kept: true },
  ...more,
});

describe('who sees what', () => {
  const viewer = (more: Partial<Viewer> = {}): Viewer => ({ ...OWNER, everything: false, explains: false, ...more });
  test.each([
    [viewer(), OWNER, true],
    [viewer({ tenant: null }), OWNER, true],
    [viewer({ tenant: 'other' }), OWNER, false],
    [viewer({ user: 'other' }), OWNER, false],
    [viewer({ app: 'other' }), OWNER, false],
    [viewer({ user: null }), { ...OWNER, user: null }, false],
    [viewer({ user: '' }), { ...OWNER, user: '' }, false],
    [viewer({ user: 'other', everything: true }), OWNER, true],
    [DEVELOPER, { app: null, tenant: null, user: null }, true],
  ])('%o of %o: %s', (one, owner, expected) => expect(sees(one, owner)).toBe(expected));
});

describe('the ring', () => {
  test('keeps the last, tells what was missed, and to others only their own', () => {
    const ring = new RequestRing(4);
    for (let index = 1; index <= 6; index++)
      ring.add(line({ id: String(index) }), index % 2 === 0 ? OWNER : { ...OWNER, user: 'other' });
    const ids = (viewer: Viewer, after: number, limit = 10) =>
      ring.list(viewer, after, limit).requests.map(({ id }) => id);
    expect(ids(DEVELOPER, 0)).toEqual(['3', '4', '5', '6']);
    expect(ring.list(DEVELOPER, 0, 10)).toMatchObject({ missed: 2, last: 6 });
    expect(ids(DEVELOPER, 4)).toEqual(['5', '6']);
    expect(ids(DEVELOPER, 0, 2)).toEqual(['3', '4']);
    expect(ids({ ...OWNER, everything: false, explains: false }, 0)).toEqual(['4', '6']);
    expect(ids(DEVELOPER, 60)).toEqual([]);
  });

  const reader = { ...OWNER, everything: false, explains: false };
  const stranger = { ...OWNER, user: 'other' };

  test('tells a reader nothing of how much others ask between two requests of one', () => {
    const gap = (others: number): number => {
      let clock = 1000;
      const ring = new RequestRing(100, () => clock);
      ring.add(line(), OWNER);
      for (let index = 0; index < others; index += 1) {
        clock += 1;
        ring.add(line(), stranger);
      }
      clock = 1100;
      ring.add(line(), OWNER);
      const [first, second] = ring.list(reader, 0, 10).requests;
      return (second?.sequence ?? 0) - (first?.sequence ?? 0);
    };
    expect(gap(50)).toBe(gap(0));
    expect(gap(0)).toBeGreaterThan(0);
  });

  test('tells apart what came at once, and goes on from the last one seen', () => {
    const ring = new RequestRing(100, () => 1000);
    for (const id of ['1', '2', '3']) ring.add(line({ id }), OWNER);
    const { requests, last } = ring.list(reader, 0, 2);
    expect(requests.map(({ id }) => id)).toEqual(['1', '2']);
    expect(ring.list(reader, last, 10).requests.map(({ id }) => id)).toEqual(['3']);
    expect(ring.list(reader, last + 1, 10)).toEqual({ requests: [], missed: 0, last: last + 1 });
  });

  test('tells a reader who saw more that it began anew, and shows what came since', () => {
    const before = new RequestRing(100, () => 1000);
    before.add(line(), OWNER);
    const { last } = before.list(reader, 0, 10);
    const anew = new RequestRing(100, () => 2000);
    expect(anew.list(reader, last, 10).last).toBe(0);
    anew.add(line({ id: 'since' }), OWNER);
    expect(anew.list(reader, last, 10).requests.map(({ id }) => id)).toEqual(['since']);
  });
});

describe('errors of a route', () => {
  test('are of the hour its requests are of', () => {
    const routes = new RouteFigures();
    const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 10, minute)).toISOString();
    for (let index = 0; index < 5; index += 1) routes.add(line({ at: at(0), status: 500 }));
    routes.add(line({ at: at(90), status: 500 }));
    routes.add(line({ at: at(91) }));
    const [route] = routes.list(Date.parse(at(92))).routes;
    expect(route).toMatchObject({ requests: 2, errors: 1 });
  });
});

describe('figures of what is kept', () => {
  test('are an operator’s; others know of their own requests', () => {
    const collector = new Collector('timings', () => []);
    collector.keepNow(recordingOf(), OWNER);
    collector.keepNow(recordingOf({ id: 'another' }), { ...OWNER, user: 'other' });
    const reader = { ...OWNER, everything: false, explains: false };
    expect(collector.figures(reader)).toEqual({ level: 'timings', kept: 1, bytes: null, dropped: null });
    expect(collector.figures(DEVELOPER)).toMatchObject({ kept: 2, dropped: 0 });
  });
});

describe('percentiles', () => {
  test('are off by a tenth at most, and merge', () => {
    const [one, other] = [new Histogram(), new Histogram()];
    for (let value = 1; value <= 1_000; value++) (value % 2 === 0 ? one : other).add(value);
    one.merge(other);
    for (const [share, exact] of [
      [0.5, 500],
      [0.95, 950],
      [0.99, 990],
    ] as const) {
      expect(one.percentile(share)).toBeGreaterThanOrEqual(exact);
      expect(one.percentile(share)).toBeLessThanOrEqual(exact * 1.1);
    }
    expect(one.percentile(1)).toBe(1_000);
    expect(new Histogram().percentile(0.5)).toBe(0);
  });

  test('of routes come by the minute, without gaps, for an hour', () => {
    const figures = new RouteFigures();
    figures.add(line({ at: '2026-11-28T09:00:00.000Z', total: 999 }));
    figures.add(line({ total: 10 }));
    figures.add(line({ at: '2026-11-28T10:03:10.000Z', total: 30, statements: 4, status: 503 }));
    const [route] = figures.list(Date.parse('2026-11-28T10:03:59Z')).routes;
    expect(route).toMatchObject({ requests: 2, errors: 1, statements: 3, p99: 30 });
    expect(route?.minutes.map(({ at, requests, statements }) => [at.slice(11, 16), requests, statements])).toEqual([
      ['10:00', 1, 2],
      ['10:01', 0, null],
      ['10:02', 0, null],
      ['10:03', 1, 4],
    ]);
  });

  test('of paths that are made up stop at a number', () => {
    const figures = new RouteFigures();
    for (let index = 0; index < 1_000; index++) figures.add(line({ route: `/${index}` }));
    expect(figures.list(Date.parse('2026-11-28T10:00:59Z')).routes).toHaveLength(300);
  });
});

describe('what is kept', () => {
  const large = () =>
    diagnose(
      recordingOf({
        queries: Array.from({ length: 900 }, () => queryOf(0, 1, { text: `select '${'x'.repeat(2_000)}'` })),
      }),
    );

  test('is bounded in bytes, and says what was left out', () => {
    const small = bounded(large());
    expect(JSON.stringify(small).length).toBeLessThanOrEqual(LARGEST);
    expect(small.queries.length + small.dropped).toBe(900);
    expect(small.queries.length).toBeGreaterThan(0);
    const kept = new KeptProfiles();
    for (let index = 0; index < 400; index++) kept.add({ ...small, id: String(index) });
    const { kept: number, bytes, dropped } = kept.figures();
    expect(bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect([number + dropped, dropped > 0]).toEqual([400, true]);
  });

  test('is one finding once, with how many requests have it', () => {
    const finding = (key: string, level: Finding['level']): Finding => ({
      ...{ rule: 'n-plus-one', level, title: key, detail: '', certainty: 'proved', evidence: [], key },
      remedy: { text: '', sql: null },
    });
    const profile = (id: string, at: number, ...findings: Finding[]) =>
      diagnose(recordingOf({ id, startedAt: at }), { findings });
    const recommendations = recommendationsOf([
      profile('one', 1, finding('a', 'info'), finding('b', 'error')),
      profile('two', 2, finding('a', 'info'), finding('a', 'info')),
    ]);
    expect(recommendations.map(({ key, requests, example }) => [key, requests, example])).toEqual([
      ['b', 1, 'one'],
      ['a', 2, 'two'],
    ]);
  });

  test('is made of its recording when somebody looks, the same as at once; what cannot be made is dropped', () => {
    const kept = new KeptProfiles();
    const recording = recordingOf({ id: 'later', queries: [queryOf(0, 5)] });
    kept.addLater(recording, { ...OWNER, findings: [] });
    const unreadable = queryOf(0, 5, { driver: 'altiplano', text: null as unknown as string });
    kept.addLater({ ...recording, id: 'broken', queries: [unreadable] }, OWNER);
    expect(kept.figures()).toMatchObject({ kept: 2, dropped: 0 });
    expect(kept.find('later')).toEqual(diagnose(recording, OWNER));
    expect(kept.of(({ user }) => user === 'u').map(({ id }) => id)).toEqual(['later']);
    expect([kept.find('broken'), kept.figures()]).toMatchObject([null, { kept: 1, dropped: 1 }]);
  });

  test('comes later than the request, and no recording makes the collector fail', async () => {
    const collector = new Collector('timings');
    collector.add(recordingOf({ id: 'good' }));
    collector.add({ ...recordingOf(), startedAt: Number.NaN });
    expect(collector.figures(DEVELOPER).kept).toBe(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(collector.figures(DEVELOPER)).toMatchObject({ kept: 1, dropped: 1 });
    expect(collector.profile(DEVELOPER, 'good')?.id).toBe('good');
  });
});

test.each([
  [null, 'null'],
  [42, '42'],
  ['123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-12d3-a456-426614174000'],
  ['2026-11-28T10:00:00Z', '2026-11-28T10:00:00Z'],
  ['write to anna@example.org now', 'write to … now'],
  ['+49 30 1234567', '…'],
  [Buffer.from('secret'), 'bytes (6)'],
  [
    '[{"name":"Anna","phone":"1","note":"call anna@example.org","size":3}]',
    '[{"name":"…","phone":"…","note":"call …","size":3}]',
  ],
  [{ password: 'x', apiKey: 'y', kind: 'z' }, '{"password":"…","apiKey":"…","kind":"z"}'],
  ['2026-11-28 call ana@example.org +34600111222', '… call … …'],
  [new Date(Number.NaN), 'object'],
  [[1n, '+49 30 1234567'], '["1","…"]'],
  ['{"name":"Anna', 'document (13)'],
  [`["${'x'.repeat(20_000)}"]`, 'document (20004)'],
  [{ toJSON: () => ({ email: 'a' }) }, '{"email":"…"}'],
  ['x'.repeat(100), `${'x'.repeat(60)}…`],
])('%o is printed as %s', (value, printed) => expect(printParameter(value)).toBe(printed));

test('a long value costs no more than a short one', () => {
  const started = process.cpuUsage();
  // Looked at whole, one of these took three minutes.
  for (const text of ['a'.repeat(200_000), '@'.repeat(200_000), '1 '.repeat(100_000)]) printParameter(text);
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
});
