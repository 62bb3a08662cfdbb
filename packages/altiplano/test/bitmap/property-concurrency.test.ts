import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OwnerClient } from '../../src/execute/owner.ts';
import { useDatabase } from '../support/database.ts';
import { runsOf } from '../support/runs.ts';
import { connect, engineOnly } from './property/engine-database.ts';
import { drop, install } from './property/install.ts';
import { buildAll, foldAll } from './property/life.ts';
import { isRefused, rotate, send, upkeep } from './property/machine.ts';
import { anyShape, type Shape } from './property/shape.ts';
import { wrongState } from './property/state.ts';
import { anyStep } from './property/steps.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(20);

const database = useDatabase(engineOnly);
let writers: readonly OwnerClient[];
let folder: OwnerClient;
let observer: OwnerClient;
/** Holds one old snapshot. */
let old: OwnerClient;
const everyone = () => [...writers, folder, observer, old];

beforeAll(async () => {
  const open = () => connect(database.url());
  [folder, observer, old] = [await open(), await open(), await open()];
  writers = [await open(), await open(), await open()];
  for (const writer of writers)
    await writer.query("set deadlock_timeout = '10ms'; set lock_timeout = '1s'; set altiplano.fold_check = 'always'");
  await folder.query("set lock_timeout = '300ms'");
});
afterAll(async () => {
  for (const client of everyone()) await client?.end();
});
afterEach(async () => {
  for (const client of everyone()) await client.query('rollback');
});

type Moment =
  | { readonly by: number; readonly text: string }
  | { readonly by: 'folder'; readonly work: 'fold' | 'merge' | 'rebuild' | 'rotate' | 'begin' | 'commit' }
  | { readonly by: 'old' };

const level = fc.constantFrom('read committed', 'read committed', 'repeatable read', 'serializable');
const control = fc
  .tuple(level, fc.constantFrom('begin', 'begin', 'commit', 'commit', 'rollback', 'savepoint here', 'rollback to here'))
  .map(([of, what]) => (what === 'begin' ? `begin isolation level ${of}` : what));

function anyMoment(shape: Shape): fc.Arbitrary<Moment> {
  const by = fc.nat(2);
  // A fold that is open while writers go on, and is committed or cut off later.
  const work = fc.constantFrom('fold', 'fold', 'fold', 'merge', 'rebuild', 'rotate', 'begin', 'commit');
  return fc.oneof(
    { arbitrary: fc.record({ by, text: anyStep(shape) }), weight: 6 },
    { arbitrary: fc.record({ by, text: control }), weight: 5 },
    { arbitrary: work.map((one) => ({ by: 'folder' as const, work: one as 'fold' })), weight: 4 },
    { arbitrary: fc.constant({ by: 'old' as const }), weight: 1 },
  );
}

const anyStorm = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    before: fc.array(anyStep(shape), { maxLength: 3 }),
    moments: fc.array(anyMoment(shape), { minLength: 6, maxLength: 20, size: 'max' }),
  }),
);

/** A statement that waits for another connection goes on waiting while the next ones are sent. */
async function interleave(moments: readonly Moment[], afterEach: () => Promise<void>): Promise<void> {
  const last = new Map<OwnerClient, Promise<unknown>>();
  const say = async (client: OwnerClient, work: () => Promise<unknown>) => {
    const done = (last.get(client) ?? Promise.resolve()).then(work);
    last.set(client, done);
    done.catch(() => {});
    await Promise.race([done, sleep(8)]);
  };
  for (const one of moments) {
    if (one.by === 'old') await old.query('rollback; begin isolation level repeatable read; select from item');
    else if (one.by === 'folder') await say(folder, () => keep(one.work));
    else {
      const writer = writers[one.by] as OwnerClient;
      await say(writer, () => send(writer, one.text));
    }
    await afterEach();
  }
  await Promise.all(
    [...writers, folder].map((client) => say(client, () => client.query('commit')).then(() => last.get(client))),
  );
}

async function keep(work: Extract<Moment, { by: 'folder' }>['work']): Promise<void> {
  if (work === 'begin' || work === 'commit') return void (await send(folder, work));
  if (work === 'rotate') {
    // The drained table is emptied only where nobody looks: that is the folder's business and tested with it.
    await folder.query('commit');
    return rotate(folder, { empties: false }).catch(givenUp);
  }
  for (const text of upkeep(work)) await send(folder, text);
}

async function givenUp(error: unknown): Promise<void> {
  if (!isRefused(error)) throw error;
  await folder.query('rollback');
}

test('bitmaps and tail are the rows in every snapshot, whatever three writers, a folder and an old snapshot do', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyStorm, async ({ shape, before, moments }) => {
      const schema = await install(observer, shape);
      for (const client of everyone()) await client.query(`set search_path to ${schema}`);
      const exact = async () => {
        for (const client of [observer, old]) expect(await wrongState(client, schema, shape)).toEqual([]);
      };
      try {
        for (const text of before) await send(observer, text);
        await buildAll(observer);
        await interleave(moments, exact);
        await exact();
        await old.query('rollback');
        await foldAll(folder);
        await exact();
      } finally {
        for (const client of everyone()) await client.query('rollback');
        await drop(observer, schema);
      }
    }),
    { numRuns: RUNS },
  );
});
