import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
// @ts-expect-error it comes without types
import Cursor from 'pg-cursor';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { patchPg, record } from '../../../src/profile/index.ts';
import { findVerdicts } from '../../../src/profile/verdict/verdicts.ts';

const SCHEMA = `verdicts_${process.pid}`;
let pool: pg.Pool;
beforeAll(async () => {
  patchPg(pg);
  pool = new pg.Pool({ connectionString: inject('adminUrl'), max: 2, options: `-c search_path=${SCHEMA}` });
  await pool.query(`create schema ${SCHEMA}`);
  await pool.query('create table posts as select n as id, 1000 + n as author_id from generate_series(1, 300) n');
  await pool.query(
    `create table authors as select 1000 + n as id, 'author ' || n as name from generate_series(1, 300) n`,
  );
  await pool.query('create table log (a int)');
});
afterAll(async () => {
  await pool.query(`drop schema ${SCHEMA} cascade`);
  await pool.end();
});

/** What is told of a request, besides how long this machine took for it. */
async function told(work: () => Promise<unknown>): Promise<readonly string[]> {
  const { recording } = await record('request', work, { level: 'stacks' });
  return findVerdicts(recording, {
    slow: 1e9,
    pool: { waited: 1e9, share: 1 },
    together: { least: 1e9, saved: 1e9, share: 1 },
  }).map(({ rule, certainty, title }) => `${rule} ${certainty}: ${title}`);
}

const posts = async (count = 20) =>
  (await pool.query('select id, author_id from posts order by id limit $1', [count])).rows;
const author = (id: number, by: pg.Pool | pg.PoolClient = pool) =>
  by.query('select * from authors where id = $1', [id]);

async function transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

describe('what is wrong', () => {
  const LOOP =
    /^n-plus-one proved: N\+1: 20 queries of authors, one for each row of posts at .*real\.test\.ts:\d+ \(author\)$/;

  it('a loop, one after the other, all at once over two connections, or in a transaction', async () => {
    const oneByOne = async () => {
      for (const { author_id: id } of await posts()) await author(id);
    };
    const atOnce = async () => Promise.all((await posts()).map(({ author_id: id }) => author(id)));
    const inside = () =>
      transaction(async (client) => {
        for (const { author_id: id } of await posts()) await author(id, client);
      });
    for (const work of [oneByOne, atOnce, inside]) expect(await told(work)).toEqual([expect.stringMatching(LOOP)]);
  });

  it('a loop of a query builder, over more rows than are compared', async () => {
    const db = new Kysely<{ authors: { id: number; name: string } }>({ dialect: new PostgresDialect({ pool }) });
    const work = async () => {
      for (const { author_id: id } of await posts(300))
        await db.selectFrom('authors').selectAll().where('id', '=', id).execute();
    };
    expect(await told(work)).toEqual([
      expect.stringMatching(
        /^n-plus-one proved: N\+1: 300 queries of authors, one for each row of posts at .*real\.test\.ts/,
      ),
    ]);
  });

  it('a loop with its values in the text', async () => {
    const work = async () => {
      for (const { author_id: id } of await posts()) await pool.query(`select * from authors where id = ${Number(id)}`);
    };
    expect(await told(work)).toEqual([expect.stringMatching(/^n-plus-one proved: N\+1: 20 queries of authors/)]);
  });

  it('a loop of writes, the same question thrice, a count compared with nothing', async () => {
    const work = async () => {
      for (const a of [1, 2, 3, 4, 5]) await pool.query('insert into log values ($1)', [a]);
      for (let time = 0; time < 3; time += 1) await author(1001);
      await pool.query('select (select count(*) from posts) > 0 as any_there');
    };
    expect((await told(work)).map((line) => line.split(':')[0])).toEqual([
      'write-n-plus-one likely',
      'duplicate likely',
      'count-as-exists proved',
    ]);
  });
});

describe('what is not', () => {
  it('batches, pages by key and by offset', async () => {
    const work = async () => {
      const ids = (await posts(100)).map(({ author_id: id }) => id);
      for (let at = 0; at < 100; at += 10)
        await pool.query('select * from authors where id = any($1)', [ids.slice(at, at + 10)]);
      for (let last = 0; last < 60; last += 10)
        await pool.query('select id from posts where id > $1 order by id limit 10', [last]);
      for (let from = 0; from < 60; from += 10)
        await pool.query('select id from posts order by id limit 10 offset $1', [from]);
    };
    expect(await told(work)).toEqual([]);
  });

  it('a cursor, savepoints, settings', async () => {
    const work = () =>
      transaction(async (client) => {
        await client.query("select set_config('app.tenant', $1, true)", ['7']);
        const cursor = client.query(new Cursor('select id from posts'));
        for (let rows = await cursor.read(50); rows.length > 0; ) rows = await cursor.read(50);
        await cursor.close();
        await client.query('declare reader cursor for select id from posts');
        for (let at = 0; at < 8; at += 1) {
          await client.query(`savepoint sp_${at}`);
          await client.query('fetch 20 from reader');
        }
      });
    expect(await told(work)).toEqual([]);
  });

  it('another try of what failed, and reading what was written', async () => {
    const attempt = (divisor: number) =>
      transaction(async (client) => {
        await author(1001, client);
        for (const a of [1, 2]) await client.query('insert into log values ($1)', [a]);
        await client.query('select 1 / $1::int', [divisor]);
      });
    const work = async () => {
      for (const divisor of [0, 0, 0, 1]) await attempt(divisor).catch(() => null);
      for (let time = 0; time < 3; time += 1) {
        await pool.query('select count(*) from log');
        await pool.query('update log set a = a + 1 where a = 1');
      }
    };
    expect((await told(work)).filter((line) => !line.includes('1 /'))).toEqual([]);
  });
});
