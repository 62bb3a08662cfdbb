import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OwnerClient } from '../../src/execute/owner.ts';
import { useDatabase } from '../support/database.ts';
import { runsOf } from '../support/runs.ts';
import { connect, engineOnly } from './property/engine-database.ts';
import { anyEvent, type Event } from './property/events.ts';
import { drop, install } from './property/install.ts';
import { buildAll, foldAll } from './property/life.ts';
import { play, send } from './property/machine.ts';
import { anyShape, type Shape } from './property/shape.ts';
import { wrongState } from './property/state.ts';
import { anyStep } from './property/steps.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(25);

const database = useDatabase(engineOnly);
let client: OwnerClient;
let other: OwnerClient;
beforeAll(async () => {
  client = await connect(database.url());
  other = await connect(database.url());
  await client.query("set lock_timeout = '5s'");
});
afterAll(async () => {
  await client?.end();
  await other?.end();
});

interface History {
  readonly shape: Shape;
  /** Rows that were there before there were bitmaps. */
  readonly before: readonly string[];
  readonly events: readonly Event[];
}

const anyHistory: fc.Arbitrary<History> = anyShape.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    before: fc.array(anyStep(shape), { maxLength: 3 }),
    events: fc.array(anyEvent(shape), { minLength: 1, maxLength: 18, size: 'max' }),
  }),
);

/** A transaction that a refused statement has aborted shows nothing. */
async function expectExact(schema: string, shape: Shape): Promise<void> {
  const wrong = await wrongState(client, schema, shape).catch((error: { code?: string }) => {
    if (error.code !== '25P02') throw error;
    return [];
  });
  expect(wrong).toEqual([]);
}

async function live({ shape, before, events }: History): Promise<void> {
  const schema = await install(client, shape);
  try {
    for (const text of before) await send(client, text);
    await buildAll(client);
    await expectExact(schema, shape);
    for (const event of events) {
      await play(client, other, shape, event);
      await expectExact(schema, shape);
    }
    await client.query('commit');
    await foldAll(client);
    await expectExact(schema, shape);
  } finally {
    await drop(client, schema);
  }
}

describe.each(['random', 'always'])('bitmaps and tail are the rows, writers fold %s', (check) => {
  test('after every step of any history', { timeout: 600_000 }, async () => {
    await client.query(`set altiplano.fold_check = '${check}'`);
    await fc.assert(fc.asyncProperty(anyHistory, live), { numRuns: RUNS });
  });
});
