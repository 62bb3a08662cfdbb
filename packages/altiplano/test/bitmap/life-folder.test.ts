import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { buildBitmaps } from '../../src/bitmap/build.ts';
import { readStatus } from '../../src/bitmap/status.ts';
import { connectOwner, withOwner } from '../../src/execute/owner.ts';
import { type Folder, startFolder } from '../../src/folder.ts';
import type { Observation } from '../../src/observe/observation.ts';
import { startCommand } from '../cli/run-command.ts';
import { useDatabase } from '../support/database.ts';
import { emptyShop, eventually, FIRST, fill, findings, foldAll, one, run, SCHEMA } from './life-library.ts';

const database = useDatabase(emptyShop);
const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});
beforeAll(async () => {
  await fill(database.url(), 300, { quiet: true });
  await buildBitmaps(database.url(), SCHEMA);
});

const PACE = { shortest: 20, longest: 100, look: 50, merge: 200 };
function fold(options: Partial<Parameters<typeof startFolder>[0]> = {}): Folder {
  const folder = startFolder({ url: database.url(), pace: { ...PACE, age: 0 }, ...options });
  ending.push(() => folder.stop());
  return folder;
}
function startWorker() {
  const worker = startCommand(['worker'], { DATABASE_URL: database.url() });
  ending.push(async () => {
    worker.child.kill('SIGKILL');
    await worker.finished;
  });
  return { ...worker, folds: () => worker.said.stderr.includes('worker: folding') };
}

const status = async () => {
  const { bitmaps } = await withOwner(database.url(), (client) => readStatus(client, [SCHEMA]));
  const [first] = bitmaps;
  if (first === undefined) throw new Error('no bitmap');
  return first;
};
const isFolded = async () => (await status()).unfolded === 0;
const change = (kind: string, from = 0) =>
  run(
    database.url(),
    `update article set kind = '${kind}' where id in (select id from article where shop_id = '${FIRST}' order by id offset ${from} limit 100)`,
  );

test('a long tail is folded at once, a short one when it is old', async () => {
  const figuresOf = (folder: Folder) => folder.figures().find(({ kind }) => kind === 'bitmap');
  const young = fold({ pace: { ...PACE, entries: 100, age: 3_600_000 } });
  await change('long');
  await eventually('the long one is folded', isFolded);
  await run(database.url(), `update article set sold = not sold where id = md5('1')::uuid`);
  await sleep(700);
  expect((await status()).unfolded).toBe(1);
  expect(figuresOf(young)).toMatchObject({ title: 'shop.article_bitmap', folds: 1, folded: 100, errors: 0 });
  await young.stop();
  const old = fold({ pace: { ...PACE, entries: 100, age: 700 } });
  await eventually('the short one is folded', isFolded);
  expect(figuresOf(old)).toMatchObject({ folds: 1, folded: 1, errors: 0 });
  expect(await findings(database.url())).toEqual([]);
});

test('what is folded goes once nobody reads as of before, and is named until then', async () => {
  const reader = await connectOwner(database.url());
  ending.push(() => reader.end());
  await reader.query('begin isolation level repeatable read');
  await reader.query("set local application_name = 'a long report'");
  await reader.query('select from shop.article limit 1');
  fold({ pace: { ...PACE, age: 0, bytes: 0 } });
  await change('rotated');
  await eventually('it is folded', isFolded);
  await sleep(500);
  expect(await status()).toMatchObject({ unfolded: 0, pin: { application: 'a long report' } });
  expect((await status()).consumed).toBeGreaterThan(0);
  await reader.query('commit');
  await eventually('both tails are empty', async () => (await status()).consumed === 0);
  expect(await findings(database.url())).toEqual([]);
});

test('entries of a tenant without segments stay until it has one', async () => {
  await run(
    database.url(),
    "insert into article (id, shop_id, made_at, kind) select gen_random_uuid(), md5('new')::uuid, now(), 'first' from generate_series(1, 5)",
  );
  expect(await findings(database.url())).toEqual([]);
  expect((await status()).unfolded).toBe(5);
  fold({ pace: { ...PACE, age: 0, bytes: 0 } });
  await eventually('the tenant has a segment', isFolded);
  await eventually('both tails are empty', async () => (await status()).consumed === 0);
  expect(await findings(database.url())).toEqual([]);
});

