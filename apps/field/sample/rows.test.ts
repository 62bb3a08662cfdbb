import { parseKeyRing, unseal } from 'altiplano';
import { instantOf } from 'altiplano/sample';
import { expect, test } from 'vitest';
import { sampleTables } from '../sample.ts';
import { createWorld, tenantSizes } from './world.ts';

const ANCHOR = instantOf(new Date('2026-03-15T00:00:00Z'));
const VOLUME = { tenants: 3, people: 200, tracking: 5_000, journal: 2_000 };

const KEYS = parseKeyRing(`sample:${Buffer.alloc(32, 1).toString('base64')}`);

/** Rows as their values; what is sealed, opened. */
function tablesOf(seed: number): Map<string, string[][]> {
  const tables = sampleTables(createWorld(seed, ANCHOR, VOLUME), KEYS);
  return new Map(tables.map(({ table, rows }) => [table, [...rows()].map((row) => opened(table, row.split('\t')))]));
}

function opened(table: string, row: string[]): string[] {
  const [id = '', tenant = ''] = row;
  const open = (text: string) => unseal(KEYS, { table, column: 'content', tenant, row: id }, text);
  return row.map((value) => (value.startsWith('v1.sample.') ? open(value) : value));
}
const first = tablesOf(1);

test('the same seed gives the same rows, another seed others', () => {
  expect(tablesOf(1)).toEqual(first);
  for (const table of first.keys()) expect(tablesOf(2).get(table), table).not.toEqual(first.get(table));
});

test('every row has as many values as its table columns', () => {
  for (const { table, columns } of sampleTables(createWorld(1, ANCHOR, VOLUME), KEYS)) {
    expect(new Set(first.get(table)?.map((row) => row.length)), table).toEqual(new Set([columns.length]));
  }
});

test('tenant sizes add up: one big, the others with somebody, one with nobody', () => {
  for (const [people, tenants] of [
    [5, 5],
    [1_000, 3],
    [1_000_000, 1],
    [20_000, 1_000],
  ] as const) {
    const sizes = tenantSizes({ people, tenants });
    expect(sizes).toHaveLength(tenants + 1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(people);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(0);
    expect(sizes.at(-1)).toBe(0);
    expect(Math.max(...sizes)).toBe(sizes[0]);
  }
});

test('children are of people of their tenant, and a device reports once an instant', () => {
  const tenantOf = new Map(first.get('people')?.map(([id, tenant]) => [id, tenant]));
  for (const table of ['tracking', 'journal_entry']) {
    for (const [, tenant, person] of first.get(table) ?? []) expect(tenantOf.get(person)).toBe(tenant);
  }
  const points =
    first.get('tracking')?.map(([, tenant, , , device, instant]) => `${tenant} ${device} ${instant}`) ?? [];
  expect(new Set(points).size).toBe(points.length);
  const instants = new Set(first.get('tracking')?.map((row) => row[5]));
  expect(instants.size).toBeLessThan(points.length);
});
