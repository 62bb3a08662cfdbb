import { describe, expect, test } from 'vitest';
import { exampleResource } from '../../test/support/example-resource.ts';
import type { Rows } from '../execute/rows.ts';
import type { Plan } from '../plan/plan.ts';
import { cursors, numbered } from '../resource/envelope.ts';
import { respond } from './respond.ts';

const resource = exampleResource();
const address = { origin: 'http://host', path: '/books/', query: new URLSearchParams() };
const ROWS: Rows = {
  ...{ allowed: true, current: true, found: 1, items: null },
  ...{ etag: null, first: null, last: null, count: null, facets: null },
};
const list = {
  kind: 'list',
  selection: null,
  position: null,
  size: 2,
  offset: null,
  number: null,
  count: 'none',
  facets: [] as const,
} as unknown as Plan;
const detail = { kind: 'detail', fields: [] as const } as unknown as Plan;

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

  test('has facets as a fifth key only when they were asked for', () => {
    const facets = '{"genre":[{"value":"crime","count":1}]}';
    expect(reply(list, { facets }).body).toBe(
      `{"results":[],"next":null,"previous":null,"count":null,"facets":${facets}}`,
    );
    expect(reply(list, {}).body).not.toContain('facets');
  });

  test('is a refusal when a number was asked for that only reading very many rows could tell', () => {
    const search = { exact: false };
    const counted = { ...list, count: 'exact', facets: [], selection: { search } } as unknown as Plan;
    expect(() => reply(counted, { count: null })).toThrow(
      expect.objectContaining({
        code: 'REQ_INVALID',
        errors: { search: [expect.stringContaining('count=estimated')] },
      }),
    );
    expect(reply(counted, { count: '7' }).body).toContain('"count":7');
  });

  test('of a page by offset says that this is the old way', () => {
    const old = reply({ ...list, offset: 0, count: 'exact' } as Plan, { count: '1' });
    expect(old.headers).toMatchObject({ deprecation: `@${Date.UTC(2026, 10, 20) / 1000}`, 'altiplano-count': 'exact' });
    expect(reply(list, {}).headers).not.toHaveProperty('deprecation');
  });

  test('of a numbered page is counted in its own words, and is no old way', () => {
    const envelope = numbered({ items: 'items', total: 'total', next: 'has_next' });
    const plan = { ...list, offset: 2, number: { page: 2, lenient: false }, count: 'exact' } as Plan;
    const page = respond(plan, { ...ROWS, items: '{}', count: '5' }, { ...resource, envelope }, address);
    expect(page.body).toBe('{"items":[{}],"total":5,"has_next":true}');
    expect(Object.keys(page.headers)).toEqual(['content-type']);
  });

  test('of a list that is not counted has no count', () => {
    const uncounted = { ...resource, envelope: cursors({ counted: false }) };
    expect(respond(list, ROWS, uncounted, address).body).toBe('{"results":[],"next":null,"previous":null}');
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
