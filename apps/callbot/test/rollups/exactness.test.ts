import type { OwnerClient } from 'altiplano';
import { runsOf, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { ASKED, anyEvent, CUSTOMERS, HOMES, WORKSPACES } from './histories.ts';
import { play, reset } from './play.ts';
import { foldSome, openRecounting, wrongFigures } from './recount.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(25);

const database = useDatabase(emptyCallbot);
let client: OwnerClient;
let other: OwnerClient;

beforeAll(async () => {
  client = await openRecounting(database.url());
  other = await openRecounting(database.url());
  await client.query("set lock_timeout = '5s'");
  await client.query('insert into callbot.workspace (id, name) select i, i from unnest($1::uuid[]) i', [WORKSPACES]);
});
afterAll(async () => {
  await client?.end();
  await other?.end();
});

/** A transaction that a refused statement has aborted shows nothing. */
async function expectExact(): Promise<void> {
  const wrong = await wrongFigures(client, ASKED).catch((error: { code?: string }) => {
    if (error.code !== '25P02') throw error;
    return [];
  });
  expect(wrong).toEqual([]);
}

describe.each(['random', 'always'])('figures are what a recount gives, writers fold %s', (check) => {
  test('after every step of any history', { timeout: 600_000 }, async () => {
    await client.query(`set altiplano.fold_check = '${check}'`);
    await fc.assert(
      fc
        .asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 20 }), async (history) => {
          for (const event of history) {
            await play(client, other, event);
            await expectExact();
          }
          await client.query('commit');
          await foldSome(client);
          await expectExact();
        })
        .beforeEach(() => reset(client)),
      { numRuns: RUNS },
    );
  });
});

/** The shortest histories that could easily go wrong. */
describe('figures stay right when', () => {
  const call = (columns = '', values = '') =>
    client.query(
      `insert into callbot.call (workspace_id, customer_id, direction, status, call_type${columns})
       values ('${HOMES[0]}', '${CUSTOMERS[0]}', 'inbound', 'completed', 'direct'${values})`,
    );

  test.each([
    [
      'a fold and a write share a transaction',
      ['insert', 'begin', 'insert', 'elsewhere', 'fold', 'insert', 'fold', 'commit', 'fold'],
    ],
    ['a fold in a transaction is rolled back', ['insert', 'begin', 'insert', 'elsewhere', 'fold', 'rollback', 'fold']],
    [
      'a savepoint goes back over a write and a fold',
      ['begin', 'insert', 'savepoint a', 'insert', 'fold', 'rollback to a', 'commit'],
    ],
  ])('%s', async (_, steps) => {
    await reset(client);
    for (const step of steps) {
      if (step === 'fold') await foldSome(client);
      else if (step === 'insert') await call();
      else if (step === 'elsewhere') await other.query('select pg_current_xact_id()');
      else await client.query(step);
      await expectExact();
    }
    await foldSome(client);
    await expectExact();
  });

  test('a rate is NaN, and then is not', async () => {
    await reset(client);
    await call(', billing_rate, duration_seconds', ", 'NaN', 60");
    await foldSome(client);
    await client.query('update callbot.call set billing_rate = 1');
    await foldSome(client);
    await expectExact();
  });

  test('a float that is shown changes from 0 to -0: equal numbers, other texts', async () => {
    await reset(client);
    await call(', sentiment_score', ', 0');
    await foldSome(client);
    await client.query("update callbot.call set sentiment_score = '-0'");
    await expectExact();
  });
});
