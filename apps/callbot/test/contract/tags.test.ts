import { describe, expect, test } from 'vitest';
import { CALLS_PATH, CUSTOMERS_PATH, useApi } from './api.ts';
import { CUSTOMERS, LABELS } from './fixture.ts';
import { NEW_CALL, NEW_CUSTOMER } from './refused-bodies.ts';

const api = useApi();

async function create(): Promise<{ id: string; etag: string }> {
  const { json, headers } = await api.send({
    method: 'POST',
    path: CUSTOMERS_PATH,
    workspace: null,
    body: NEW_CUSTOMER,
  });
  return { id: json.id, etag: headers.get('etag') ?? '' };
}

const pathOf = (id: string) => `${CUSTOMERS_PATH}${id}/`;
const patch = (id: string, ifMatch: string, name = 'Changed') =>
  api.send({ method: 'PATCH', path: pathOf(id), body: { name }, headers: { 'if-match': ifMatch } });
const remove = (id: string, ifMatch: string) =>
  api.send({ method: 'DELETE', path: pathOf(id), headers: { 'if-match': ifMatch } });
const etagOf = async (id: string) => (await api.read(id)).headers.get('etag') ?? '';

describe('If-Match', () => {
  test('that holds lets a change through, which has a tag of its own', async () => {
    const { id, etag } = await create();
    const changed = await patch(id, etag);
    expect(changed.status, changed.text).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expect(await etagOf(id)).toBe(changed.headers.get('etag'));
    expect((await patch(id, `"other", ${changed.headers.get('etag')}`, 'Again')).status).toBe(200);
    expect((await patch(id, `, ,${await etagOf(id)}`, 'A list may begin with nothing')).status).toBe(200);
    expect((await patch(id, '*', 'Whatever it is')).status).toBe(200);
    expect((await remove(id, await etagOf(id))).status).toBe(204);
  });

  test.each([
    ['a tag of before', (etag: string) => etag],
    ['of nothing', () => '"AAAAAAAAAAAAAAAAAAAAAA"'],
    ['a weak tag', async (_etag: string, id: string) => `W/${await etagOf(id)}`],
  ])('that does not is a 412: %s', async (_name, tag) => {
    const { id, etag } = await create();
    expect((await patch(id, etag)).status).toBe(200);
    const before = await api.contents();
    const ifMatch = await tag(etag, id);
    for (const answer of [await patch(id, ifMatch, 'x'), await remove(id, ifMatch)]) {
      expect(answer.status, answer.text).toBe(412);
      expect(answer.json).toMatchObject({ status: 412, title: 'Precondition Failed' });
    }
    expect(await api.contents()).toBe(before);
  });

  test('on what is not there is a 404', async () => {
    for (const tag of ['"x"', '*']) {
      expect((await patch(CUSTOMERS.foreign, tag)).status).toBe(404);
      expect((await remove(CUSTOMERS.deleted, tag)).status).toBe(404);
    }
  });

  test('no longer holds after a call, a label or a colleague’s change', async () => {
    const { id } = await create();
    const label = `${pathOf(id)}labels/${LABELS.vip}/`;
    const events = [
      () => api.send({ method: 'POST', path: CALLS_PATH, workspace: null, body: { ...NEW_CALL, customer_id: id } }),
      () => api.send({ method: 'POST', path: label }),
      () => api.send({ method: 'PATCH', path: pathOf(id), body: { quality: 'hot' }, as: 'manager' }),
    ];
    for (const event of events) {
      const etag = await etagOf(id);
      expect((await event()).status).toBeLessThan(300);
      expect((await patch(id, etag)).status).toBe(412);
    }
  });

  test('lets one of many through', async () => {
    const { id, etag } = await create();
    const names = Array.from({ length: 12 }, (_, index) => `Racer ${index}`);
    const answers = await Promise.all(names.map((name) => patch(id, etag, name)));
    const winners = answers.filter(({ status }) => status === 200);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(11);
    expect((await api.read(id)).json.name).toBe(winners[0]?.json.name);
  });
});
