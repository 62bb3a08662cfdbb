import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { adviseQuery, adviseRecording } from '../../../src/profile/advice/advise.ts';
import { conjuncts, readConditions, readSortKey } from '../../../src/profile/advice/conditions.ts';
import { explainQuery } from '../../../src/profile/advice/explain-query.ts';
import { diagnose } from '../../../src/profile/diagnose/diagnose.ts';
import { useDatabase } from '../../support/database.ts';
import { queryOf, recordingOf } from '../recordings.ts';

const TENANT = '00000000-0000-4000-8000-000000000001';

const SCHEMA = `
create table bill (id int primary key, tenant_id uuid not null, state text not null, at timestamptz not null, gone boolean not null, note text);
insert into bill select n, ('00000000-0000-4000-8000-00000000000' || (n % 2 + 1))::uuid, 'state ' || n % 50,
  timestamptz '2026-01-01' + n * interval '1 minute', false, repeat('note ' || n, 60)
from generate_series(1, 20000) n;
create index bill_tenant on bill (tenant_id);
create table small (id int, tenant_id uuid, state text);
insert into small select n, '${TENANT}', 'x' from generate_series(1, 900) n;
create table ledger as select id, tenant_id, note from bill;
do $$ begin create role advice_reader; exception when duplicate_object then null; end $$;
create policy own on ledger using (tenant_id = current_setting('app.tenant')::uuid);
alter table ledger enable row level security;
grant select on ledger to advice_reader;
analyze bill, small, ledger;`;

const database = useDatabase({
  name: 'profile_advice',
  key: SCHEMA,
  build: async (url) => {
    const client = await connectOwner(url);
    await client.query(SCHEMA);
    await client.end();
  },
});
let client: OwnerClient;
beforeAll(async () => {
  client = await connectOwner(database.url());
});
afterAll(() => client?.end());

const advise = async (text: string, values?: readonly unknown[]) => {
  const { findings } = await adviseQuery(
    client,
    { text, ...(values === undefined ? {} : { values, analyze: true }) },
    [0],
  );
  return findings.map(({ rule, certainty, remedy }) => [rule, certainty, remedy.sql]);
};

describe('an index is missing', () => {
  const SCAN = 'select id from bill where state = $1 and tenant_id = $2 and at >= $3';
  const PAGE = 'select id from bill where tenant_id = $1 and not gone order by at desc, id desc limit 25';

  test('for a page that sorts all of a tenant: the tenant, then the order, without what never shows', async () => {
    const sql = 'create index concurrently on public.bill (tenant_id, at desc, id desc) where not gone;';
    expect(await advise(PAGE)).toEqual([['missing-index', 'likely', sql]]);
    expect(await advise(PAGE, [TENANT])).toEqual([['missing-index', 'proved', sql]]);
    const { findings } = await adviseQuery(client, { text: PAGE, values: [TENANT], analyze: true }, [3, 4]);
    expect(findings[0]).toMatchObject({
      title: 'Missing composite index on (tenant_id, at, id) of bill: 10,000 rows are sorted to show the first of them',
      evidence: [{ queries: [3, 4], figures: { rows: 20_000, found: 10_000 } }],
    });
    await client.query(sql);
    expect(await advise(PAGE, [TENANT])).toEqual([]);
  });

  test('for a search: equality before a range, the tenant first', async () => {
    await client.query('drop index bill_tenant; drop index if exists bill_tenant_id_at_id_idx');
    const sql = 'create index concurrently on public.bill (tenant_id, state, at);';
    expect(await advise(SCAN)).toEqual([['missing-index', 'likely', sql]]);
    await client.query(sql);
    expect(await advise(SCAN)).toEqual([]);
  });

  test('not of a small table, nor where most rows are wanted, nor for alternatives', async () => {
    expect(await advise("select id from small where state = 'y' and tenant_id = $1")).toEqual([]);
    expect(await advise("select count(*) from bill where at >= '2020-01-01'")).toEqual([]);
    expect(await advise("select id from bill where note = 'a' or state = 'b'")).toEqual([]);
  });
});

