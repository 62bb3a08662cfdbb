import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import type { Rows } from '../execute/rows.ts';
import type { Plan } from '../plan/plan.ts';
import { respond } from './respond.ts';

const resource = exampleResource();
const address = { origin: 'http://host', path: '/books/', query: new URLSearchParams() };
const ROWS: Rows = {
  ...{ allowed: true, current: true, found: 1, items: null },
  ...{ etag: null, first: null, last: null, count: null },
};
const list = { kind: 'list', position: null, size: 2, count: 'none' } as Plan;
const detail = { kind: 'detail' } as Plan;

const reply = (plan: Plan, rows: Partial<Rows>) => respond(plan, { ...ROWS, ...rows }, resource, address);

describe('a reply', () => {
  test('passes the items on as they came', () => {
    const items = '{"price":1250.50},{"price":1e400}';
    expect(reply(list, { items }).body).toBe(`{"results":[${items}],"next":null,"previous":null,"count":null}`);
    expect(reply(detail, { items }).body).toBe(items);
  });

  test('counts as asked, and says how', () => {
    const counted = reply({ ...list, count: 'exact' } as Plan, { count: '9007199254740993' });
    expect(counted.body).toContain('"count":9007199254740993');
    expect(counted.headers['altiplano-count']).toBe('exact');
    expect(reply(list, {}).headers).not.toHaveProperty('altiplano-count');
  });

  test('of one object has the tag the database made', () => {
    expect(reply(detail, { items: '{}', etag: 'abc' }).headers.etag).toBe('"abc"');
    expect(reply(list, { items: '{}' }).headers).not.toHaveProperty('etag');
  });

  test('refuses who may not enter before it says what is there', () => {
    for (const plan of [list, detail, { kind: 'entry' } as Plan]) {
      expect(() => reply(plan, { allowed: false })).toThrow(expect.objectContaining({ code: 'AUTH_FORBIDDEN' }));
    }
    expect(() => reply(detail, { items: null })).toThrow(expect.objectContaining({ code: 'REQ_NOT_FOUND' }));
    expect(reply({ kind: 'entry' } as Plan, {}).status).toBe(204);
  });
});
