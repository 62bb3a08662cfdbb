import { useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Row } from './result/result.ts';
import { keyOf, loadVolume } from './scenarios/callbot-read/load.ts';
import { type Measured, measureAll } from './scenarios/callbot-read/run.ts';
import { report } from './scenarios/callbot-read/scenario.ts';
import type { Effort, Volume } from './scenarios/callbot-read/volume.ts';

const VOLUME: Volume = { tenants: [900, 300], calls_per_customer: 2, adversarial: 60 };
const EFFORT: Effort = {
  latency: { most: 2, milliseconds: 50 },
  naive: { most: 1, milliseconds: 0 },
  burst: null,
  pairs: 1,
  pairSeconds: 0.3,
  restarts: 1,
};
const FIRST_PAGE_FAMILY = ['first page', 'page 100', 'last page', 'page of 100', '403', 'detail'];
const KEYS = [
  'case',
  'variant',
  'size',
  'statements',
  'round_trips',
  'buffers',
  'p50_ms',
  'p95_ms',
  'p99_ms',
  'rps',
  'peak_rss_mb',
  'note',
];

const database = useDatabase({
  name: 'bench_callbot_read',
  key: keyOf(VOLUME),
  build: (url) => loadVolume(url, VOLUME),
});
let measured: Measured;

beforeAll(async () => {
  measured = await measureAll({
    url: database.url(),
    volume: VOLUME,
    effort: EFFORT,
    restart: null,
    wanted: ({ name }) =>
      FIRST_PAGE_FAMILY.includes(name) || /^(oldest|labels): (first|label|search)|^three facets$/.test(name),
  });
});

const of = (variant: string, name: string): readonly Row[] =>
  measured.rows.filter((row) => row.variant === variant && row.case === name);

describe('the callbot-read scenario', () => {
  test('makes rows of the agreed shape, null where nothing was measured', () => {
    expect(measured.rows.length).toBeGreaterThan(40);
    for (const row of measured.rows) {
      expect(Object.keys(row)).toEqual(KEYS);
      for (const [key, value] of Object.entries(row)) {
        if (['case', 'variant'].includes(key)) expect(value).toMatch(/\S/);
        else if (value !== null && key !== 'note') expect(value, `${row.case} ${key}`).toBeGreaterThan(0);
      }
    }
  });

  test.each(FIRST_PAGE_FAMILY)('finds one statement and one round trip for %s', (name) => {
    const rows = of('altiplano', name);
    expect(rows.map(({ size }) => size)).toEqual([300, 900]);
    for (const row of rows) expect(row).toMatchObject({ statements: 1, round_trips: 1 });
  });

  test('counts the many statements of the naive twin', () => {
    for (const row of of('naive', 'first page')) {
      expect(row.statements).toBeGreaterThan(100);
      expect(row.round_trips).toBe(row.statements);
    }
  });

  test('sets the server against its statement alone', () => {
    expect([...measured.ratios.keys()]).toEqual([300, 900]);
    for (const { ratio, least, most } of measured.ratios.values()) {
      expect(least).toBeGreaterThan(0);
      expect(ratio).toBeGreaterThanOrEqual(least);
      expect(most).toBeGreaterThanOrEqual(ratio);
    }
    for (const row of of('limit, 4 round trips', '+1 ms network: first page')) expect(row.p50_ms).toBeGreaterThan(4);
  });

  test('reports result, plots and a section of the docs', () => {
    const { result, plots, section } = report(new URL('../', import.meta.url), VOLUME, 'PostgreSQL', measured);
    const members = ['scenario', 'commit', 'at', 'machine', 'postgres', 'node', 'volume', 'rows'];
    expect(Object.keys(result)).toEqual(members);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    for (const [name, svg] of Object.entries(plots)) {
      expect(name).toMatch(/^callbot-read-\w+\.svg$/);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(section).toMatch(/^## callbot-read\n/);
  });
});
