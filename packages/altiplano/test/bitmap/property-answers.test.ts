import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OwnerClient } from '../../src/execute/owner.ts';
import { useDatabase } from '../support/database.ts';
import { runsOf } from '../support/runs.ts';
import { askAnywhere, shelvesOf } from './property/ask-anywhere.ts';
import { connect, engineOnly } from './property/engine-database.ts';
import { anyEvent, type Event } from './property/events.ts';
import { anyConditions } from './property/expressions.ts';
import { drop, install } from './property/install.ts';
import { buildAll, foldAll } from './property/life.ts';
import { play, send } from './property/machine.ts';
import { anyReadable, type Shape } from './property/shape.ts';
import { anyStep } from './property/steps.ts';
import type { Question } from './property/walk.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(15);

const database = useDatabase(engineOnly);
let client: OwnerClient;
let other: OwnerClient;
/** Holds one old snapshot. */
let old: OwnerClient;
beforeAll(async () => {
  const open = () => connect(database.url());
  [client, other, old] = [await open(), await open(), await open()];
  await client.query("set lock_timeout = '5s'; set altiplano.fold_check = 'random'");
});
afterAll(async () => {
  for (const one of [client, other, old]) await one?.end();
});

const anyQuestion = (shape: Shape): fc.Arbitrary<Question> =>
  fc.record({
    conditions: anyConditions(shape),
    size: fc.constantFrom(1, 3, 7, 25, 100),
    offset: fc.constantFrom(0, 1, 8, 60, 1000),
  });

interface Telling {
  readonly shape: Shape;
  readonly before: readonly string[];
  readonly moments: readonly {
    readonly event: Event;
    readonly questions: readonly Question[];
    readonly pins: boolean;
  }[];
}

const anyTelling: fc.Arbitrary<Telling> = anyReadable.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    before: fc.array(anyStep(shape), { minLength: 1, maxLength: 4, size: 'max' }),
    moments: fc.array(
      fc.record({
        event: anyEvent(shape),
        questions: fc.array(anyQuestion(shape), { minLength: 1, maxLength: 3 }),
        pins: fc.nat(5).map((dice) => dice === 0),
      }),
      { minLength: 1, maxLength: 10, size: 'max' },
    ),
  }),
);

/** TRUNCATE and rotation wait for every snapshot there is, so the old one goes first. */
const waits = ({ kind, ...rest }: Event) =>
  kind === 'rotate' || ('text' in rest && typeof rest.text === 'string' && rest.text.startsWith('truncate'));

async function tell({ shape, before, moments }: Telling): Promise<void> {
  const schema = await install(client, shape);
  await old.query(`set search_path to ${schema}`);
  try {
    for (const text of before) await send(client, text);
    await buildAll(client);
    const shelves = await shelvesOf(other, schema, shape);
    for (const { event, questions, pins } of moments) {
      if (waits(event)) await old.query('rollback');
      await play(client, other, shape, event);
      if (pins) await old.query('rollback; begin isolation level repeatable read; select from item');
      for (const question of questions) {
        for (const shelf of shelves) for (const one of [client, old]) await askAnywhere(one, shelf, question);
      }
    }
    await client.query('commit');
    await old.query('rollback');
    await foldAll(client);
    for (const { questions } of moments)
      for (const question of questions) for (const shelf of shelves) await askAnywhere(client, shelf, question);
  } finally {
    await old.query('rollback');
    await drop(client, schema);
  }
}

test('pages, counts, facets and offsets are the naive twin’s after every step and in an old snapshot', {
  timeout: 600_000,
}, async () => {
  await fc.assert(fc.asyncProperty(anyTelling, tell), { numRuns: RUNS });
  expect.hasAssertions();
});
