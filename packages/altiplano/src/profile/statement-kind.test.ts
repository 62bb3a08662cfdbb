import { describe, expect, it } from 'vitest';
import { kindOf as kindOfTokens } from './fingerprint/fingerprint.ts';
import { isStatement, kindOf, transactionStep, withoutComment } from './statement-kind.ts';

describe('kindOf', () => {
  it.each([
    ['select 1', 'read'],
    ['  -- why\n/* so */ (SELECT 1)', 'read'],
    ['with a as (select 1) select * from a for update', 'read'],
    ['with a as (delete from t returning *) select * from a', 'write'],
    ['with a as (select 1) update t set x = 1', 'write'],
    ['insert into t values (1)', 'write'],
    ['copy t from stdin', 'write'],
    ['copy t to stdout', 'read'],
    ['BEGIN', 'transaction'],
    ['begin; set local a.b = 1; select 1', 'read'],
    ['begin; commit', 'transaction'],
    ['rollback to savepoint a', 'transaction'],
    ["select set_config('a', $1, true), pg_catalog.set_config('b', $2, true)", 'setting'],
    ["select set_config('a', x, true) from t", 'read'],
    ['fetch 10 from c', 'cursor'],
    ['create table t ()', 'ddl'],
    ['', 'other'],
    ['listen a', 'other'],
  ] as const)('%s is %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
    expect(kindOf(text)).toBe(kindOfTokens(text));
  });
});

it('counts reads, writes and what changes tables', () => {
  expect((['read', 'write', 'ddl', 'other', 'transaction', 'setting', 'cursor'] as const).map(isStatement)).toEqual([
    ...[true, true, true, true],
    ...[false, false, false],
  ]);
});

it.each([
  ['begin isolation level serializable', 'begins'],
  ['START TRANSACTION', 'begins'],
  ['commit', 'ends'],
  ['rollback', 'ends'],
  ['rollback to savepoint a', null],
  ['rollback transaction to a', null],
  ['savepoint a', null],
])('%s: %s', (text, step) => {
  expect(transactionStep(text)).toBe(step);
});

it('leaves out the comment at the end and no other', () => {
  expect(withoutComment("select 1 /*traceparent='00-1',db='x'*/")).toBe('select 1');
  expect(withoutComment('select 1 /*a*/ ; ')).toBe('select 1');
  expect(withoutComment('select /* a */ 1')).toBe('select /* a */ 1');
  expect(withoutComment("select '*/'")).toBe("select '*/'");
});

it('takes no longer than a text is long', () => {
  const blanks = ' '.repeat(200_000);
  const began = process.cpuUsage().user;
  for (const text of [`select '${blanks}' /*a*/`, `with a as (update x${blanks}y) select`, `begin;${blanks}`]) {
    withoutComment(text);
    kindOf(text);
  }
  // Squared it would be minutes.
  expect(process.cpuUsage().user - began).toBeLessThan(2_000_000);
});
