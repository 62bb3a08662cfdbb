import pg from 'pg';
// @ts-expect-error it brings no types
import Cursor from 'pg-cursor';
import QueryStream from 'pg-query-stream';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  current,
  ignore,
  layer,
  patchPg,
  type QueryRecord,
  record,
  setLevel,
  startRecording,
} from '../../../src/profile/index.ts';

let pool: pg.Pool;
beforeAll(() => {
  patchPg(pg);
  patchPg(pg); // twice is once
  pool = new pg.Pool({ connectionString: inject('adminUrl'), max: 2 });
});
afterAll(() => pool.end());

async function queriesOf(work: () => Promise<unknown>): Promise<readonly QueryRecord[]> {
  return (await record('test', work, { level: 'stacks' })).recording.queries;
}

async function fullQueriesOf(work: () => Promise<unknown>): Promise<readonly QueryRecord[]> {
  return (await record('test', work, { level: 'full' })).recording.queries;
}

test('notes a query of a pool once, with times in order and its rows', async () => {
  const { value, recording } = await record('test', () => pool.query('select n from generate_series(1, 3) n'));
  expect(value.rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(recording).toMatchObject({ kind: 'test', level: 'stacks', statements: 1, dropped: 0 });
  expect([...recording.texts]).toEqual([['select n from generate_series(1, 3) n', 1]]);
  const [query] = recording.queries;
  expect(query).toMatchObject({ ordinal: 0, driver: 'pg', kind: 'read', rows: 3, error: null, transaction: null });
  const { asked, acquired, answered, decoded } = query as QueryRecord;
  const times = [0, asked, acquired, answered, decoded, recording.duration] as number[];
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('counts what cursors and streams read', async () => {
  const client = await pool.connect();
  const queries = await queriesOf(async () => {
    const cursor = client.query(new Cursor('select n from generate_series(1, 25) n'));
    for (const expected of [10, 10]) expect(await cursor.read(expected)).toHaveLength(expected);
    await cursor.close();
    for await (const _row of client.query(new QueryStream('select n from generate_series(1, 250) n')));
    await client.query('select 1 as after');
  });
  client.release();
  expect(queries.map(({ rows }) => rows)).toEqual([20, 250, 1]);
});

test('hears callbacks, promises, prepared statements and Query objects alike', async () => {
  const client = await pool.connect();
  const queries = await queriesOf(async () => {
    await new Promise<void>((resolve) => client.query('select 1 as a', () => resolve()));
    await new Promise<void>((resolve) => client.query('select $1::int as b', [2], () => resolve()));
    await client.query({ name: 'third', text: 'select $1::text as c', values: ['x'] });
    const submitted = client.query(new pg.Query('select 4 as d'));
    await new Promise((resolve) => submitted.on('end', resolve));
  });
  client.release();
  expect(queries.map(({ text, rows }) => [text, rows])).toEqual([
    ['select 1 as a', 1],
    ['select $1::int as b', 1],
    ['select $1::text as c', 1],
    ['select 4 as d', 1],
  ]);
  expect(queries.every(({ decoded }) => decoded !== null)).toBe(true);
  expect(new Set(queries.map(({ connection }) => connection)).size).toBe(1);
});

test('hears queries that are sent together over one connection, each with its own answer', async () => {
  const pipelining = new pg.Pool({ connectionString: inject('adminUrl'), max: 1, pipeline: true } as pg.PoolConfig);
  const queries = await queriesOf(async () => {
    const client = await pipelining.connect();
    const texts = ['begin', 'select 1 as a', 'select n from generate_series(1, 3) n', 'select nonsense', 'commit'];
    await Promise.allSettled(texts.map((text) => client.query(text)));
    client.release();
  });
  await pipelining.end();
  expect(queries.map(({ rows, error }) => error ?? rows)).toEqual([0, 1, 3, '42703', 0]);
  expect(new Set(queries.map(({ transaction }) => transaction)).size).toBe(1);
});

test('takes a callback back to the request that asked, though another one opened the connection', async () => {
  const one = new pg.Pool({ connectionString: inject('adminUrl'), max: 1 });
  const nested = () =>
    new Promise<void>((resolve, reject) => {
      one.query('select 1', (error) => {
        if (error) return reject(error);
        one.query('select 2', () => resolve());
      });
    });
  const recordings = await Promise.all([record('test', nested), record('test', nested)]);
  for (const { recording } of recordings) {
    expect(recording.queries.map(({ text }) => text)).toEqual(['select 1', 'select 2']);
    expect(recording.shared).toBe(true);
  }
  await one.end();
});

test('tells an error by its state, and passes it on', async () => {
  const queries = await queriesOf(() => expect(pool.query('select nonsense')).rejects.toThrow('nonsense'));
  expect(queries).toMatchObject([{ error: '42703', rows: null }]);
});

test('numbers transactions on their connection', async () => {
  const queries = await queriesOf(async () => {
    await pool.query('select 0');
    const client = await pool.connect();
    await client.query('begin');
    await client.query("select set_config('a.b', 'c', true)");
    await client.query('select 1');
    await client.query('rollback');
    await client.query('START TRANSACTION');
    await client.query('commit');
    client.release();
  });
  expect(queries.map(({ kind }) => kind)).toEqual([
    'read',
    'transaction',
    'setting',
    'read',
    'transaction',
    'transaction',
    'transaction',
  ]);
  const [none, first, , , last, second] = queries.map(({ transaction }) => transaction);
  expect(none).toBeNull();
  expect(first).toBe(last);
  expect(second).toBeGreaterThan(first as number);
});

test('counts no transaction, setting or cursor as a statement', async () => {
  const { recording } = await record('test', async () => {
    const client = await pool.connect();
    for (const text of ['begin', "set local work_mem = '4MB'", 'declare c cursor for select 1', 'fetch c', 'commit'])
      await client.query(text);
    client.release();
  });
  expect(recording.queries).toHaveLength(5);
  expect(recording.statements).toBe(0);
});

test('separates the wait for a connection from the wait for the database', async () => {
  const one = new pg.Pool({ connectionString: inject('adminUrl'), max: 1 });
  await one.query('select 1');
  const queries = await queriesOf(() => Promise.all([one.query('select pg_sleep(0.3)'), one.query('select 2')]));
  const waited = queries.map(({ asked, acquired }) => (acquired as number) - (asked as number));
  expect(waited[0]).toBeLessThan(200);
  expect(waited[1]).toBeGreaterThan(250);
  await one.end();
});

test('calls a connection that is opened the time of the database', async () => {
  const one = new pg.Pool({ connectionString: inject('adminUrl'), max: 1 });
  const queries = await queriesOf(() => one.query('select 1'));
  await one.end();
  expect(queries[0]?.acquired).toBe(queries[0]?.asked);
});

test('calls no blocked loop a wait for a connection', async () => {
  const one = new pg.Pool({ connectionString: inject('adminUrl'), max: 1 });
  await one.query('select 1');
  const { recording } = await record('test', async () => {
    const asked = one.query('select 1');
    const until = performance.now() + 300;
    while (performance.now() < until);
    await asked;
  });
  const [query] = recording.queries as [QueryRecord];
  expect((query.acquired as number) - (query.asked as number)).toBeLessThan(150);
  await one.end();
});

test('says a layer, and ignores what is to be ignored', async () => {
  const { recording } = await record('test', async () => {
    await layer('permission', () => layer('members', () => pool.query('select 1')));
    await ignore(() => pool.query('select 2'));
    await pool.query('select 3');
  });
  expect(recording.queries.map(({ text, layer }) => [text, layer])).toEqual([
    ['select 1', 'members'],
    ['select 3', null],
  ]);
  expect(recording.layers.map(({ name, within }) => [name, within])).toEqual([
    ['members', 'permission'],
    ['permission', null],
  ]);
});

test('finds the place in the program from the second time on, through a pool and all at once', async () => {
  const ask = (id: number) => pool.query('select $1::int', [id]);
  const queries = await queriesOf(() => Promise.all([1, 2, 3].map(ask)));
  const sites = queries.map(({ site }) => site);
  expect(sites[0]).toBeNull();
  expect(sites[1]).toMatchObject({
    function: 'ask',
    file: expect.stringMatching(/test\/profile\/capture\/pg\.test\.ts$/),
  });
  expect(sites[2]).toEqual(sites[1]);
});

test('finds the place of texts that differ in values written into them', async () => {
  const ask = (id: number) => pool.query(`select ${id} as id`);
  const queries = await queriesOf(() => Promise.all([1, 2, 3].map(ask)));
  expect(queries.map(({ site }) => site?.function ?? null)).toEqual([null, 'ask', 'ask']);
  const client = await pool.connect();
  const own = await queriesOf(async () => {
    for (const id of [1, 2]) await client.query({ text: `select ${id} as id` });
  });
  client.release();
  expect(own.map(({ site }) => site === null)).toEqual([true, false]);
});

test('hashes what a loop is proved by, and only then', async () => {
  const parents = 'select n as id, repeat($1, 200) as long from generate_series(1, 3) n';
  const children = 'select $1::bigint as parent';
  const queries = await queriesOf(async () => {
    const { rows } = await pool.query<{ id: number }>(parents, ['x']);
    for (const { id } of rows) await pool.query(children, [String(id)]);
  });
  const ids = queries[0]?.columnHashes?.id;
  expect(ids?.size).toBe(3);
  for (const { parameterHashes } of queries.slice(1)) expect(ids?.has(parameterHashes?.[0]?.[0] ?? '')).toBe(true);
  expect(new Set(queries.map(({ parametersHash }) => parametersHash)).size).toBe(4);
  expect(Object.keys(queries[0]?.columnHashes ?? {})).toEqual(['id']);
  const [alone] = await queriesOf(() => pool.query(parents, ['x']));
  expect(alone?.columnHashes).toBeNull();
});

test('hashes the values that are written into a text, where there are no parameters', async () => {
  const queries = await queriesOf(async () => {
    const { rows } = await pool.query<{ id: number }>('select n as id from generate_series(70, 71) n');
    for (const { id } of rows) await pool.query(`select ${id} as parent`);
  });
  const [parent, first, second] = queries;
  expect(parent?.columnHashes?.id?.has(first?.parameterHashes?.[0]?.[0] ?? '')).toBe(true);
  expect(first?.parametersHash).not.toBe(second?.parametersHash);
  expect(first?.text).toBe('select ? as parent');
});

test('shows values that are written into a text only where parameters are asked for', async () => {
  const work = () => Promise.all(['ann', 'bea'].map((name) => pool.query(`select '${name}' as name limit 5`)));
  const hidden = (await record('test', work)).recording;
  expect([...hidden.texts]).toEqual([['select ? as name limit 5', 2]]);
  expect(JSON.stringify(hidden.queries)).not.toMatch(/ann|bea/);
  setLevel('off', { parameters: true });
  const told = (await record('test', work, { level: 'full' })).recording;
  const [asked] = await fullQueriesOf(() => pool.query('select $1::text as mail', ['ann@example.com']));
  setLevel('off', { parameters: false });
  expect(told.queries.map(({ text }) => text).sort()[0]).toBe("select 'ann' as name limit 5");
  expect(asked?.parameters).toEqual(['…']);
});

test('knows a query that its client gave up', async () => {
  const hasty = new pg.Pool({ connectionString: inject('adminUrl'), max: 1, query_timeout: 100 });
  const queries = await queriesOf(async () => {
    await expect(hasty.query('select pg_sleep(0.5)')).rejects.toThrow('timeout');
    await new Promise((resolve) => setImmediate(resolve));
  });
  expect(queries).toMatchObject([{ error: 'CONNECTION', rows: null }]);
  expect((queries[0]?.decoded as number) - (queries[0]?.asked as number)).toBeGreaterThan(80);
  await hasty.end();
});

test('leaves nothing on a recorder that is over: a connection that it opened holds it', async () => {
  const recorder = startRecording('request', { level: 'stacks' });
  await recorder.run(() => pool.query('select 1'));
  const recording = recorder.finish();
  expect(recording.queries).toHaveLength(1);
  expect([recorder.entries.length, recorder.texts.size, recorder.layers.length]).toEqual([0, 0, 0]);
  expect(recorder.finish()).toBe(recording);
});

test('keeps as many as it may and counts the others', async () => {
  const work = async () => {
    for (let index = 0; index < 5; index++) await pool.query('select 1');
  };
  const { recording } = await record('test', work, { limit: 2 });
  expect(recording.queries).toHaveLength(2);
  expect(recording).toMatchObject({ statements: 5, dropped: 3 });
});

test('at counts, counts and no more', async () => {
  const { recording } = await record('test', () => pool.query("select 1 /*traceparent='00-1'*/"), { level: 'counts' });
  expect(recording.queries).toEqual([]);
  expect([...recording.texts]).toEqual([['select 1', 1]]);
  expect(recording).toMatchObject({ statements: 1, processor: null });
});

test('leaves an unheard rejection unheard', async () => {
  const heard: unknown[] = [];
  const listener = (error: unknown) => heard.push(error);
  process.on('unhandledRejection', listener);
  const before = process.listeners('unhandledRejection').filter((one) => one !== listener);
  for (const one of before) process.off('unhandledRejection', one);
  await record('test', async () => {
    void pool.query('select nonsense');
    await pool.query('select pg_sleep(0.1)');
    await new Promise((resolve) => setImmediate(resolve));
  });
  process.off('unhandledRejection', listener);
  for (const one of before) process.on('unhandledRejection', one);
  expect(heard).toHaveLength(1);
});

test('takes what somebody else measured', async () => {
  const [before] = await queriesOf(() => pool.query('select 1'));
  const from = performance.now();
  const { recording } = await record('test', async () => {
    const asked = performance.now();
    const own = {
      driver: 'altiplano',
      text: 'select 2',
      label: 'page',
      asked,
      acquired: asked,
      answered: asked + 1,
      decoded: asked + 2,
    } as const;
    current()?.note({ ...(before as QueryRecord), ...own });
    current()?.layered('queryset', asked, asked + 2);
  });
  const [query] = recording.queries as [QueryRecord];
  expect(query).toMatchObject({ ordinal: 0, driver: 'altiplano', text: 'select 2', label: 'page' });
  expect(query.asked).toBeLessThan(performance.now() - from);
  expect((query.decoded as number) - (query.asked as number)).toBeCloseTo(2);
  expect(recording.statements).toBe(1);
  expect(recording.layers[0]).toMatchObject({ name: 'queryset', from: query.asked });
});
