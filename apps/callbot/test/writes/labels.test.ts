import { useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { useWriter } from './writer.ts';

const writer = useWriter(useDatabase(emptyCallbot));
let place: Place;
let customer: string;
beforeAll(async () => {
  place = await makePlace(writer.owner());
  const body = { workspace_id: place.workspace, name: 'n', phone: 'p' };
  customer = (JSON.parse((await writer.send(place.admin, 'POST ', { body })).body) as { id: string }).id;
});

const send = (method: string, label: string | undefined, more: object = {}) =>
  writer.send(place.admin, `${method} ${customer}/labels/${label}/`, {
    query: `workspace_id=${place.workspace}`,
    ...more,
  });
const shown = async () =>
  JSON.parse((await writer.read(place.admin, place.workspace, customer)).body) as {
    tags: string[];
    updated_at: string;
  };

describe('a label', () => {
  test('is linked and unlinked, once however often it is asked', async () => {
    const states = [await shown()];
    for (const method of ['POST', 'POST', 'DELETE', 'DELETE']) {
      const { status, body } = await send(method, place.labels[0]);
      expect([status, body]).toEqual([204, '']);
      states.push(await shown());
    }
    expect(states.map(({ tags }) => tags)).toEqual([[], ['a'], ['a'], [], []]);
    // What changed nothing has not touched the customer.
    const [first, linked, again, unlinked, last] = states.map(({ updated_at }) => updated_at);
    expect([again, last]).toEqual([linked, unlinked]);
    expect(new Set([first, linked, unlinked]).size).toBe(3);
  });

  test('that the workspace does not have is not there', async () => {
    for (const label of [place.foreign.label, '11111111-1111-4111-8111-111111111111', 'x']) {
      for (const method of ['POST', 'DELETE']) expect((await send(method, label)).status).toBe(404);
    }
  });

  test('is linked once for one key, and a key stands for one label', async () => {
    expect((await send('POST', place.labels[1], { key: 'k' })).headers).not.toHaveProperty('idempotency-replayed');
    await send('DELETE', place.labels[1]);
    const again = await send('POST', place.labels[1], { key: 'k' });
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([204, 'true']);
    expect((await shown()).tags).toEqual([]);
    expect((await send('POST', place.labels[2], { key: 'k' })).status).toBe(422);
    expect((await send('POST', 'x', { key: 'k2' })).status).toBe(404);
    expect((await send('POST', place.labels[2], { key: 'k2' })).status).toBe(204);
  });
});
