import { afterAll, beforeAll, expect, test } from 'vitest';
import { issueToken } from '../../src/cli/token.ts';
import { type Engine, startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { answer } from '../../src/pipeline.ts';
import { answerWrite, writeRoutes } from '../../src/write/call.ts';
import { ANN, DIARY, diary } from '../encryption/diary.ts';
import { TEST_KEYS } from '../support/app-server.ts';
import { useDatabase } from '../support/database.ts';
import { openWire, type Wire, type WireCounts } from '../support/wire.ts';

const database = useDatabase(DIARY);
let wire: Wire;
let engine: Engine;
let authorization: string;
beforeAll(async () => {
  wire = await openWire(database.url(), 10);
  const url = database.url();
  engine = await startEngine({ url, appUrl: wire.url, apps: [diary], pepper: 'test', poolSize: 1, keys: TEST_KEYS });
  authorization = `Bearer ${await issueToken(database.url(), 'diary', ANN, [], 'test')}`;
});
afterAll(async () => {
  await engine.close();
  await wire.close();
});

const around = {
  origin: 'http://host',
  path: '/notes/',
  query: new URLSearchParams(),
  signal: new AbortController().signal,
};

/** What goes over the wire for one request of a caller whose token is known. */
async function counted(method: string, path: string, body: unknown): Promise<WireCounts> {
  const [service] = engine.services;
  if (service === undefined) throw new Error('no resource');
  const [id = ''] = path.split('/');
  const work = async () => {
    if (method === 'GET') return answer(service, { ...around, id: id === '' ? null : id, authorization });
    const route = writeRoutes(service.resource).find(
      (one) => one.method === method && one.path === path.replace(/^.+\//, ':id/'),
    );
    if (route === undefined) throw new Error('no route');
    const text = body === null ? null : JSON.stringify(body);
    const sent = { ...around, route, parameters: { id }, body: text, authorization, requestId: 'r-1' };
    return answerWrite(service, { ...sent, idempotencyKey: null, ifMatch: null });
  };
  await answer(service, { ...around, id: null, authorization });
  wire.take();
  await work();
  return wire.take();
}

test('a trail adds no statement and no round trip, to writes or to reads', async () => {
  const id = '00000000-0000-4000-8000-000000000001';
  await withOwner(database.url(), (client) =>
    client.query(
      `insert into diary.note (id, house_id, title) select $1, house_id, 'N' from diary.member where id = $2`,
      [id, ANN],
    ),
  );
  const counts = [
    await counted('POST', '', { title: 'A', content: 'x' }),
    await counted('PATCH', `${id}/`, { title: 'B' }),
    await counted('GET', `${id}/`, null),
    await counted('GET', '', null),
  ];
  // Of a write: lock, change, reply; a new row has nothing to lock.
  expect(counts.map(({ statements, roundTrips }) => [statements, roundTrips])).toEqual([
    [2, 1],
    [3, 1],
    [1, 1],
    [1, 1],
  ]);
  await withOwner(database.url(), async (client) => {
    const { rows } = await client.query("select action from diary.trail where request_id = 'r-1' order by id");
    expect(rows.map(({ action }) => action)).toEqual(['insert', 'update']);
  });
});