describe('a plan also says', () => {
  test('that a sort went to disk', async () => {
    await client.query("set work_mem = '64kB'");
    const found = await advise('select note from bill order by note', []);
    await client.query('reset work_mem');
    expect(found).toEqual([['spilled-sort', 'proved', expect.stringMatching(/^set local work_mem = '\d+MB';$/)]]);
  });

  test('that a sort will go to disk, by its estimate alone; what a limit ends does not', async () => {
    await client.query("set work_mem = '64kB'");
    const found = await advise('select note from bill order by note');
    const limited = await advise('select note from bill order by note limit 10');
    await client.query('reset work_mem');
    expect(found).toEqual([['spilled-sort', 'likely', expect.stringMatching(/^set local work_mem = '\d+MB';$/)]]);
    expect(limited.map(([rule]) => rule)).toEqual(['missing-index']);
  });

  test('that a table was not counted since it changed, or never, without running anything', async () => {
    const analyze = (table: string) => [['stale-statistics', expect.any(String), `analyze public.${table};`]];
    await client.query('create table fresh (n int) with (autovacuum_enabled = off)');
    await client.query('insert into fresh select generate_series(1, 50000)');
    expect(await advise('select n from fresh')).toEqual(analyze('fresh'));
    await client.query('analyze fresh');
    expect(await advise('select n from fresh')).toEqual([]);
    await client.query(
      'create table turned with (autovacuum_enabled = off) as select n from generate_series(1, 10000) n',
    );
    await client.query('analyze turned');
    for (const _ of [1, 2, 3]) await client.query('update turned set n = n + 1');
    await client.query('select pg_stat_force_next_flush(), pg_stat_clear_snapshot()');
    await client.query('select 1');
    expect(await advise('select a.n from turned a join turned b on a.n = b.n')).toEqual(analyze('turned'));
  });

  test('that the estimate was off', async () => {
    await client.query("create table grown as select n, 'old' as kind from generate_series(1, 20000) n; analyze grown");
    await client.query("update grown set kind = 'new'");
    const found = await advise("select n from grown where kind = 'new'", []);
    expect(found).toEqual([['stale-statistics', 'proved', 'analyze public.grown;']]);
    await client.query('analyze grown');
    expect(await advise("select n from grown where kind = 'new'", [])).toEqual([]);
  });

  test('that a policy asks for every row, of whom the query is for', async () => {
    await client.query(`set app.tenant = '${TENANT}'`);
    const enter = async () => {
      await client.query('set local role advice_reader');
    };
    const text = "select count(*) from ledger where note like 'note 1%'";
    const { findings } = await adviseQuery(client, { text, enter });
    expect(findings.map(({ rule, remedy }) => [rule, remedy.sql])).toEqual([
      [
        'policy-per-row',
        "alter policy own on public.ledger using (tenant_id = ((select current_setting('app.tenant'::text)))::uuid);",
      ],
    ]);
    await client.query(findings[0]?.remedy.sql ?? '');
    expect((await adviseQuery(client, { text, enter })).findings).toEqual([]);
    expect((await client.query('select current_user <> $1 as own', ['advice_reader'])).rows[0]?.own).toBe(true);
  });

  test('that wide columns come along', async () => {
    const found = await advise('select * from bill where id < 5000');
    expect(found).toEqual([
      ['unused-wide-columns', 'likely', 'select id, tenant_id, state, at, gone from public.bill'],
    ]);
    expect(await advise('select id, note from bill where id < 5000')).toEqual([]);
  });
});

describe('EXPLAIN', () => {
  test.each([
    'insert into small values (1)',
    'with gone as (delete from small returning *) select * from gone',
    'drop table small',
    'commit',
  ])('is not asked of what does not read: %s', async (text) => {
    expect(await explainQuery(client, { text, analyze: true, values: [] })).toBeNull();
  });

  test('takes one statement, whatever the text says, and leaves nothing behind', async () => {
    const before = (await client.query('select count(*) as n from small')).rows[0]?.n;
    for (const text of ['select 1; drop table small', 'select 1; commit; delete from small', 'select 1 from nowhere'])
      await expect(explainQuery(client, { text, analyze: true, values: [] })).rejects.toThrow();
    // Not even what calls itself a read can write.
    await client.query("create function sneaks() returns int language sql as 'delete from small returning 1'");
    await expect(explainQuery(client, { text: 'select sneaks()', analyze: true, values: [] })).rejects.toThrow(
      /read-only/,
    );
    expect((await client.query('select count(*) as n from small')).rows[0]?.n).toBe(before);
    expect((await client.query('select count(*) as n from pg_prepared_statements')).rows[0]?.n).toBe('0');
    expect(await explainQuery(client, { text: 'select 1' })).toEqual([{ Plan: expect.any(Object) }]);
  });

  test('takes values of every kind', async () => {
    const text = 'select $1::text, $2::int[], $3::jsonb, $4::timestamptz, $5::text[], $6::bool';
    const values = ["it's \\ a", [1, null], { a: "'" }, new Date(0), ['"', 'b,c'], null];
    expect(await explainQuery(client, { text, analyze: true, values })).toEqual([
      expect.objectContaining({ 'Execution Time': expect.any(Number) }),
    ]);
    expect(await explainQuery(client, { text, analyze: true })).toBeNull();
  });
});

test('a recording is advised once for each shape, and its profile has the plans', async () => {
  const text = 'select id from small where id = $1';
  const recording = recordingOf({
    queries: [
      queryOf(0, 5, { text }),
      queryOf(5, 9, { text }),
      queryOf(9, 10, { text: 'select broken from nowhere' }),
      queryOf(10, 11, { text: 'begin', kind: 'transaction' }),
    ],
  });
  const { findings, plans } = await adviseRecording(client, recording);
  expect([[...plans.keys()], findings]).toEqual([[0, 1], []]);
  expect(diagnose(recording, { plans }).queries.map(({ plan }) => plan !== null)).toEqual([true, true, false, false]);
});

describe('conditions as EXPLAIN prints them', () => {
  const columns = new Set(['a', 'b', 'gone', 'Big One']);
  test.each([
    [
      "((NOT gone) AND (a = 'x AND (y'::text) AND ((b)::text >= $1))",
      { equal: ['a'], ranged: ['b'], always: ['not gone'] },
    ],
    ['(t.a = $1)', { equal: ['a'], ranged: [], always: [] }],
    ['gone', { equal: [], ranged: [], always: ['gone'] }],
    ['((a = 1) OR (b = 2))', { equal: [], ranged: [], always: [] }],
    ['(("Big One" = 1) AND (lower(a) = 2) AND (c = 3))', { equal: ['Big One'], ranged: [], always: [] }],
    ['(a = ANY ($1))', { equal: ['a'], ranged: [], always: [] }],
    ["(a <> 'x'::text)", { equal: [], ranged: [], always: [] }],
  ])('%s', (condition, expected) => expect(readConditions([condition], columns)).toEqual(expected));

  test('end, however they are nested', () => {
    expect(conjuncts("((a = 1) AND ((b = ')') AND (c = 2)))")).toEqual(['a = 1', "b = ')'", 'c = 2']);
    expect(conjuncts('((((')).toEqual(['((((']);
    expect(readSortKey('t.at DESC')).toEqual({ column: 'at', descending: true });
    expect(readSortKey('lower(a)')).toBeNull();
  });
});
