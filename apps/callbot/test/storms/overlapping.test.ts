import { expect, test } from 'vitest';
import { CUSTOMERS_PATH, useApi } from '../contract/api.ts';
import { LABELS } from '../contract/fixture.ts';
import {
  any,
  CLIENTS,
  CROWD,
  deadlocks,
  expectRecounted,
  expectStatus,
  logCalls,
  STORM_ROWS,
  some,
  storm,
} from './storm.ts';

const api = useApi({}, STORM_ROWS);
const BULK = `${CUSTOMERS_PATH}bulk/`;
const OUR_LABELS = [LABELS.vip, LABELS.cold, LABELS.vipToo];

test('lists of the same customers in any order never wait for each other in a circle', async () => {
  const change = async (round: number) => {
    const items = some(25).map((id, index) => ({
      id,
      name: `Round ${round}`,
      quality: any(['hot', 'warm', 'cold', null]),
      other_attributes: { round, city: any(['Hue', 'Hanoi']) },
      ...(index % 3 === 0 ? { label_ids: some(2, OUR_LABELS) } : {}),
    }));
    expectStatus(await api.send({ method: 'PATCH', path: BULK, body: { items } }), 200);
  };
  const log = async () => expectStatus(await logCalls(api, some(25)), 201);
  await storm(Array.from({ length: CLIENTS }, (_, client) => (client % 3 === 0 ? log : change)));
  expect(await deadlocks(api)).toBe(0);
  await expectRecounted(api);
}, 600_000);

test('nor do deletions, new calls, links and unlinks of the same', async () => {
  const link = async () => {
    const path = `${CUSTOMERS_PATH}${any(CROWD)}/labels/${any(OUR_LABELS)}/`;
    expectStatus(await api.send({ method: any(['POST', 'DELETE']), path }), 200, 201, 204, 404);
  };
  const gone = new Set<string>();
  const remove = async () => {
    const ids = some(2);
    const answer = await api.send({ method: 'DELETE', path: BULK, body: { ids } });
    expectStatus(answer, 204, 400);
    if (answer.status === 204) for (const id of ids) gone.add(id);
  };
  // One customer that has gone refuses a whole list, and it has gone for everybody once its deletion was answered.
  const log = async () => {
    const ids = some(3);
    const known = ids.some((id) => gone.has(id));
    expectStatus(await logCalls(api, ids), ...(known ? [400] : [201, 400]));
  };
  const change = async () => {
    const items = some(3).map((id) => ({ id, label_ids: some(2, OUR_LABELS) }));
    expectStatus(await api.send({ method: 'PATCH', path: BULK, body: { items } }), 200, 400, 404);
  };
  const { rows } = await api.owner().query(`select count(*)::int as all from callbot.call`);
  await storm(Array.from({ length: CLIENTS }, (_, client) => [link, log, change, log][client % 4] ?? log));
  await storm([remove, link, log, change, link, log, change, remove]);
  expect(await deadlocks(api)).toBe(0);
  const after = await api.owner().query('select count(*)::int as all from callbot.call');
  expect(after.rows[0].all).toBeGreaterThan(rows[0].all);
  await expectRecounted(api);
}, 600_000);
