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

const MADE_UP = '11111111-1111-4111-8111-111111111111';

/** A value as JSON text, the member, and a part of the message; null where it is good. */
type Row = readonly [member: string, value: string, message: string | null];

const quoted = (length: number, character = 'a') => JSON.stringify(character.repeat(length));

const CUSTOMER: readonly Row[] = [
  ['name', quoted(255, '𝄞'), null],
  ['name', quoted(256), 'at most 255 characters; it has 256'],
  ['name', '""', null],
  ['name', '"  x  "', null],
  ['name', 'null', 'not be null'],
  ['name', '7', 'Must be a text'],
  ['name', '"a\\u0000b"', 'NUL'],
  ['name', '"\\ud800"', 'surrogate'],
  ['email', 'null', null],
  ['email', quoted(255), 'at most 254'],
  ['phone', quoted(21), 'at most 20'],
  ['carrier', quoted(51), 'at most 50'],
  ['status', '"blocked"', null],
  ['status', 'null', null],
  ['status', '"Blocked"', 'one of active, inactive, blocked, pending'],
  ['quality', '""', 'one of hot, warm, cold, dead'],
  ['call_status', '["failed"]', 'one of pending, calling'],
  ['is_test', '"true"', 'true or false'],
  ['is_test', 'null', 'not be null'],
  ['checked', '1', 'true or false'],
  ['other_attributes', 'null', 'not be null'],
  ['other_attributes', '[]', 'an object'],
  ['other_attributes', '{"a": {"b": "\\u0000"}}', 'NUL'],
  ['other_attributes', '{"\\u0000": 1}', 'NUL'],
  ['other_attributes', '{"a": "\\udc00"}', 'surrogate'],
  ['other_attributes', '{"a": 1e131071}', '400 digits'],
  ['other_attributes', '{"a": 0e999999999}', '400 digits'],
  ['other_attributes', '{"a": 1e300, "b": -1.5E-300, "c": [{"d": null}]}', null],
  ['employee_id', `"${MADE_UP}"`, 'Not found.'],
  ['employee_id', '"11111111-1111-4111-8111-11111111111"', 'Must be a uuid'],
  ['employee_id', '{}', 'Must be a uuid'],
  ['employee_id', 'null', null],
  ['label_ids', 'null', 'a list of uuids'],
  ['label_ids', '["x"]', 'Must be a uuid'],
  ['label_ids', `["${MADE_UP}"]`, 'Not found.'],
  ['label_ids', JSON.stringify(Array.from({ length: 101 }, () => MADE_UP)), 'at most 100 values'],
  ['duration', '1', 'Unknown member'],
  ['stauts', '"active"', "Did you mean 'status'?"],
  ['__proto__', '{}', 'Unknown member'],
  ['is_deleted', 'true', 'Unknown member'],
  ['updated_at', '"2020-01-01"', 'Unknown member'],
];

const CALL: readonly Row[] = [
  ['duration', '0.5', null],
  ['duration', '"1"', 'Must be a number from 0 to 2147483647'],
  ['duration', '-1', 'Must be a number from 0'],
  ['duration', '1e10', 'to 2147483647'],
  ['duration', '1e999', 'Must be a number'],
  ['duration', '1e-999', null],
  ['sentiment_score', '-1', null],
  ['sentiment_score', '1.0000000000000002', 'from -1 to 1'],
  ['sentiment_score', 'null', null],
  ['billing_rate', '1.2345', null],
  ['billing_rate', '1.23450', null],
  ['billing_rate', '1.23451', 'at most 6 digits before the point and 4 after'],
  ['billing_rate', '12345e-4', null],
  ['billing_rate', '1e-5', '4 after'],
  ['billing_rate', '999999.9999', null],
  ['billing_rate', '1e6', 'at most 6 digits'],
  ['billing_rate', '1e999999', 'at most 6 digits'],
  ['billing_rate', '"1"', 'Must be a number'],
  ['created_at', '"2026-01-31"', null],
  ['created_at', '"9999-12-31T23:59:59.999999Z"', null],
  ['created_at', '"9999-12-31T23:59:59-01:00"', 'years 1 to 9999'],
  ['created_at', '"0001-01-01T00:00:00+01"', 'years 1 to 9999'],
  ['created_at', '"0001-01-01T00:00:00Z"', null],
  ['created_at', '"2026-02-30"', 'Must be a time'],
  ['created_at', '7', 'Must be a time'],
  ['created_at', 'null', 'not be null'],
  ['direction', '"sideways"', 'inbound, outbound'],
  ['transcript', quoted(100_000), null],
  ['customer_id', `"${MADE_UP}"`, 'Not found.'],
  ['campaign_customer_id', `"${MADE_UP}"`, 'Not found.'],
  ['duration_seconds', '1', 'Unknown member'],
];

