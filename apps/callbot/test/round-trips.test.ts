import {
  answer,
  type Engine,
  issueToken,
  openWire,
  startEngine,
  useDatabase,
  type Wire,
  withOwner,
} from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callbot } from '../app.ts';
import { LIST, ORIGIN } from './asker.ts';
import { sampledCallbot } from './callbot-database.ts';
import { type Population, queryOf, readPopulation } from './requests.ts';

const database = useDatabase(sampledCallbot);
let wire: Wire;
let engine: Engine;
let population: Population;

beforeAll(async () => {
  population = await withOwner(database.url(), readPopulation);
  // Some latency makes the count certain: what is pipelined has left before the first answer is back.
  wire = await openWire(database.url(), 2);
  engine = await startEngine({ url: wire.url, apps: [callbot], pepper: 'test', poolSize: 1 });
});
afterAll(async () => {
  await engine.close();
  await wire.close();
});

async function ask(query: string, id: string | null, authorization: string) {
  const [service] = engine.services;
  if (service === undefined) throw new Error('callbot has no resource');
  const call = { id, origin: ORIGIN, path: LIST, query: new URLSearchParams(query), authorization };
  return answer(service, { ...call, signal: new AbortController().signal }).catch((error: unknown) => error);
}

test('every request is one statement in one round trip; a refusal is no more', async () => {
  const [member] = population.members;
  const stranger = population.members.find(({ workspace }) => workspace !== member?.workspace);
  if (member === undefined || stranger === undefined) throw new Error('the sample has too few members');
  const authorization = `Bearer ${await issueToken(database.url(), 'callbot', member.user, [], 'test')}`;
  const own = queryOf(member.workspace, []);
  const asked: readonly (readonly [query: string, id: string | null])[] = [
    [own, null],
    [`${own}&page_size=100`, null],
    [`${own}&status__neq=blocked&quality=hot,warm`, null],
    [`${own}&labels__id=${population.labels.slice(0, 5).join(',')}&search=anna`, null],
    [`${own}&duration__gte=60&other_attributes=city%3DHanoi&count=exact`, null],
    [`${own}&count=estimated`, null],
    [own, '00000000-0000-4000-8000-000000000000'],
    [`${own}&page_size=0`, null],
    [queryOf(stranger.workspace, []), null],
  ];
  for (const [query, id] of asked) {
    await ask(own, null, authorization); // the token is known, the connection open
    wire.take();
    await ask(query, id, authorization);
    expect({ query, ...wire.take() }).toEqual({ query, statements: 1, roundTrips: 1 });
  }
});

test('what can be refused without the database never reaches it', async () => {
  wire.take();
  for (const [query, authorization] of [
    ['', undefined],
    ['', 'Bearer nonsense'],
  ] as const) {
    await ask(query, null, authorization ?? '');
  }
  expect(wire.take()).toEqual({ statements: 0, roundTrips: 0 });
});
