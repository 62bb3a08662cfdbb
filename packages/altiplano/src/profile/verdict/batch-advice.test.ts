import { describe, expect, it } from 'vitest';
import { recordingOf, siteAt } from '../../../test/profile/oracle/trace.ts';
import { forAll } from './batch-advice.ts';
import { twoRows } from './many-rows-advice.ts';
import { findVerdicts } from './verdicts.ts';

describe('asking once for all', () => {
  const DERIVED: readonly [text: string, derived: string | null][] = [
    ['select * from calls where customer_id = $1', 'select * from calls where customer_id = any($1)'],
    [
      'select c.* from calls c where c.customer_id=$1 and c.kind = $2;',
      'select c.* from calls c where c.customer_id = any($1) and c.kind = $2',
    ],
    [
      'select body from calls where customer_id = $1',
      'select customer_id, body from calls where customer_id = any($1)',
    ],
    [
      'select "customerId", body from calls where "customerId" = $1::uuid',
      'select "customerId", body from calls where "customerId" = any($1::uuid[])',
    ],
    [
      'select count(*) as n from calls where customer_id = $1',
      'select customer_id, count(*) as n from calls where customer_id = any($1) group by customer_id',
    ],
    // Which rows are whose cannot be told, or there would be others.
    ['select * from calls where customer_id = $1 order by at desc limit 1', null],
    ['select distinct a from calls where customer_id = $1', null],
    ['select * from calls where customer_id = $1 or public', null],
    ['select * from calls where customer_id = $1 and owner_id = $1', null],
    ['select * from calls where id in (select call_id from tags where tag_id = $1)', null],
    ['select sum(a), b from calls where customer_id = $1', null],
    ['select * from calls where customer_id > $1', null],
    ['select * from calls where customer_id = $12', null],
  ];
  for (const [text, derived] of DERIVED) it(text, () => expect(forAll(text, 0)).toBe(derived));
});

describe('writing many rows', () => {
  it('shows a second row where the row is parameters alone', () => {
    expect(twoRows('insert into t (a, b) values ($1, $2) returning id')).toBe(
      'insert into t (a, b) values ($1, $2), ($3, $4) /* … one for each */ returning id',
    );
    expect(twoRows('insert into t (a, b) values ($1, now())')).toBeNull();
    expect(twoRows('insert into t (a) values ($1) on conflict (a) do update set b = $2')).toBeNull();
  });
});

describe('a finding of a loop', () => {
  const ids = Array.from({ length: 25 }, (_, at) => at + 1);
  const text = 'select * from calls where customer_id = $1';
  const [finding] = findVerdicts(
    recordingOf([
      { text: 'select id, name from customers', columns: { id: ids }, rows: 25 },
      ids.map((id) => ({ text, parameters: [id], site: siteAt(41) })),
    ]),
  );

  it('says what, where, how often, of which column, and what would do it', () => {
    expect(finding?.title).toBe(
      'N+1: 25 queries of calls, one for each row of customers at src/made-up.ts:41 (work41)',
    );
    expect(finding?.detail).toMatch(
      /^“select \* from calls where customer_id = \?” ran 25 times with 25 sets of parameters, [\d.]+ ms\. 25 of the values of its parameter \$1 are in the column “id” of “select id, name from customers” \(25 rows\)\.$/,
    );
    expect(finding).toMatchObject({ rule: 'n-plus-one', level: 'error', certainty: 'proved' });
    expect(finding?.remedy.sql).toBe('select * from calls where customer_id = any($1)');
  });

  it('has a key that no line is in', () =>
    expect(finding?.key).toMatch(/^n-plus-one [0-9a-f]{16} src\/made-up\.ts#work41$/));
});
