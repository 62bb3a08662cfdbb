import { useDatabase, verifyBitmap, withOwner } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { difference } from './peers/same.ts';
import { makeRow, type Row } from './result/result.ts';
import { type Bed, prepareBed, type Section } from './scenarios/callbot-scale/bed.ts';
import { loadChunks } from './scenarios/callbot-scale/load/chunks.ts';
import { begin, loadRows, readPhases, runPhases } from './scenarios/callbot-scale/load/load.ts';
import { PHASES } from './scenarios/callbot-scale/load/phases.ts';
import { chooseRun } from './scenarios/callbot-scale/options.ts';
import { report } from './scenarios/callbot-scale/scenario.ts';
import { bitmapSizes } from './scenarios/callbot-scale/sections/bitmap-sizes.ts';
import { bitmapWrites } from './scenarios/callbot-scale/sections/bitmap-writes.ts';
import { breaker } from './scenarios/callbot-scale/sections/breaker.ts';
import { inserts } from './scenarios/callbot-scale/sections/inserts.ts';
import { pages } from './scenarios/callbot-scale/sections/pages.ts';
import { sizes } from './scenarios/callbot-scale/sections/sizes.ts';
import { tail } from './scenarios/callbot-scale/sections/tail.ts';
import { WRITE_CASES } from './scenarios/callbot-scale/sections/write-cases.ts';
import { writes } from './scenarios/callbot-scale/sections/writes.ts';
import { targetsOf } from './scenarios/callbot-scale/targets.ts';
import { BRIEF, type Volume } from './scenarios/callbot-scale/volume.ts';

const VOLUME: Volume = { customers: 1_000, every: 10, calls: 20_000, adversarial: 40 };
const ROOT = new URL('../', import.meta.url);
const EFFORT = {
  ...BRIEF,
  loopSeconds: 0.05,
  writes: 3,
  insertSeconds: 0.1,
  breakerSeconds: 1,
  writePairs: 2,
  tailSeconds: 1,
};

const empty = useDatabase({ name: 'bench_callbot_scale', key: '1', build: async () => {} });
const loading = () => ({ url: empty.url(), root: ROOT, volume: VOLUME, tell: () => {}, note: () => {} });
const ask = async (text: string) => withOwner(empty.url(), async (client) => (await client.query(text)).rows);
const CALLS = `select count(*)::int as calls, sum(hashtextextended(c::text, 0)) as sum
               from callbot.call c where workspace_id in (bench.key('workspace', 0), bench.key('workspace', 1))`;

beforeAll(async () => {
  await begin(empty.url(), VOLUME);
  await runPhases(loading());
});

describe('the load of callbot-scale', () => {
  test('makes exactly the rows of the volume, one in a hundred the busiest customer’s', async () => {
    const [calls] = await ask(CALLS);
    expect(calls.calls).toBe(22_000);
    const [busiest] = await ask(`select count(*)::int as calls from callbot.call
      where customer_id = bench.key('customer', bench.place(bench.size(false) / 2, false))`);
    expect(busiest.calls).toBeGreaterThanOrEqual(200);
    const [customers] = await ask(`select count(*) filter (where workspace_id = bench.key('workspace', 0))::int as big,
      count(*) filter (where workspace_id = bench.key('workspace', 1))::int as small from callbot.customer`);
    expect(customers).toEqual({ big: 1_000, small: 100 });
  });

  test('goes on where it was killed, to the same rows', async () => {
    const before = await ask(CALLS);
    await ask("delete from bench.chunk where name = 'call'");
    await ask(`set session_replication_role = replica; delete from callbot.call
      where workspace_id in (bench.key('workspace', 0), bench.key('workspace', 1))`);
    await loadChunks(empty.url(), { name: 'call', rows: 22_000, chunk: 5_000 }, () => {});
    expect(await ask(CALLS)).toEqual(before);
    // Nothing is left to do.
    await loadChunks(empty.url(), { name: 'call', rows: 22_000, chunk: 5_000 }, () => {});
    expect(await ask(CALLS)).toEqual(before);
  });

  test('remembers every phase', async () => {
    const phases = await readPhases(empty.url());
    expect(phases.map(({ name }) => name)).toEqual(PHASES.map(({ name }) => name));
    for (const row of await loadRows(empty.url(), VOLUME)) expect(row.p50_ms).not.toBeNull();
  });
});

