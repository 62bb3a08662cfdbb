import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyInto } from '../../src/execute/copy.ts';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { runsOf } from '../support/runs.ts';
import { ARCHIVE, HOUSES, useArchive } from './archive.ts';
import { readState, replay } from './replay.ts';

/** Random histories, several writers at once: the trail, played back from the start, gives what is in the tables. */
const database = useArchive();
const id = (kind: string) => (n: number) => `'00000000-0000-4000-8000-0000000${kind}0${n.toString().padStart(3, '0')}'`;
const shelf = fc.integer({ min: 1, max: 6 }).map(id('5'));
const keeper = fc.integer({ min: 1, max: 3 }).map(id('e'));
const house = fc.constantFrom(...HOUSES).map((one) => `'${one}'`);
const price = fc.constantFrom('1.5', '1.50', '0', 'null', "'NaN'", '1e20');
const extra = fc.constantFrom(`'{"a": 1.0}'`, `'[]'`, 'null', `'"text"'`);
const due = fc.constantFrom('now()', "'infinity'", 'null', "'2026-03-29 02:30+02'");

type Step = string | { readonly copied: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ shelf, house, price, extra }).map(
      (
        row,
      ) => `insert into shelf (id, house_id, title, price, extra) values (${row.shelf}, ${row.house}, 'T', ${row.price}, ${row.extra})
      on conflict (id) do update set price = excluded.price, extra = excluded.extra, title = shelf.title || '+'`,
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ shelf, keeper, second: keeper, house, many: fc.constantFrom(1, 2, 40) }).map(
      (row) => `insert into folder (house_id, shelf_id, keeper_id, second_id, note)
      select ${row.house}, s.id, ${row.keeper}, ${row.second}, n::text from shelf s, generate_series(1, ${row.many}) n where s.id = ${row.shelf}`,
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ keeper, house })
      .map((row) => `insert into keeper values (${row.keeper}, ${row.house}, 'K') on conflict do nothing`),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ due, price })
      .map((row) => `update shelf set due = ${row.due}, price = ${row.price} where random() < 0.5`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "update folder set note = case when note like '%!' then rtrim(note, '!') else note || '!' end where id % 3 = 0",
      'update shelf set house_id = case when random() < 0.5 then house_id else (select id from house order by random() limit 1) end',
      'update folder set id = id + 1000000 where id % 5 = 0',
      'delete from folder where id % 2 = 0',
      'truncate folder',
      'truncate shelf, folder',
      'select pg_sleep(0.002)',
      "set local timezone to 'Asia/Kathmandu'",
      "set local datestyle to 'German'",
    ),
  },
  { weight: 1, arbitrary: shelf.map((one) => `delete from shelf where id = ${one}`) },
  {
    weight: 1,
    arbitrary: fc.record({ shelf, to: shelf }).map((row) => `update shelf set id = ${row.to} where id = ${row.shelf}`),
  },
  { weight: 1, arbitrary: keeper.map((one) => `delete from keeper where id = ${one}`) },
  { weight: 1, arbitrary: fc.constantFrom({ copied: 1 }, { copied: 30 }) },
);

const transaction = fc.record({
  steps: fc.array(fc.record({ step: steps, fate: fc.constantFrom('kept', 'kept', 'kept', 'undone') }), {
    minLength: 1,
    maxLength: 5,
  }),
  fate: fc.constantFrom('commit', 'commit', 'commit', 'rollback'),
});
const histories = fc.array(fc.array(transaction, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });

/** What chance may leave out. */
const TRUNCATED = {
  steps: [
    `insert into shelf (id, house_id, title) values (${id('5')(9)}, '${HOUSES[0]}', 'T')`,
    'truncate shelf, folder',
  ].map((step) => ({ step, fate: 'kept' as const })),
  fate: 'commit' as const,
};

const WRITERS = 4;
let writers: OwnerClient[] = [];
beforeAll(async () => {
  writers = await Promise.all(Array.from({ length: WRITERS }, () => connectOwner(database.url())));
  for (const writer of writers) await writer.query(`set search_path to ${ARCHIVE}; set deadlock_timeout = '20ms'`);
});
afterAll(() => Promise.all(writers.map((writer) => writer.end())));

async function run(client: OwnerClient, step: Step): Promise<void> {
  if (typeof step === 'string') await client.query(step);
  else {
    const rows = Array.from({ length: step.copied }, (_, n) => `${HOUSES[n % 2]}\t\t${n}`.replace('\t\t', '\tcopied '));
    const { rows: found } = await client.query('select id from shelf limit 1');
    if (found.length === 0) return;
    const target = { schema: ARCHIVE, table: 'folder', columns: ['house_id', 'note', 'shelf_id'] };
    await copyInto(
      client,
      target,
      rows.map((row) => `${row}\t${found[0].id}`),
    );
  }
}

/** What collides (keys, parents, deadlocks) takes its transaction back; everything else is a fault of the test. */
const COLLISIONS = /^(23505|23503|40P01|21000|27000)$/;

async function write(
  client: OwnerClient,
  history: readonly (typeof transaction extends fc.Arbitrary<infer T> ? T : never)[],
) {
  for (const { steps: done, fate } of history) {
    await client.query('begin');
    try {
      for (const { step, fate: end } of done) {
        if (end === 'kept') await run(client, step);
        else {
          await client.query('savepoint undone');
          await run(client, step);
          await client.query('rollback to undone');
        }
      }
      await client.query(fate);
    } catch (error) {
      await client.query('rollback');
      if (!COLLISIONS.test(String((error as { code?: string }).code))) throw error;
    }
  }
}

test('the trail played back is what is in the tables', async () => {
  const [reader] = writers;
  if (reader === undefined) throw new Error('no connection');
  await fc.assert(
    fc.asyncProperty(histories, async (all) => {
      await Promise.all(all.map((history, n) => write(writers[n] as OwnerClient, history)));
      const played = await replay(reader);
      played.delete('house');
      expect(played).toEqual(await readState(reader, { keeper: 'house_id', shelf: 'house_id', folder: 'house_id' }));
    }),
    { numRuns: runsOf(25), examples: [[[[TRUNCATED]]]] },
  );
  const { rows } = await reader.query('select action, count(*)::int from trail group by action');
  // The histories did happen.
  for (const action of ['insert', 'update', 'delete', 'truncate'])
    expect(rows.map((row) => row.action)).toContain(action);
}, 120_000);
