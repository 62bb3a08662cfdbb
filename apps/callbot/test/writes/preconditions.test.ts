import { useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { useWriter } from './writer.ts';

const writer = useWriter(useDatabase(emptyCallbot));
let place: Place;
beforeAll(async () => {
  place = await makePlace(writer.owner());
});

async function create(): Promise<{ readonly id: string; readonly etag: string }> {
  const body = { workspace_id: place.workspace, name: 'n', phone: 'p', other_attributes: { n: 0 } };
  const made = await writer.send(place.admin, 'POST ', { body });
  return { id: (JSON.parse(made.body) as { id: string }).id, etag: made.headers.etag ?? '' };
}

const change = (id: string, ifMatch: string, body: object = { name: 'x' }) =>
  writer.send(place.admin, `PATCH ${id}/`, { query: `workspace_id=${place.workspace}`, body, ifMatch });

describe('If-Match', () => {
  test('lets a change through while the tag holds', async () => {
    const { id, etag } = await create();
    const first = await change(id, etag);
    expect(first.status).toBe(200);
    expect(first.headers.etag).not.toBe(etag);
    expect((await change(id, `"other", ${first.headers.etag}`, { name: 'y' })).status).toBe(200);
    expect(await change(id, etag)).toMatchObject({ status: 412, code: 'REQ_PRECONDITION' });
    expect((await change(id, '*')).status).toBe(200);
  });

  test.each(['W/%s', '"%s"'])('%s never matches', async (pattern) => {
    const { id, etag } = await create();
    expect((await change(id, pattern.replace('"%s"', '""').replace('%s', etag))).status).toBe(412);
  });

  test.each(['x', '"a" "b"', '"a', ''])('%j is none', async (ifMatch) => {
    const { id } = await create();
    const { status, errors } = await change(id, ifMatch);
    expect([status, Object.keys(errors)]).toEqual([400, ['If-Match']]);
  });

  test('sees what other tables show of the row', async () => {
    const { id, etag } = await create();
    const call = { customer_id: id, direction: 'inbound', status: 'busy', duration: 1, call_type: 'direct' };
    await writer.send(place.admin, 'POST ', { resource: 'calls', body: { workspace_id: place.workspace, ...call } });
    expect((await change(id, etag)).status).toBe(412);
  });

  test('guards a deletion, and only what is one object', async () => {
    const { id, etag } = await create();
    const query = `workspace_id=${place.workspace}`;
    expect((await writer.send(place.admin, `DELETE ${id}/`, { query, ifMatch: '"x"' })).status).toBe(412);
    const bulk = await writer.send(place.admin, 'DELETE bulk/', { query, body: { ids: [id] }, ifMatch: etag });
    expect(Object.keys(bulk.errors)).toEqual(['If-Match']);
    expect((await writer.send(place.admin, `DELETE ${id}/`, { query, ifMatch: etag })).status).toBe(204);
    expect((await writer.send(place.admin, `DELETE ${id}/`, { query, ifMatch: etag })).status).toBe(404);
  });

  test('loses no update: of many who read, change and send back, each in turn wins', async () => {
    const { id } = await create();
    let refused = 0;
    const increment = async (): Promise<void> => {
      for (;;) {
        const { body, headers } = await writer.read(place.admin, place.workspace, id);
        const { n } = (JSON.parse(body) as { other_attributes: { n: number } }).other_attributes;
        const { status } = await change(id, headers.etag ?? '', { other_attributes: { n: n + 1 } });
        if (status === 200) return;
        expect(status).toBe(412);
        refused += 1;
      }
    };
    await Promise.all(Array.from({ length: 8 }, () => increment().then(increment)));
    const { body } = await writer.read(place.admin, place.workspace, id);
    expect(JSON.parse(body)).toMatchObject({ other_attributes: { n: 16 } });
    expect(refused).toBeGreaterThan(0);
  });
});
