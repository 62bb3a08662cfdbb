import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Answer, CALLS_PATH, CUSTOMERS_PATH, type Sent, useApi } from './api.ts';
import { CUSTOMERS, LABELS } from './fixture.ts';
import { NEW_CALL, NEW_CUSTOMER } from './refused-bodies.ts';

const api = useApi();

const POSTS: readonly (readonly [string, Sent])[] = [
  ['a customer', { method: 'POST', path: CUSTOMERS_PATH, workspace: null, body: NEW_CUSTOMER }],
  ['customers', { method: 'POST', path: `${CUSTOMERS_PATH}bulk/`, workspace: null, body: { items: [NEW_CUSTOMER] } }],
  ['a call', { method: 'POST', path: CALLS_PATH, workspace: null, body: NEW_CALL }],
  ['calls', { method: 'POST', path: `${CALLS_PATH}bulk/`, workspace: null, body: { items: [NEW_CALL, NEW_CALL] } }],
];
const keyed = (sent: Sent, key: string): Sent => ({ ...sent, headers: { ...sent.headers, 'idempotency-key': key } });

async function rows(): Promise<number> {
  const text = 'select (select count(*) from callbot.customer) + (select count(*) from callbot.call) as all';
  return Number((await api.owner().query(text)).rows[0].all);
}

/** The port is another after a restart. */
const placeOf = (headers: Headers) => headers.get('location')?.replace(/^http:\/\/[^/]+/, '') ?? null;
const seen = ({ status, text, headers }: Answer) => [
  ...[status, text, headers.get('etag'), placeOf(headers), headers.get('content-type')],
];

describe('an Idempotency-Key', () => {
  test.each(POSTS)('makes %s once, and answers the same again', async (_name, sent) => {
    const key = randomUUID();
    const first = await api.send(keyed(sent, key));
    expect(first.status, first.text).toBe(201);
    const made = await rows();
    expect(seen(await api.send(keyed(sent, key)))).toEqual(seen(first));
    await api.restart();
    expect(seen(await api.send(keyed(sent, key)))).toEqual(seen(first));
    expect(await rows()).toBe(made);
    const other = await api.send(keyed(sent, randomUUID()));
    expect(other.status).toBe(201);
    expect(other.text).not.toBe(first.text);
    expect((await api.send(sent)).text).not.toBe(first.text);
  });

  test.each(POSTS)('of %s is for that body only', async (_name, sent) => {
    const key = randomUUID();
    expect((await api.send(keyed(sent, key))).status).toBe(201);
    const made = await api.contents();
    const body = JSON.parse(JSON.stringify(sent.body).replace('"name":"New"', '"name":"Old"').replace('61.5', '62'));
    const answer = await api.send(keyed({ ...sent, body }, key));
    expect(answer.status, answer.text).toBe(422);
    expect(await api.contents()).toBe(made);
  });

  test('does not count for PATCH and DELETE, and counts for a link', async () => {
    const key = randomUUID();
    const path = `${CUSTOMERS_PATH}${CUSTOMERS.own}/`;
    for (const name of ['a', 'b']) {
      const { json } = await api.send(keyed({ method: 'PATCH', path, body: { name } }, key));
      expect(json.name).toBe(name);
    }
    const link = (label: string) => keyed({ method: 'POST', path: `${path}labels/${label}/` }, key);
    const first = await api.send(link(LABELS.cold));
    expect(first.status).toBeLessThan(300);
    expect(seen(await api.send(link(LABELS.cold)))).toEqual(seen(first));
    expect((await api.send(link(LABELS.vip))).status).toBe(422);
  });

  test('belongs to its user', async () => {
    const [[, sent] = ['', { method: 'POST', path: CUSTOMERS_PATH }]] = POSTS;
    const key = randomUUID();
    const first = await api.send(keyed(sent, key));
    const second = await api.send(keyed({ ...sent, as: 'manager' }, key));
    expect(second.status).toBe(201);
    expect(second.json.id).not.toBe(first.json.id);
    const employees = await api.send(keyed({ ...sent, as: 'employee' }, key));
    expect(employees.json.id).not.toBe(first.json.id);
  });

  test('of a request that was refused is still free for the same one', async () => {
    const key = randomUUID();
    const body = { ...NEW_CALL, customer_id: CUSTOMERS.deleted };
    const sent = keyed({ method: 'POST', path: CALLS_PATH, workspace: null, body }, key);
    const before = await api.contents();
    expect((await api.send(sent)).status).toBe(400);
    expect(await api.contents()).toBe(before);
    const undelete = 'update callbot.customer set is_deleted = $2, deleted_at = null where id = $1';
    await api.owner().query(undelete, [CUSTOMERS.deleted, false]);
    expect((await api.send(sent)).status).toBe(201);
    await api.owner().query(undelete, [CUSTOMERS.deleted, true]);
  });

  test.each(POSTS)('sent by many at a time makes %s once', async (_name, sent) => {
    const key = randomUUID();
    const before = await rows();
    const alone = (await rows()) - before;
    expect(alone).toBe(0);
    const answers = await Promise.all(Array.from({ length: 12 }, () => api.send(keyed(sent, key))));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].filter((status) => status !== 201 && status !== 409)).toEqual([]);
    const texts = new Set(answers.filter(({ status }) => status === 201).map(({ text }) => text));
    expect(texts.size).toBe(1);
    const [text = ''] = texts;
    const made = JSON.parse(text) as { results?: unknown[] };
    expect(await rows()).toBe(before + (made.results?.length ?? 1));
    expect((await api.send(keyed(sent, key))).text).toBe(text);
  });
});
