import { sourceKey, useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Row } from './result/result.ts';
import { countLines } from './scenarios/apps-read/lines.ts';
import { fill } from './scenarios/apps-read/load.ts';
import { type Effort, measureApp } from './scenarios/apps-read/measure.ts';
import { APPS, report } from './scenarios/apps-read/scenario.ts';
import { isEndpoint } from './scenarios/apps-read/tables.ts';
import { measureWellness } from './scenarios/apps-read/wellness.ts';

const ROOT = new URL('../', import.meta.url);
const VOLUMES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  workboard: { tasks: 600, projects: 30, members: 20, organizations: 2 },
  field: { tenants: 2, people: 300, tracking: 600, journal: 600 },
};
const once = { most: 1, milliseconds: 0 };
const EFFORT: Effort = { ours: once, naive: once, patience: 20_000 };

const databases = APPS.map((bench) => {
  const { app } = bench;
  const volume = VOLUMES[app.name] ?? {};
  const key = `${sourceKey(app)} ${JSON.stringify(volume)}`;
  const build = (url: string) => fill(url, app, volume);
  return { bench, database: useDatabase({ name: `bench_apps_${app.name}`, key, build }) };
});
const rows: Row[] = [];

beforeAll(async () => {
  for (const { bench, database } of databases) rows.push(...(await measureApp(database.url(), bench, EFFORT)));
  const url = databases.find(({ bench }) => bench.app.name === 'field')?.database.url() ?? '';
  rows.push(...(await measureWellness(url, 2)));
  for (const { app } of APPS) rows.push(...countLines(ROOT, app.name));
});

describe('the apps-read scenario', () => {
  test('finds one statement and one round trip for every read of both apps', () => {
    const reads = rows.filter((row) => isEndpoint(row) && row.variant === 'altiplano' && row.buffers !== null);
    expect(reads.length).toBeGreaterThan(55);
    for (const row of reads) expect(row, row.case).toMatchObject({ statements: 1, round_trips: 1 });
  });

  test('compares every answer of the naive twin', () => {
    const compared = rows.filter((row) => isEndpoint(row) && row.variant === 'naive');
    expect(compared.length).toBeGreaterThan(45);
    for (const row of compared) expect(row.note, row.case).toBe('same answer');
  });

  test('sets the job against the naive one: a statement for the tenants and one for each', () => {
    const [job, naive] = rows.filter((row) => row.case.startsWith('field: wellness'));
    expect(job).toMatchObject({ statements: 3, note: '2 statements read, 1 written; same figures' });
    expect(naive?.statements).toBe(1 + 3);
  });

  test('counts the lines of both apps', () => {
    for (const { app } of APPS)
      for (const part of ['declaration', 'migrations, written', 'migrations, printed', 'sample', 'naive twin', 'tests'])
        expect(rows.find((row) => row.case === `lines of ${app.name}: ${part}`)?.size, part).toBeGreaterThan(20);
  });

  test('reports result, plots and a section of the docs', () => {
    const { result, plots, section, conclusions } = report(ROOT, {
      scenario: 'apps-read',
      postgres: 'PostgreSQL',
      volume: {},
      rows,
    });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    for (const svg of Object.values(plots)) expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(section).toMatch(/^## apps-read\n/);
    expect(conclusions.join('\n')).not.toMatch(/NaN|undefined|differ/);
  });
});
