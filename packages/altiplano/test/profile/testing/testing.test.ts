import { AssertionError } from 'node:assert';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  expectConstantQueries,
  expectMaxQueries,
  expectNoFindings,
  expectQuerySnapshot,
  queryShapes,
} from '../../../src/profile/testing/testing.ts';
import { postsAtOnce, postsOneByOne, schema } from './program.ts';

const SCHEMA = `helpers_${process.pid}`;
let pool: pg.Pool;
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: inject('adminUrl'), max: 4 });
  await schema(pool, SCHEMA);
});
afterAll(async () => {
  await pool.query(`drop schema ${SCHEMA} cascade`);
  await pool.end();
});

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing failed'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AssertionError);
  return (error as Error).message;
}

describe('expectConstantQueries', () => {
  it('is content with what asks once, transactions and savepoints aside', async () => {
    await expectConstantQueries((size) => postsAtOnce(pool, SCHEMA, size));
  });

  it('shows what grows, how, and from where', async () => {
    const message = await failureOf(
      expectConstantQueries((size) => postsOneByOne(pool, SCHEMA, size), { sizes: [15, 5, 50] }),
    );
    expect(message).toContain('Queries grow with the number of rows: 6 at 5, 16 at 15, 51 at 50.');
    expect(message).toMatch(
      / {5}5 {4}15 {4}50 {2}↑ select \* from helpers_\d+\.authors where id = \?\n +at .*test\/profile\/testing\/program\.ts:\d+ \(authorOf\)/,
    );
    expect(message).toMatch(/ {5}1 {5}1 {5}1 {4}select id, author_id from/);
  });

  it('does not count what prepares, and hands it on', async () => {
    const made: number[] = [];
    await expectConstantQueries((_, ids: readonly number[]) => pool.query('select * from unnest($1::int[])', [ids]), {
      sizes: [1, 3],
      prepare: async (size) => {
        for (let at = 0; at < size; at += 1) await pool.query('select 1');
        made.push(size);
        return Array.from({ length: size }, (_, at) => at);
      },
    });
    expect(made).toEqual([1, 3]);
  });

  it('proves nothing where no query was seen, and says so', async () => {
    expect(await failureOf(expectConstantQueries(() => 1))).toContain('No query was seen at any size');
    await expect(expectConstantQueries(() => 1, { sizes: [5] })).rejects.toThrow(
      'sizes has to be two different whole numbers',
    );
  });
});

describe('expectMaxQueries', () => {
  it('gives what the work answers', async () => {
    expect(await expectMaxQueries(() => postsAtOnce(pool, SCHEMA, 3), 2)).toHaveLength(3);
  });

  it('shows the queries by shape', async () => {
    const message = await failureOf(expectMaxQueries(() => postsOneByOne(pool, SCHEMA, 3), 2));
    expect(message).toMatch(
      /^4 queries, and 2 are allowed:\n {5}3 × select \* from helpers_\d+\.authors where id = \?\n +at .*program\.ts/,
    );
  });

  it('sees what a server of this process is asked for', async () => {
    const server = createServer((_, response) => {
      postsOneByOne(pool, SCHEMA, 3).then((rows) => response.end(JSON.stringify(rows)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const asked = () => fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.json());
    expect(await failureOf(expectMaxQueries(asked, 1))).toContain('4 queries, and 1 are allowed');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('expectNoFindings', () => {
  it('tells a loop over rows, proved, with what would do it', async () => {
    const message = await failureOf(expectNoFindings(() => postsOneByOne(pool, SCHEMA, 5)));
    expect(message).toContain('N+1: 5 queries of authors, one for each row of posts');
    expect(message).toContain('5 of the values of its parameter $1 are in the column “author_id”');
    expect(message).toContain(`select * from ${SCHEMA}.authors where id = any($1)`);
  });

  it('is content with what is allowed, and with what asks once', async () => {
    await expectNoFindings(() => postsAtOnce(pool, SCHEMA, 5));
    const allow = [
      { rule: 'n-plus-one' as const, file: '**/program.ts', reason: 'shown in this test', until: '2999-12-31' },
    ];
    await expectNoFindings(() => postsOneByOne(pool, SCHEMA, 5), { allow });
  });
});

describe('expectQuerySnapshot', () => {
  const shapes = [
    `1 × select * from ${SCHEMA}.authors where id = any(?)`,
    `1 × select id, author_id from ${SCHEMA}.posts order by id limit ?`,
  ];

  it('compares lists, in any order', async () => {
    await expectQuerySnapshot(() => postsAtOnce(pool, SCHEMA, 2), [...shapes].reverse());
    expect(await queryShapes(() => postsAtOnce(pool, SCHEMA, 9))).toEqual(shapes);
  });

  it('shows what is new and what is gone', async () => {
    const message = await failureOf(expectQuerySnapshot(() => postsOneByOne(pool, SCHEMA, 2), shapes));
    expect(message).toContain(`- ${shapes[0]}\n+ 2 × select * from ${SCHEMA}.authors where id = ?\n`);
  });

  it('keeps lists in a file, which is made once and not on CI', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'altiplano-queries-'));
    const kept = { file: join(folder, 'queries.json'), name: 'list' };
    const before = process.env.CI;
    try {
      process.env.CI = 'true';
      expect(await failureOf(expectQuerySnapshot(() => postsAtOnce(pool, SCHEMA, 2), kept))).toContain(
        `+ ${shapes[0]}`,
      );
      delete process.env.CI;
      await expectQuerySnapshot(() => postsAtOnce(pool, SCHEMA, 2), kept);
      expect(JSON.parse(readFileSync(kept.file, 'utf8'))).toEqual({ list: shapes });
      await failureOf(expectQuerySnapshot(() => postsOneByOne(pool, SCHEMA, 2), kept));
    } finally {
      if (before === undefined) delete process.env.CI;
      else process.env.CI = before;
      rmSync(folder, { recursive: true });
    }
  });
});
