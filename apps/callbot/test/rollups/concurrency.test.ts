import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnerClient } from 'altiplano';
import { runsOf, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { ASKED, anyChange, CUSTOMERS, HOMES, NOW, type Step, WORKSPACES } from './histories.ts';
import { reset, send } from './play.ts';
import { foldSome, openRecounting, ROLLUPS, wrongFigures } from './recount.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(20);

const database = useDatabase(emptyCallbot);
let writers: readonly OwnerClient[];
let folder: OwnerClient;
let observer: OwnerClient;
/** Holds one old snapshot. */
let old: OwnerClient;

beforeAll(async () => {
  const open = () => openRecounting(database.url());
  [folder, observer, old] = [await open(), await open(), await open()];
  writers = [await open(), await open(), await open()];
  for (const writer of writers)
    await writer.query("set deadlock_timeout = '10ms'; set lock_timeout = '1s'; set altiplano.fold_check = 'always'");
  await observer.query('insert into callbot.workspace (id, name) select i, i from unnest($1::uuid[]) i', [WORKSPACES]);
});
afterAll(async () => {
  for (const client of [...(writers ?? []), folder, observer, old]) await client?.end();
});

afterEach(async () => {
  for (const client of [...writers, old, folder]) await client.query('rollback');
});

type Moment =
  | { readonly by: number; readonly step: Step }
  | { readonly by: 'folder'; readonly most: number }
  | { readonly by: 'old' };

/** TRUNCATE waits for every snapshot there is, the old one too. */
const unlocking = anyChange.filter(({ text }) => !text.startsWith('truncate'));
const level = fc.constantFrom('read committed', 'repeatable read', 'serializable');
const moment: fc.Arbitrary<Moment> = fc.oneof(
  { arbitrary: fc.record({ by: fc.nat(2), step: unlocking }), weight: 6 },
  {
    arbitrary: fc
      .tuple(fc.nat(2), level, fc.constantFrom('begin', 'commit', 'commit', 'rollback'))
      .map(([by, of, what]) => ({
        by,
        step: { text: what === 'begin' ? `begin isolation level ${of}` : what, values: [] },
      })),
    weight: 6,
  },
  { arbitrary: fc.constantFrom(1, 1_000).map((most) => ({ by: 'folder' as const, most })), weight: 4 },
  { arbitrary: fc.constant({ by: 'old' as const }), weight: 1 },
);

/** Nobody may be inside a transaction: a reset takes every lock. */
async function resetAll(): Promise<void> {
  for (const client of [...writers, old, folder]) await client.query('rollback');
  await reset(observer);
}

/** A statement that waits for another connection goes on waiting while the next ones are sent. */
async function interleave(moments: readonly Moment[], afterEach: () => Promise<void>): Promise<void> {
  const last: Promise<unknown>[] = writers.map(() => Promise.resolve());
  for (const one of moments) {
    if (one.by === 'folder') await foldSome(folder, one.most).catch(givenUp);
    else if (one.by === 'old')
      await old.query('rollback; begin isolation level repeatable read; select from callbot.call');
    else {
      const writer = writers[one.by] as OwnerClient;
      last[one.by] = (last[one.by] as Promise<unknown>).then(() => send(writer, one.step));
      await Promise.race([last[one.by], sleep(5)]);
    }
    await afterEach();
  }
  // Serializable ones may be told only now that one of them has to give up: then its changes are not there, and the figures say so.
  await Promise.all(writers.map((writer, by) => last[by]?.then(() => writer.query('commit').catch(givenUp))));
}

function givenUp(error: { code?: string }): void {
  if (!/^(55P03|40P01|40001)$/.test(error.code ?? '')) throw error;
}

describe('figures are exact in every snapshot', () => {
  test('whatever three writers, a folder and an old snapshot do', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc
        .asyncProperty(fc.array(moment, { minLength: 6, maxLength: 16 }), async (moments) => {
          await interleave(moments, async () => {
            for (const client of [observer, old]) expect(await wrongFigures(client, ASKED)).toEqual([]);
          });
          await foldSome(folder);
          for (const client of [observer, old]) expect(await wrongFigures(client, ASKED)).toEqual([]);
        })
        .beforeEach(resetAll),
      { numRuns: RUNS },
    );
  });

  test('a writer that began first commits last, and folds lie in between', async () => {
    await resetAll();
    const [early, late] = writers as [OwnerClient, OwnerClient];
    const insert = (client: OwnerClient) =>
      client.query(
        `insert into callbot.call (workspace_id, customer_id, direction, status, call_type)
         values ($1, $2, 'inbound', 'completed', 'direct')`,
        [HOMES[0], CUSTOMERS[0]],
      );
    await early.query('begin');
    await insert(early);
    await insert(late);
    await foldSome(folder);
    await insert(late);
    await old.query('begin isolation level repeatable read; select from callbot.call');
    await early.query('commit');
    await foldSome(folder);
    for (const client of [observer, old]) expect(await wrongFigures(client, ASKED)).toEqual([]);
    expect((await observer.query('select total_calls::int from callbot.customer_call_rollup')).rows).toContainEqual({
      total_calls: 3,
    });
  });

  test('a fold is cut off in the middle', async () => {
    await resetAll();
    await observer.query(
      `insert into callbot.call (workspace_id, customer_id, direction, status, call_type, created_at)
       select workspace_id, id, 'inbound', 'missed', 'callback', $1::timestamptz - i * interval '1 minute'
       from callbot.customer, generate_series(1, 20000) i`,
      [new Date(NOW).toISOString()],
    );
    for (const delay of ['finished, not committed', 1, 3, 8]) {
      const victim = await openRecounting(database.url());
      victim.on('error', () => {});
      const { rows } = await victim.query('select pg_backend_pid() as pid');
      await victim.query('begin');
      const folding = foldSome(victim).catch(() => {});
      if (typeof delay === 'number') await sleep(delay);
      else await folding;
      await observer.query('select pg_terminate_backend($1, 5000)', [rows[0].pid]);
      await folding;
      expect(await wrongFigures(observer, ASKED)).toEqual([]);
    }
    await foldSome(folder);
    expect(await wrongFigures(observer, ASKED)).toEqual([]);
    for (const rollup of ROLLUPS) {
      expect((await observer.query(`select * from callbot.${rollup}_pending(10)`)).rows).toEqual([]);
    }
  });
});
