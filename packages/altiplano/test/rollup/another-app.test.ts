import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueToken } from '../../src/cli/token.ts';
import { type Engine, startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { ENGINE, migrate } from '../../src/migrate/run.ts';
import { answer } from '../../src/pipeline.ts';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { buildRollups } from '../../src/rollup/build.ts';
import { rollupMigration } from '../../src/rollup/definition.ts';
import { useDatabase } from '../support/database.ts';
import { runsOf } from '../support/runs.ts';
import {
  BOOK_IDS,
  COLUMN_TYPES,
  LIBRARY,
  library,
  plainBooks,
  READER,
  SCHEMA_SQL,
  SHOP,
  shelvedBooks,
} from './library.ts';

/** The same resource twice, over the same tables: figures kept by a rollup, and figures computed from the rows. */
const [UP = ''] = rollupMigration(rollupsOf(shelvedBooks), { review: COLUMN_TYPES }).split('-- Down Migration');
const database = useDatabase({
  name: 'library',
  key: `${SCHEMA_SQL}${UP} 3`,
  build: async (url) => {
    await migrate(ENGINE, { url, direction: 'up' });
    await withOwner(url, async (client) => {
      await client.query(SCHEMA_SQL);
      await client.query(`set search_path to ${LIBRARY}`);
      await client.query(`begin; ${UP}; commit`);
    });
    await buildRollups(url, LIBRARY);
  },
});

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ url: database.url(), apps: [library], pepper: 'test', poolSize: 2 });
});
afterAll(() => engine.close());

async function show(resource: string, authorization: string): Promise<string> {
  const service = engine.services.find((one) => one.resource.name === resource);
  if (service === undefined) throw new Error(`no resource ${resource}`);
  const query = new URLSearchParams({ shop_id: SHOP });
  const signal = new AbortController().signal;
  const call = { id: null, origin: 'http://localhost', path: '/books/', query, authorization, signal };
  const { results } = JSON.parse((await answer(service, call)).body) as { results: unknown };
  return JSON.stringify(results);
}

const book = fc.constantFrom(...BOOK_IDS);
const stars = fc.constantFrom('1', '2', '3', '5', 'null');
const price = fc.constantFrom('0', '0.01', '12.50', '-3.337', 'null');
const age = fc.constantFrom('0', '1 day', '6 days 23:59:59.999', '8 days', '40 days', '-1 day');
const kind = fc.constantFrom('press', 'reader', "it''s");
const step = fc.oneof(
  fc.record({ book, stars, price, age, kind, many: fc.constantFrom(1, 3, 90) }).map(
    (row) => `insert into review (shop_id, book_id, kind, stars, price, written_at)
      select '${SHOP}', '${row.book}', '${row.kind}', ${row.stars}, ${row.price}, now() - interval '${row.age}' + n * interval '7 minutes'
      from generate_series(1, ${row.many}) n`,
  ),
  fc
    .record({ stars, book })
    .map((row) => `update review set stars = ${row.stars}, book_id = '${row.book}' where id % 3 = 0`),
  fc.constantFrom(1, 2, 7).map((rest) => `delete from review where id % 7 < ${rest}`),
  fc.constant('update review set gone = not gone where id % 2 = 0'),
  fc.constant('select book_rollup_fold(array_agg(tenant), array_agg(parent)) from book_rollup_pending(100)'),
  fc.constant("update altiplano.rollup set generation = 1 - generation where name = 'book_rollup'"),
);

test('count, sum, money by key, least, greatest, window and month: the same kept as computed', async () => {
  const authorization = `Bearer ${await issueToken(database.url(), 'library', READER, [], 'test')}`;
  await withOwner(database.url(), async (client) => {
    await client.query(`set search_path to ${LIBRARY}`);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const text of steps) await client.query(text);
        expect(await show('books', authorization)).toBe(await show('plain_books', authorization));
      }),
      { numRuns: runsOf(40) },
    );
  });
  expect(await show('books', authorization)).toContain('"best":');
  expect(plainBooks.name).toBe('plain_books');
}, 120_000);
