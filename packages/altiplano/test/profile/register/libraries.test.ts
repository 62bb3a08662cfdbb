import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import type { Recording } from '../../../src/profile/recording.ts';
import { findVerdicts } from '../../../src/profile/verdict/verdicts.ts';
import { useApp } from './run-app.ts';

const TABLES = `
drop table if exists library_post, library_author;
create table library_author as select 100 + n as id, 'author ' || n as name from generate_series(1, 6) n;
create table library_post as select n as id, 100 + n as author_id from generate_series(1, 6) n;`;
const POSTS = 6;

let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(inject('adminUrl'));
  await owner.query(TABLES);
});
afterAll(async () => {
  await owner?.query('drop table library_post, library_author');
  await owner?.end();
});

describe('a program over libraries', () => {
  const app = useApp('libraries.mjs');
  const LIBRARIES = ['kysely', 'knex', 'drizzle', 'sequelize', 'prisma'];
  /** What it took to answer. */
  async function recorded(path: string): Promise<Recording> {
    const before = (await app().recordings(0)).length;
    expect(await (await fetch(`${app().origin}/${path}`)).text()).toBe('done');
    const recording = (await app().recordings(before + 1)).at(-1);
    if (recording === undefined) throw new Error('nothing was recorded');
    return recording;
  }

  it.each(LIBRARIES)('%s: its statements, its loop, proved, and where that is', async (name) => {
    const recording = await recorded(`${name}/loop`);
    expect(recording.request).toMatchObject({ framework: 'http', route: `/${name}/loop` });
    expect([recording.layers, new Set(recording.queries.map(({ layer }) => layer))]).toEqual([[], new Set([null])]);
    const asked = recording.queries.filter(({ text }) => text.includes('library_'));
    expect(asked).toHaveLength(1 + POSTS);
    // Some ask a new connection how it is first.
    expect(recording.statements).toBeLessThanOrEqual(1 + POSTS + 4);
    const [loop, ...others] = findVerdicts(recording).filter(({ rule }) => rule === 'n-plus-one');
    expect([loop?.certainty, loop?.evidence[0]?.figures, others]).toMatchObject(['proved', { times: POSTS }, []]);
    expect(loop?.evidence[0]?.site).toMatchObject({
      file: expect.stringMatching(/apps\/libraries\.mjs$/),
      function: 'author',
    });
  });

  it.each(LIBRARIES)('%s: the second of two waited for the one connection', async (name) => {
    const waits = (await recorded(`${name}/waits`)).queries
      .filter(({ text }) => text.includes('pg_sleep'))
      .map(({ asked, acquired }) => (acquired ?? 0) - (asked ?? 0))
      .sort((one, other) => one - other);
    expect(waits).toHaveLength(2);
    expect(waits[0]).toBeLessThan(waits[1] ?? 0);
    expect(waits[1]).toBeGreaterThan(50);
    expect(app().said.stderr).toBe('');
  });
});
