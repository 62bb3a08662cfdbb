import { instantOf, instantText, monthStart, Random } from 'altiplano/sample';
import { expect, test } from 'vitest';
import { sampleTables } from '../sample.ts';
import { identifiers } from './identifier.ts';
import { createWorld, workspaceSizes } from './world.ts';

const ANCHOR = instantOf(new Date('2026-03-15T00:00:00Z'));
const VOLUME = { customers: 2_000, calls: 20_000, workspaces: 3 };

function tablesOf(seed: number): Map<string, string[]> {
  return new Map(sampleTables(createWorld(seed, ANCHOR, VOLUME)).map(({ table, rows }) => [table, [...rows()]]));
}

test('the same seed gives the same rows, another seed others', () => {
  const first = tablesOf(1);
  expect(tablesOf(1)).toEqual(first);
  expect(tablesOf(2).get('customer')).not.toEqual(first.get('customer'));
});

test('calls pile up on few customers and many have none', () => {
  const counts = new Map<string, number>();
  for (const row of tablesOf(1).get('call') ?? []) {
    const customer = row.split('\t')[2] ?? '';
    counts.set(customer, (counts.get(customer) ?? 0) + 1);
  }
  expect(Math.max(...counts.values())).toBeGreaterThan(VOLUME.calls * 0.005);
  expect(counts.size).toBeLessThan(VOLUME.customers * 0.65);
});

test('no two ids of a kind are the same, and all look like version 4', () => {
  const id = identifiers(7, 'call');
  const ids = Array.from({ length: 100_000 }, (_, index) => id(index));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((text) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text))).toBe(
    true,
  );
});

test('workspace sizes add up: one big, one tiny, one empty', () => {
  expect(workspaceSizes({ customers: 5_000, calls: 0, workspaces: 3 })).toEqual([4_000, 997, 3, 0]);
  expect(workspaceSizes({ customers: 10, calls: 0, workspaces: 1 })).toEqual([10, 0]);
  for (let workspaces = 1; workspaces < 60; workspaces++) {
    const sizes = workspaceSizes({ customers: 60, calls: 0, workspaces });
    expect(sizes).toHaveLength(workspaces + 1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
    expect(Math.min(...sizes)).toBe(0);
  }
});

test('instants keep their microseconds', () => {
  expect(instantText(ANCHOR + 3_723_000_042)).toBe('2026-03-15 01:02:03.000042+00');
  expect(instantText(monthStart(ANCHOR, -1) - 1)).toBe('2026-01-31 23:59:59.999999+00');
});

test('zipf ranks stay within bounds and the first is the most frequent', () => {
  const random = new Random(1, 1);
  const hits = new Array<number>(10).fill(0);
  for (let draw = 0; draw < 10_000; draw++) {
    const rank = random.zipf(10);
    hits[rank] = (hits[rank] ?? 0) + 1;
  }
  expect(hits).toHaveLength(10);
  expect(Math.max(...hits)).toBe(hits[0]);
});