/** A good body with one member replaced, as text. */
function withMember(good: Readonly<Record<string, unknown>>, member: string, value: string): string {
  const members = Object.entries(good).filter(([name]) => name !== member);
  const texts = members.map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`);
  return `{${[...texts, `${JSON.stringify(member)}:${value}`].join(',')}}`;
}

describe('a value', () => {
  test.each(CUSTOMER)('customer %s = %.60s: %s', async (member, value, message) => {
    const good = { workspace_id: place.workspace, name: 'n', phone: 'p' };
    const made = await writer.send(place.admin, 'POST ', { text: withMember(good, member, value) });
    const query = `workspace_id=${place.workspace}`;
    const changed = await writer.send(place.admin, `PATCH ${customer}/`, {
      query,
      text: withMember({}, member, value),
    });
    if (message === null) {
      expect([made.status, changed.status], JSON.stringify([made.errors, changed.errors])).toEqual([201, 200]);
      return;
    }
    for (const { status, errors } of [made, changed]) {
      expect(status).toBe(400);
      expect(Object.keys(errors)).toEqual([member]);
      expect(errors[member]?.join()).toContain(message);
    }
  });

  test.each(CALL)('call %s = %.60s: %s', async (member, value, message) => {
    const good = {
      workspace_id: place.workspace,
      customer_id: customer,
      direction: 'inbound',
      status: 'completed',
      duration: 1,
      call_type: 'direct',
    };
    const { status, errors } = await writer.send(place.admin, 'POST ', {
      resource: 'calls',
      text: withMember(good, member, value),
    });
    expect(status, JSON.stringify(errors)).toBe(message === null ? 201 : 400);
    if (message === null) return;
    expect(Object.keys(errors)).toEqual([member]);
    expect(errors[member]?.join()).toContain(message);
  });
});

describe('a body', () => {
  test('is told all that is wrong with it at once', async () => {
    const body = { workspace_id: place.workspace, name: 7, status: 'x', nmae: 1, email: 'a' };
    const { errors } = await writer.send(place.admin, 'POST ', { body });
    expect(Object.keys(errors).sort()).toEqual(['name', 'nmae', 'phone', 'status']);
    expect(errors.phone).toEqual(['This member is required.']);
  });

  test('is told all that the database does not find at once', async () => {
    const body = { workspace_id: place.workspace, name: 'n', phone: 'p', employee_id: MADE_UP, label_ids: [MADE_UP] };
    const { errors } = await writer.send(place.admin, 'POST ', { body });
    expect(Object.keys(errors).sort()).toEqual(['employee_id', 'label_ids']);
  });

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['{', 'not JSON'],
    ['{"a": 1,}', 'not JSON'],
    ['[]', 'not an object'],
    ['"x"', 'not an object'],
    ['null', 'not an object'],
  ])('%j is refused: %s', async (text, reason) => {
    const { status, code, body } = await writer.send(place.admin, 'POST ', { text });
    expect([status, code]).toEqual([400, 'REQ_BODY']);
    expect(body).toContain(reason);
  });

  test('with a hundred thousand wrong members gets an answer of bounded length', async () => {
    const wrong = Array.from({ length: 100_000 }, (_, index) => `"wrong${'x'.repeat(80)}${index}":1`);
    const text = `{"workspace_id":"${place.workspace}",${wrong.join(',')}}`;
    const { errors } = await writer.send(place.admin, 'POST ', { text });
    expect(JSON.stringify(errors).length).toBeLessThan(100_000);
  });

  test('may name its tenant in the query too, and only the same', async () => {
    const body = { workspace_id: place.workspace, name: 'n', phone: 'p' };
    const query = (id: string) => ({ query: `workspace_id=${id}`, body });
    expect((await writer.send(place.admin, 'POST ', query(place.workspace))).status).toBe(201);
    const { status, errors } = await writer.send(place.admin, 'POST ', query(place.other));
    expect([status, Object.keys(errors)]).toEqual([400, ['workspace_id']]);
    const moved = { query: `workspace_id=${place.workspace}`, body: { workspace_id: place.other } };
    expect((await writer.send(place.admin, `PATCH ${customer}/`, moved)).errors).toHaveProperty('workspace_id');
  });

  test('cannot change an id, and may repeat it', async () => {
    const query = `workspace_id=${place.workspace}`;
    const send = (id: unknown) => writer.send(place.admin, `PATCH ${customer}/`, { query, body: { id } });
    expect((await send(MADE_UP)).errors).toEqual({ id: ['Cannot be changed.'] });
    expect((await send(customer)).status).toBe(200);
    const made = await writer.send(place.admin, 'POST ', {
      body: { workspace_id: place.workspace, name: 'n', phone: 'p', id: MADE_UP },
    });
    expect(made.errors.id?.[0]).toContain('Unknown member');
  });
});
