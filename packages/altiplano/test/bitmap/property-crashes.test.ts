import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OwnerClient, withOwner } from '../../src/execute/owner.ts';
import { startCommand } from '../cli/run-command.ts';
import { useDatabase } from '../support/database.ts';
import { runsOf } from '../support/runs.ts';
import { connect, engineOnly } from './property/engine-database.ts';
import { drop, install } from './property/install.ts';
import { buildAll, foldAll } from './property/life.ts';
import { isRefused, send, upkeep } from './property/machine.ts';
import { NEWEST_FIRST } from './property/place.ts';
import { anyShape, type Shape } from './property/shape.ts';
import { wrongState } from './property/state.ts';
import { anyStep } from './property/steps.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(15);

const database = useDatabase(engineOnly);
let observer: OwnerClient;
let writer: OwnerClient;
beforeAll(async () => {
  observer = await connect(database.url());
  writer = await connect(database.url());
  await writer.query("set lock_timeout = '1s'");
});
afterAll(async () => {
  await observer?.end();
  await writer?.end();
});

type Work = 'fold' | 'merge' | 'rebuild' | 'build';
/** Milliseconds until the end; 'after' is finished and not committed. */
type Moment = number | 'after';

const anyCrash = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    steps: fc.array(anyStep(shape), { minLength: 4, maxLength: 10, size: 'max' }),
    crashes: fc.array(
      fc.record({
        work: fc.constantFrom<Work>('fold', 'fold', 'rebuild', 'merge', 'build'),
        moment: fc.constantFrom<Moment>('after', 0, 1, 3, 8, 20),
        meanwhile: anyStep(shape),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);

/** A backend that does the work, ended by the server at that moment. */
async function crash(schema: string, work: Work, moment: Moment, meanwhile: () => Promise<unknown>): Promise<void> {
  const victim = await connect(database.url());
  const { rows } = await victim.query(`set search_path to ${schema}; select pg_backend_pid() as pid`).then(last);
  const working = (async () => {
    await victim.query('begin');
    for (const text of upkeep(work)) await victim.query(text);
  })().catch((error: { code?: string }) => {
    // Ended by the server, or refused as any fold may be.
    if (error.code !== undefined && error.code !== '57P01' && !isRefused(error)) throw error;
  });
  const writing = meanwhile();
  if (moment === 'after') await Promise.race([working, sleep(2_000)]);
  else await sleep(moment);
  await observer.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
  await working;
  await writing;
  await victim.end().catch(() => {});
}

/** Of several statements the last one's answer. */
function last<T>(result: T | T[]): T {
  return Array.isArray(result) ? (result.at(-1) as T) : result;
}

async function populate(schema: string, steps: readonly string[]): Promise<void> {
  await writer.query(`set search_path to ${schema}`);
  for (const [place, text] of steps.entries()) {
    if (place === 3) await buildAll(observer);
    await send(writer, text);
  }
}

describe('the server ends a backend in the middle', () => {
  test('of a fold, a rebuild, a merge or a build, and nothing is lost or counted twice', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(anyCrash, async ({ shape, steps, crashes }) => {
        const schema = await install(observer, shape);
        try {
          await populate(schema, steps);
          for (const { work, moment, meanwhile } of crashes) {
            await crash(schema, work, moment, () => send(writer, meanwhile));
            expect(await wrongState(observer, schema, shape)).toEqual([]);
          }
          await foldAll(observer);
          expect(await wrongState(observer, schema, shape)).toEqual([]);
        } finally {
          await drop(observer, schema);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a folding process is killed', () => {
  const steady: Shape = {
    place: NEWEST_FIRST,
    values: [{ name: 'kind', type: 'text', pool: ['a', 'b', null] }],
    ranges: [{ name: 'weight', type: 'float8', pool: ['0', '1', 'NaN', null] }],
    attributes: [],
    searched: [{ name: 'title', type: 'text', pool: ['Needle', 'hay', null] }],
    links: [{ table: 'tagging', target: 'tag', onDelete: 'cascade' }],
    sizes: { small: 64, big: 256, block: 8, fill: 7, smalls: 2, bin: 10, patched: 20, unfolded: 500 },
  };

  test('and the next one goes on where it was', { timeout: 120_000 + 10_000 * RUNS }, async () => {
    const schema = await install(observer, steady);
    try {
      await observer.query(INSERT, [0, 300]);
      await buildAll(observer);
      await writer.query(`set search_path to ${schema}`);
      for (let run = 0; run < Math.ceil(RUNS / 5); run++) {
        const worker = startCommand(['worker'], { DATABASE_URL: database.url() });
        const began = performance.now();
        const before = await foldedUpto();
        // Until it has folded, and some time into the next fold.
        const isEarly = async () =>
          performance.now() - began < 500 + 150 * (run % 10) || (await foldedUpto()) === before;
        for (let turn = 1; performance.now() - began < 20_000 && (await isEarly()); turn++) {
          for (const [text, values] of writes(1_000 * (run + 1) + turn)) await writer.query(text, values);
          if (turn % 20 === 0) expect(await wrongState(observer, schema, steady)).toEqual([]);
        }
        expect(await foldedUpto()).not.toBe(before);
        worker.child.kill('SIGKILL');
        await worker.finished;
        expect(await wrongState(observer, schema, steady)).toEqual([]);
      }
      await withOwner(database.url(), async (client) => {
        await client.query(`set search_path to ${schema}`);
        await foldAll(client);
      });
      expect(await wrongState(observer, schema, steady)).toEqual([]);
    } finally {
      await drop(observer, schema);
    }
  });
});

async function foldedUpto(): Promise<string> {
  const { rows } = await observer.query('select max(s.folded::text) as folded from item_bitmap_segment s');
  return String(rows[0].folded);
}

const INSERT = `insert into item (id, shop_id, made_at, kind, weight, title)
  select md5($1 || '/' || n)::uuid, (select id from shop order by id limit 1), timestamptz '2026-01-01' + n * interval '1 minute',
    (array['a', 'b', null])[1 + n % 3], (array[0, 1, 'NaN', null]::float8[])[1 + n % 4], (array['Needle', 'hay', null])[1 + n % 3]
  from generate_series(1, $2) n`;

/** New rows, changed, moved, hidden and erased ones, and links. */
function writes(turn: number): readonly (readonly [string, unknown[]])[] {
  return [
    [INSERT, [turn, 3]],
    ["update item set kind = 'b', weight = 1 where hashtext(id::text || $1) % 40 = 0", [turn]],
    ["update item set made_at = made_at - interval '3 hours' where hashtext(id::text || $1) % 90 = 1", [turn]],
    ['update item set gone = not gone where hashtext(id::text || $1) % 90 = 2', [turn]],
    [
      `insert into tagging (shop_id, item_id, tag_id) select t.shop_id, t.id, g.id from item t, tag g
       where hashtext(t.id::text || g.id || $1) % 200 = 3 on conflict do nothing`,
      [turn],
    ],
    ['delete from item where hashtext(id::text || $1) % 120 = 4', [turn]],
  ];
}
