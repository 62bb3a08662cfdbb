import { instantOf } from 'altiplano/sample';
import { expect, test } from 'vitest';
import { sampleTables } from '../sample.ts';
import { createWorld } from './world.ts';

const ANCHOR = instantOf(new Date('2026-03-15T00:00:00Z'));
const VOLUME = { organizations: 3, users: 40, accounts: 100, transactions: 6_000 };

const tablesOf = (seed: number): Map<string, string[][]> =>
  new Map(
    sampleTables(createWorld(seed, ANCHOR, VOLUME)).map(({ table, rows }) => [
      table,
      [...rows()].map((row) => row.split('\t')),
    ]),
  );
const first = tablesOf(1);

test('the same seed gives the same rows, another seed others', () => {
  expect(tablesOf(1)).toEqual(first);
  for (const table of first.keys()) expect(tablesOf(2).get(table), table).not.toEqual(first.get(table));
});

test('every row has as many values as its table columns, and there are as many as were asked for', () => {
  for (const { table, columns } of sampleTables(createWorld(1, ANCHOR, VOLUME))) {
    expect(new Set(first.get(table)?.map((row) => row.length)), table).toEqual(new Set([columns.length]));
  }
  expect(first.get('account')).toHaveLength(VOLUME.accounts);
  expect(first.get('transaction')).toHaveLength(VOLUME.transactions);
});

test('every kind and state occurs, and no balance is ever below zero', () => {
  const rows = first.get('transaction') ?? [];
  expect(new Set(rows.map((row) => row[6]))).toEqual(new Set(['deposit', 'withdrawal', 'transfer', 'fee']));
  expect(new Set(rows.map((row) => row[7]))).toEqual(new Set(['posted', 'failed', 'pending']));
  const balances = new Map<string, bigint>();
  for (const [, , , account = '', transfer, amount = '', , status] of rows) {
    if (status !== 'posted') continue;
    const after = (balances.get(account) ?? 0n) + BigInt(amount.replace('.', ''));
    balances.set(account, after);
    if (transfer === '\\N') expect(after >= 0n).toBe(true);
  }
  for (const after of balances.values()) expect(after >= 0n).toBe(true);
});

test('a transfer has two legs of one tenant, and what it takes here it gives there', () => {
  const legs = new Map<string, string[][]>();
  for (const row of first.get('transaction') ?? [])
    if (row[4] !== '\\N') legs.set(row[4] ?? '', [...(legs.get(row[4] ?? '') ?? []), row]);
  expect(legs.size).toBeGreaterThan(100);
  for (const [id, [one, other, ...more]] of legs) {
    expect([one?.[0], more]).toEqual([id, []]);
    expect(other?.slice(1, 3)).toEqual(one?.slice(1, 3));
    expect(other?.[3]).not.toBe(one?.[3]);
    expect(`-${other?.[5]}`).toBe(one?.[5]);
  }
});
