import { describe, expect, test } from 'vitest';
import { CALLS_PATH, useApi } from './api.ts';
import { CUSTOMERS, ENROLMENTS, OURS, type User } from './fixture.ts';
import { NEW_CALL } from './refused-bodies.ts';

const api = useApi();
const log = (body: object, as: User = 'admin') =>
  api.send({ as, method: 'POST', path: CALLS_PATH, workspace: null, body: { ...NEW_CALL, ...body } });

async function expectFigures(id: string): Promise<void> {
  const read = await api.read(id);
  expect(read.status).toBe(200);
  expect(read.text).toBe(await api.readNaively(id));
}

describe('a call', () => {
  test('answers the object, and its customer’s figures follow at once', async () => {
    const before = (await api.read(CUSTOMERS.own)).json;
    const body = { campaign_customer_id: ENROLMENTS.own, call_type: 'campaign', billing_rate: 0.3333, duration: 61.5 };
    const answer = await log({ ...body, sentiment_score: -1, recording_url: 'https://x', transcript: 'é' });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json).toMatchObject({
      ...body,
      workspace_id: OURS,
      customer_id: CUSTOMERS.own,
      duration_seconds: 62,
    });
    expect(answer.headers.get('etag')).toMatch(/^"[\w-]+"$/);
    const { json } = await api.read(CUSTOMERS.own);
    expect(json.latest_call.id).toBe(answer.json.id);
    expect(json.total_calls).toBe(before.total_calls + 1);
    expect(json.total_duration_seconds).toBe(before.total_duration_seconds + 62);
    expect(json.billing_summary.billing_breakdown.campaign).toBe(0.49); // 0.1 × 90 / 60 + 0.3333 × 62 / 60
    await expectFigures(CUSTOMERS.own);
  });

  test.each([
    [0, 0],
    [0.4999, 0],
    [0.5, 1],
    [1.5, 2],
    [2.5, 3],
    [2_147_483_646.5, 2_147_483_647],
  ])('of %d seconds counts as %d', async (duration, seconds) => {
    const { json, status, text } = await log({ duration, customer_id: CUSTOMERS.nobodys, billing_rate: 0.0001 });
    expect(status, text).toBe(201);
    expect(json.duration_seconds).toBe(seconds);
    await expectFigures(CUSTOMERS.nobodys);
  });

  test('of another time is placed there', async () => {
    const created_at = '2025-12-31T23:59:59.999999Z';
    const { json } = await log({ created_at, customer_id: CUSTOMERS.others });
    expect(json.created_at).toBe(created_at);
    for (const at of ['2025-01-01', '2025-01-01T00:00:00+07:00', '0001-01-01', '9999-12-31T23:59:59Z']) {
      const answer = await log({ created_at: at, customer_id: CUSTOMERS.others });
      expect(answer.status, answer.text).toBe(201);
    }
    await expectFigures(CUSTOMERS.others);
  });

  test('without what is optional has nulls, and now', async () => {
    const { json } = await log({ campaign_customer_id: null, billing_rate: null, sentiment_score: null });
    expect(json).toMatchObject({ campaign_customer_id: null, recording_url: null, transcript: null });
    expect(Math.abs(Date.parse(json.created_at) - Date.now())).toBeLessThan(60_000);
  });

  test('of an employee is for one of its customers', async () => {
    expect((await log({}, 'employee')).status).toBe(201);
    expect((await log({ customer_id: CUSTOMERS.others }, 'employee')).status).toBe(400);
  });

  test('keeps its rate exactly', async () => {
    const body = JSON.stringify(NEW_CALL).replace('}', ',"billing_rate":999999.9999}');
    const { json, status } = await api.send({ method: 'POST', path: CALLS_PATH, workspace: null, body });
    expect([status, json.billing_rate]).toEqual([201, 999999.9999]);
    await expectFigures(CUSTOMERS.own);
  });
});

describe('a hundred calls', () => {
  const bulk = (items: readonly object[]) =>
    api.send({ method: 'POST', path: `${CALLS_PATH}bulk/`, workspace: null, body: { items } });

  test('to one customer and to many', async () => {
    const everybody = [CUSTOMERS.own, CUSTOMERS.others, CUSTOMERS.nobodys];
    for (const ids of [[CUSTOMERS.nobodys], everybody]) {
      const items = Array.from({ length: 100 }, (_, index) => ({
        ...NEW_CALL,
        customer_id: ids[index % ids.length],
        duration: index,
        billing_rate: index % 3 === 0 ? null : 0.1 * (index % 7),
      }));
      const answer = await bulk(JSON.parse(JSON.stringify(items), (_key, value) => round(value)));
      expect(answer.status, answer.text.slice(0, 500)).toBe(201);
      expect(answer.json.results.map(({ duration }: { duration: number }) => duration)).toEqual(
        items.map(({ duration }) => duration),
      );
      for (const id of everybody) await expectFigures(id);
    }
  });
});

/** Four decimals are what a rate may have. */
const round = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value);

test('an enrolment’s deletion sets its calls free, and every figure follows', async () => {
  await log({ campaign_customer_id: ENROLMENTS.others, customer_id: CUSTOMERS.others, call_type: 'campaign' });
  await expectFigures(CUSTOMERS.others);
  const before = (await api.read(CUSTOMERS.others)).json.campaign_stats.total_campaign_calls;
  await api.owner().query('delete from callbot.call_campaign_customer where id = $1', [ENROLMENTS.others]);
  const { campaign_stats } = (await api.read(CUSTOMERS.others)).json;
  expect(campaign_stats.total_campaign_calls).toBe(before - 1);
  await expectFigures(CUSTOMERS.others);
});