describe('the measurement of callbot-scale', () => {
  let bed: Bed;
  const rows: Row[] = [];
  const measure = async ({ measure: rowsOf }: Section) => {
    for await (const found of rowsOf(bed)) rows.push(...found);
  };

  beforeAll(async () => {
    const { url, ...rest } = loading();
    bed = await prepareBed({ ...rest, url: () => url, effort: EFFORT, restart: null, installs: false });
    try {
      for (const section of [sizes, bitmapSizes, pages, breaker, writes, bitmapWrites, inserts, tail])
        await measure(section);
    } finally {
      await bed.closeInstruments();
    }
  });

  const of = (name: string, variant = 'altiplano') =>
    rows.find((row) => row.case === name && row.variant === variant && row.size === VOLUME.customers);

  test('asks the busy page for the busiest customers', async () => {
    const busy = bed.pages.find(({ name }) => name === 'busy page');
    const [found] =
      await ask(`select count(*) filter (where bench.is_busy(n) and not bench.is_small(n))::int as busy from (
      select n from generate_series(0, 1099) as n join callbot.customer c on c.id = bench.key('customer', n)
      where not c.is_deleted and not bench.is_small(n)
      order by c.created_at desc, c.id desc offset ${busy?.offset} limit 25) page`);
    expect(found.busy).toBe(25);
  });

  test('costs one statement a page, wherever it lies and whoever is on it', () => {
    for (const name of ['first page', 'page 100', 'last page', 'busy page'])
      expect(of(name)).toMatchObject({ statements: 1, round_trips: 1 });
    expect(of('4 connections: busy page')?.rps).toBeGreaterThan(0);
  });

  test('times every write and leaves nothing behind', async () => {
    for (const { name } of WRITE_CASES) expect(of(`write: ${name}`)?.p50_ms, name).toBeGreaterThan(0);
    const [left] = await ask(
      `select (select count(*) from callbot.customer where name like 'Bench %') + (select count(*)
         from callbot.call where created_at > bench.anchor() and workspace_id = bench.key('workspace', 0)) as rows`,
    );
    expect(Number(left.rows)).toBe(0);
    expect(of('inserts: 100 calls a statement', 'without rollups')?.rps).toBeGreaterThan(0);
  });

  test('finds the dearest combinations, and what bitmaps take and cost', async () => {
    expect(of('breaker: pages tried')?.note).toMatch(/^\d+ different combinations/);
    expect(of('breaker: page 1')?.buffers).toBeGreaterThan(0);
    expect(of('breaker: count 1')?.note).toContain('count=exact');
    expect(of('bitmap size: all')?.note).toMatch(/% of the table/);
    for (const variant of ['altiplano', 'without bitmaps'])
      expect(of('bitmap-writes: update a facet', variant)?.p50_ms).toBeGreaterThan(0);
    expect(of('tail: length')?.note).toMatch(/^at most \d+ entries/);
    const { findings } = await verifyBitmap(empty.url(), 'callbot', { name: 'customer_bitmap', table: 'customer' });
    expect(findings).toEqual([]);
  });

  test('reports targets, plots and a section', () => {
    const head = {
      scenario: 'callbot-scale',
      commit: null,
      at: '2026-01-01T00:00:00Z',
      machine: '',
      postgres: '',
      node: '',
    };
    const { result, plots, section, conclusions } = report({ ...head, volume: { ...VOLUME }, rows });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    for (const svg of Object.values(plots)) expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(section).toContain('### Targets');
    expect(conclusions[0]).toMatch(/\d+ met/);
  });
});

test('a target is met, missed or not measured', () => {
  const row = (p99_ms: number) =>
    makeRow({ case: '4 connections: first page', variant: 'altiplano', size: 10, p99_ms });
  const of = (rows: readonly Row[]) => targetsOf(rows, 10).find(({ name }) => name.startsWith('first page: p99'));
  expect(of([row(9.9)])).toMatchObject({ met: true, measured: 9.9 });
  expect(of([row(10.1)])).toMatchObject({ met: false });
  expect(of([])).toMatchObject({ met: null, measured: null });
});

test('answers are the same up to key order and the spelling of a time', () => {
  const one = { a: 1, b: ['2026-01-01T00:00:00.5Z'] };
  expect(difference(one, { b: ['2026-01-01T00:00:00.500000+00:00'], a: 1.0 })).toBeNull();
  expect(difference(one, { ...one, a: 2 })).toBe('.a: 1, not 2');
  expect(difference({ a: [] }, { a: [null] })).toMatch(/^\.a\.0/);
  expect(difference(null, {})).not.toBeNull();
});

test('options are read, and refused with what there is', () => {
  expect(chooseRun(false, { customers: '50000', only: 'load' })).toMatchObject({
    ...{ scenario: 'callbot-scale-50000-50000000', sections: [], kept: true },
  });
  expect(chooseRun(false, {}).scenario).toBe('callbot-scale');
  expect(chooseRun(false, {}).volume).toMatchObject({ customers: 1_000_000, calls: 50_000_000 });
  expect(() => chooseRun(true, { only: 'pagse' })).toThrow(/pages/);
  expect(() => chooseRun(true, { calls: '1e3.5' })).toThrow(/--calls/);
});
