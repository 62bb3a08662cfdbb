import { expect, test } from 'vitest';
import { useField } from './server.ts';

const api = useField();

const HOUR_MS = 3_600_000;
const hence = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();
const point = (receiveddate: string) => ({
  identifier: 'trip',
  deviceid: 'dev-1',
  receiveddate,
  latitude: 1,
  longitude: 1,
});
const send = async (as: string, ...times: readonly string[]) => {
  const body = { items: times.map(point) };
  const sent = await api.send({ as, method: 'POST', path: '/api/tracking/bulk/', body });
  expect(sent.status, sent.text).toBe(201);
  return sent.json;
};

test('a clock that is ahead makes no later point of its device late, in one request or in the next', async () => {
  const accepted = { accepted: 1, repeated: 0, out_of_order: 0 };
  expect(await send('will', hence(23))).toEqual(accepted);
  expect(await send('wendy', hence(-2))).toEqual(accepted);
  expect(await send('wendy', hence(22), hence(-1))).toEqual({ ...accepted, accepted: 2 });
  expect(await send('wendy', hence(-1.5))).toEqual({ accepted: 0, repeated: 0, out_of_order: 1 });
});
