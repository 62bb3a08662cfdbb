import { useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
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

/** Numbers as people and programs write them. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt().map(String),
  fc
    .tuple(fc.bigInt(), fc.nat({ max: 999_999 }), fc.integer({ min: -320, max: 320 }))
    .map(([a, b, e]) => `${a}.${b}0e${e}`),
  fc.constantFrom('-0', '0.0', '1e400', '-0e-0', '1E+2', '123456789012345678901234567890.123456789'),
);
const text = fc
  .oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), fc.string({ unit: 'binary-ascii' }))
  .map((value) => JSON.stringify(value));
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(number, text, fc.constantFrom('null', 'true', '{}', '[]', '"\\ud83d"', '"\\u0000"')),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[ ${items.join(' ,')}]`),
    fc
      .array(fc.tuple(text, tie('value')), { maxLength: 4 })
      .map((members) => `{${members.map(([k, v]) => `${k} :\n${v}`).join(',')}}`),
  ),
})).value;

const seed = Date.now() % 1_000_000;

describe('whatever is sent', () => {
  test('gets an answer of the contract, and attributes that are taken are stored as PostgreSQL reads them', async () => {
    const documents = fc
      .array(fc.tuple(text, json), { maxLength: 5 })
      .map((members) => `{${members.map((pair) => pair.join(':')).join(',')}}`);
    for (const [index, document] of fc.sample(documents, { numRuns: 150, seed }).entries()) {
      const body = `{"other_attributes": ${document}}`;
      const query = `workspace_id=${place.workspace}`;
      const changed = await writer.send(place.admin, `PATCH ${customer}/`, { query, text: body });
      expect([200, 400], `seed ${seed}, ${index}: ${body}`).toContain(changed.status);
      expect(changed.code, body).not.toBe('REQ_REFUSED');
      if (changed.status !== 200) continue;
      const { rows } = await writer.owner().query('select ($1::jsonb)::text as stored', [document]);
      expect(changed.body, `seed ${seed}, ${index}`).toContain(`"other_attributes":${rows[0].stored},`);
    }
  });

  test('as any member, gets an answer of the contract', async () => {
    const names = [
      'name',
      'email',
      'status',
      'is_test',
      'employee_id',
      'label_ids',
      'id',
      'workspace_id',
      'items',
      'ids',
    ];
    const calls = [
      'customer_id',
      'duration',
      'sentiment_score',
      'billing_rate',
      'created_at',
      'transcript',
      'direction',
    ];
    const members = fc.array(fc.tuple(fc.constantFrom(...names, ...calls), json), { maxLength: 6 });
    for (const sent of fc.sample(members, { numRuns: 150, seed })) {
      const written = `${sent.map(([name, value]) => `"${name}":${value}`).join(',')}`;
      const good = `"workspace_id":"${place.workspace}","customer_id":"${customer}","direction":"inbound","status":"busy","duration":1,"call_type":"direct"`;
      const query = `workspace_id=${place.workspace}`;
      for (const reply of [
        await writer.send(place.admin, 'POST ', {
          text: `{"workspace_id":"${place.workspace}","phone":"p","name":"n"${sent.length > 0 ? ',' : ''}${written}}`,
        }),
        await writer.send(place.admin, 'POST ', {
          resource: 'calls',
          text: `{${good}${sent.length > 0 ? ',' : ''}${written}}`,
        }),
        await writer.send(place.admin, 'PATCH bulk/', {
          query,
          text: `{"items":[{"id":"${customer}"${sent.length > 0 ? ',' : ''}${written}}]}`,
        }),
        await writer.send(place.admin, 'DELETE bulk/', { query, text: `{${written}}` }),
      ]) {
        expect([200, 201, 204, 400], `seed ${seed}: ${written}`).toContain(reply.status);
        expect(reply.code, written).not.toBe('REQ_REFUSED');
      }
    }
  });
});
