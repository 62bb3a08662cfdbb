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

const customer = (name: string) => ({ workspace_id: place.workspace, name, phone: 'p' });
const count = async (name: string) =>
  Number((await writer.owner().query('select count(*) from customer where name = $1', [name])).rows[0].count);

describe('a key', () => {
  test('brings back the reply it got, to the byte, whatever has changed since', async () => {
    const sent = { body: customer('once'), key: 'a' };
    const first = await writer.send(place.admin, 'POST ', sent);
    const { id } = JSON.parse(first.body) as { id: string };
    await writer.send(place.admin, `PATCH ${id}/`, {
      query: `workspace_id=${place.workspace}`,
      body: { name: 'other' },
    });
    const again = await writer.send(place.admin, 'POST ', sent);
    expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotency-replayed': 'true' } });
    expect([await count('once'), await count('other')]).toEqual([0, 1]);
  });

  test('brings back a bulk reply, and that of calls', async () => {
    const bulk = { body: { items: [customer('b1'), customer('b2')] }, key: 'bulk' };
    const first = await writer.send(place.admin, 'POST bulk/', bulk);
    expect((await writer.send(place.admin, 'POST bulk/', bulk)).body).toBe(first.body);
    expect(await count('b1')).toBe(1);
    const [{ id: customer_id }] = (JSON.parse(first.body) as { results: [{ id: string }] }).results;
    const call = { customer_id, direction: 'inbound', status: 'busy', duration: 1, call_type: 'direct' };
    const sent = { resource: 'calls', body: { workspace_id: place.workspace, ...call }, key: 'bulk' } as const;
    const logged = await writer.send(place.admin, 'POST ', sent);
    expect((await writer.send(place.admin, 'POST ', sent)).body).toBe(logged.body);
  });

  test('stands for one request of one caller', async () => {
    const key = 'b';
    expect((await writer.send(place.admin, 'POST ', { body: customer('x'), key })).status).toBe(201);
    const other = await writer.send(place.admin, 'POST ', { body: customer('y'), key });
    expect([other.status, other.code]).toEqual([422, 'REQ_KEY_REUSED']);
    const text = ` ${JSON.stringify(customer('x'))}`;
    expect((await writer.send(place.admin, 'POST ', { text, key })).status).toBe(422);
    const bulk = await writer.send(place.admin, 'POST bulk/', { body: { items: [customer('x')] }, key });
    const colleague = await writer.send(place.employee.user, 'POST ', { body: customer('x'), key });
    expect([bulk.status, colleague.status]).toEqual([201, 201]);
  });

  test('is not used up by a refusal', async () => {
    const key = 'c';
    const refusals = [
      await writer.send(place.admin, 'POST ', { body: { ...customer('z'), name: 7 }, key }),
      await writer.send(place.admin, 'POST ', { body: { ...customer('z'), employee_id: place.foreign.employee }, key }),
      await writer.send(place.stranger, 'POST ', { body: customer('z'), key }),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 403]);
    expect((await writer.send(place.admin, 'POST ', { body: customer('z'), key })).status).toBe(201);
  });

  test('is refused to a caller who has lost the workspace since', async () => {
    const sent = { body: customer('lost'), key: 'lost' };
    expect((await writer.send(place.colleague.user, 'POST ', sent)).status).toBe(201);
    await writer.owner().query('delete from app_user_workspaces where user_id = $1', [place.colleague.user]);
    expect((await writer.send(place.colleague.user, 'POST ', sent)).status).toBe(403);
  });

  test('is refused once the caller sees other rows', async () => {
    const sent = { body: customer('demoted'), key: 'demoted' };
    const made = await writer.send(place.admin, 'POST ', sent);
    const { id } = JSON.parse(made.body) as { id: string };
    const become = (role: string, employee: string | null) =>
      writer
        .owner()
        .query('update app_user set role = $2, employee_id = $3 where id = $1', [place.admin, role, employee]);
    await become('employee', place.employee.id);
    try {
      expect((await writer.read(place.admin, place.workspace, id)).status).toBe(404);
      expect(await writer.send(place.admin, 'POST ', sent)).toMatchObject({ status: 422, code: 'REQ_KEY_REUSED' });
    } finally {
      await become('admin', null);
    }
    expect((await writer.send(place.admin, 'POST ', sent)).body).toBe(made.body);
    expect(await count('demoted')).toBe(1);
  });

  test('sent by ten at a time writes once', async () => {
    const sent = { body: customer('together'), key: 'd' };
    const replies = await Promise.all(Array.from({ length: 10 }, () => writer.send(place.admin, 'POST ', sent)));
    expect(new Set(replies.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(replies.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await count('together')).toBe(1);
  });

  test('is good again after 24 hours, and what has expired makes room', async () => {
    const sent = { body: customer('later'), key: 'e' };
    await writer.send(place.admin, 'POST ', sent);
    const age = (by: string) =>
      writer.owner().query(`update altiplano.idempotency_key set expires_at = now() + interval '${by}'`);
    await age('1 minute');
    await writer.send(place.admin, 'POST ', sent);
    expect(await count('later')).toBe(1);
    await age('-1 second');
    const kept = async () =>
      Number((await writer.owner().query('select count(*) from altiplano.idempotency_key')).rows[0].count);
    const before = await kept();
    await writer.send(place.admin, 'POST ', sent);
    expect(await count('later')).toBe(2);
    expect(await kept()).toBeLessThan(before);
  });

  test.each(['', 'ä', 'a b', 'x'.repeat(256)])('%j is none', async (key) => {
    const { status, errors } = await writer.send(place.admin, 'POST ', { body: customer('x'), key });
    expect([status, Object.keys(errors)]).toEqual([400, ['Idempotency-Key']]);
  });
});
