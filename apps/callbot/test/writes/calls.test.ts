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

const call = (members: object = {}) => ({
  workspace_id: place.workspace,
  customer_id: customer,
  direction: 'outbound',
  status: 'completed',
  duration: 61.5,
  call_type: 'campaign',
  ...members,
});

async function enrol(of: string): Promise<string> {
  const { rows } = await writer.owner().query(
    `with c as (insert into call_campaign (workspace_id, name, status) values ($1, 'c', 'active') returning id)
     insert into call_campaign_customer (workspace_id, campaign_id, customer_id, status)
     select $1, c.id, $2, 'pending' from c returning id`,
    [place.workspace, of],
  );
  return rows[0].id;
}

describe('a call', () => {
  test('is shown with all its columns, and counts at once', async () => {
    const campaign_customer_id = await enrol(customer);
    const text = JSON.stringify(call({ campaign_customer_id, transcript: 'hé', sentiment_score: 0.25 }));
    const body = text.replace(/}$/, ',"billing_rate":1.5,"created_at":"2026-01-31T12:00:00.000001+01:00"}');
    const made = await writer.send(place.admin, 'POST ', { resource: 'calls', text: body });
    expect(made.status, JSON.stringify(made.errors)).toBe(201);
    const { id } = JSON.parse(made.body) as { id: string };
    expect(made.body).toBe(
      `{"id":"${id}","workspace_id":"${place.workspace}","customer_id":"${customer}",` +
        `"campaign_customer_id":"${campaign_customer_id}","direction":"outbound","status":"completed","duration":61.5,` +
        '"duration_seconds":62,"recording_url":null,"transcript":"hé","sentiment_score":0.25,"call_type":"campaign",' +
        '"billing_rate":1.5000,"is_deleted":false,"created_at":"2026-01-31T11:00:00.000001Z"}',
    );
    expect(made.headers.etag).toMatch(/^"[\w-]{22}"$/);
    const { body: shown } = await writer.read(place.admin, place.workspace, customer);
    expect(JSON.parse(shown)).toMatchObject({ total_calls: 1, total_duration_seconds: 62, latest_call: { id } });
  });

  test.each([
    ['0.49999999999999994', 0],
    ['0.5', 1],
    ['1.5', 2],
    ['2.5', 3],
    ['2147483646.5', 2_147_483_647],
    ['2147483647', 2_147_483_647],
  ])('of %s seconds took %i', async (duration, seconds) => {
    const text = JSON.stringify(call()).replace('61.5', duration);
    const { body } = await writer.send(place.admin, 'POST ', { resource: 'calls', text });
    expect(JSON.parse(body)).toMatchObject({ duration_seconds: seconds });
  });

  test('belongs to an enrolment of its own customer', async () => {
    const body = { workspace_id: place.workspace, name: 'other', phone: 'p' };
    const other = (JSON.parse((await writer.send(place.admin, 'POST ', { body })).body) as { id: string }).id;
    const send = (members: object) => writer.send(place.admin, 'POST ', { resource: 'calls', body: call(members) });
    const foreign = await send({ campaign_customer_id: await enrol(other) });
    expect(foreign.errors).toEqual({ campaign_customer_id: ['Not found.'] });
    await writer.send(place.admin, `DELETE ${other}/`, { query: `workspace_id=${place.workspace}` });
    for (const customer_id of [other, place.foreign.customer]) {
      expect((await send({ customer_id })).errors).toEqual({ customer_id: ['Not found.'] });
    }
  });

  test('comes alone or in hundreds', async () => {
    const items = Array.from({ length: 100 }, (_, index) => call({ duration: index }));
    const { status, body } = await writer.send(place.admin, 'POST bulk/', { resource: 'calls', body: { items } });
    expect(status).toBe(201);
    const { results } = JSON.parse(body) as { results: { duration: number }[] };
    expect(results.map(({ duration }) => duration)).toEqual(items.map(({ duration }) => duration));
  });
});