test('small segments are merged beside folding', async () => {
  const small = async () =>
    (
      await one<{ count: number }>(
        database.url(),
        `select count(*)::int as count from article_bitmap_segment where shop_id = '${FIRST}' and width = 64`,
      )
    ).count;
  fold();
  for (let part = 0; part < 8; part++) {
    await fill(database.url(), 60, { from: 10_001 + part * 60 });
    await eventually('it is folded', isFolded);
  }
  await eventually('they are merged', async () => (await small()) <= 4);
  expect(await findings(database.url())).toEqual([]);
});

/** Small segments, more of them than may stand. */
async function fillSmall(): Promise<void> {
  for (let part = 0; part < 8; part++) {
    await fill(database.url(), 60, { from: 20_001 + part * 60 });
    await foldAll(database.url());
  }
}

test.each([
  ['fold', async () => {}, () => change('killed', 50)],
  ['merge', fillSmall, async () => {}],
])(
  'a process that is killed in the middle of a %s leaves nothing, and another takes over',
  async (work, prepare, write) => {
    await prepare();
    // Whatever writes bits sleeps, as long as there is a row that says so.
    await run(
      database.url(),
      `create table slow (work text);
     insert into slow values ('_${work}(');
     create function slow() returns trigger language plpgsql as $$ begin
       if exists (select from shop.slow where strpos(current_query(), work) > 0) then perform pg_sleep(60); end if;
       return null;
     end $$;
     create trigger slow after insert or update on article_bitmap for each statement execute function slow()`,
    );
    ending.push(() =>
      run(database.url(), 'drop trigger slow on article_bitmap; drop function slow(); drop table slow'),
    );
    const first = startWorker();
    await eventually('the first folds', async () => first.folds());
    await write();
    await eventually(
      'it is in the middle',
      async () =>
        (
          await one<{ count: number }>(
            database.url(),
            `select count(*)::int as count from pg_stat_activity
           where datname = current_database() and wait_event = 'PgSleep' and query ~ '_${work}\\('`,
          )
        ).count > 0,
    );
    expect(await findings(database.url())).toEqual([]);
    first.child.kill('SIGKILL');
    await first.finished;
    await run(database.url(), 'delete from slow');
    const second = startWorker();
    await eventually('the other folds', async () => second.folds());
    await eventually('it folds what was left', isFolded);
    expect(await findings(database.url())).toEqual([]);
  },
  180_000,
);

test('a change of every row is taken up segment by segment, beside what else is folded', async () => {
  const before = await one<{ segments: string }>(
    database.url(),
    `select string_agg(segment::text, ' ' order by segment) as segments from article_bitmap_segment where shop_id = '${FIRST}'`,
  );
  fold({ pace: { ...PACE, age: 0, crowded: 30 } });
  await run(database.url(), "update article set kind = 'all', title = title || '!'");
  await eventually('it is folded', isFolded);
  expect(await findings(database.url())).toEqual([]);
  const { made, kept } = await one<{ made: number; kept: number }>(
    database.url(),
    `select count(*) filter (where not was)::int as made, count(*) filter (where was)::int as kept
     from (
       select segment = any (string_to_array('${before.segments}', ' ')::bigint[]) as was
       from article_bitmap_segment where shop_id = '${FIRST}'
     ) s`,
  );
  expect(made).toBeGreaterThan(1);
  // One that is not crowded is folded as ever.
  expect(kept).toBeLessThanOrEqual(1);
});

test('an error in one bitmap ends nothing', async () => {
  const told: Observation[] = [];
  fold({ observe: (observation) => void told.push(observation) });
  await run(database.url(), 'alter function article_bitmap_fold rename to folds');
  await change('broken');
  await eventually('it is told', async () =>
    told.some((one) => one.kind === 'fold.failed' && one.title === 'shop.article_bitmap'),
  );
  await run(database.url(), 'alter function folds rename to article_bitmap_fold');
  await eventually('it is folded', isFolded);
  expect(await findings(database.url())).toEqual([]);
});
