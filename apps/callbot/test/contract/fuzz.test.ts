import { runsOf } from 'altiplano/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALLS_PATH, CUSTOMERS_PATH, type Sent, useApi } from './api.ts';
import { CUSTOMERS, EMPLOYEES, ENROLMENTS, LABELS, MADE_UP, OURS, THEIRS, type User } from './fixture.ts';
import { NEW_CALL, NEW_CUSTOMER, REFUSED_CALL, REFUSED_CUSTOMER } from './refused-bodies.ts';

/** `ALTIPLANO_RUNS=5000` for a long look. */
const RUNS = runsOf(250);
const ALLOWED = [200, 201, 204, 400, 403, 404, 409, 412, 413, 415, 422];

const api = useApi();

const ids = [
  ...[OURS, THEIRS, MADE_UP, 'abc', ...Object.values(CUSTOMERS), ...Object.values(EMPLOYEES)],
  ...[...Object.values(LABELS), ...Object.values(ENROLMENTS)],
];
const words = [
  'active',
  'hot',
  'pending',
  'completed',
  'inbound',
  'missed',
  'campaign',
  '2026-01-01',
  '-1',
  'Infinity',
];
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 300 }));
const value: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: fc.constantFrom(...ids, ...words), weight: 4 },
  { arbitrary: fc.jsonValue({ maxDepth: 4 }), weight: 2 },
  { arbitrary: fc.constantFrom(null, true, 0, -1, 0.5, 1e15, 1e308, 5e-324, '', [], {}, '\0', '\ud800'), weight: 2 },
  { arbitrary: fc.array(fc.constantFrom(...ids), { maxLength: 4 }), weight: 2 },
  { arbitrary: text, weight: 1 },
);
const known = [...new Set(['id', 'workspace_id', ...Object.keys(REFUSED_CUSTOMER), ...Object.keys(REFUSED_CALL)])];
const member = fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 9 }, { arbitrary: text, weight: 1 });
const changes = fc.array(fc.tuple(member, value), { maxLength: 4 });

/** Some members swapped for anything, wherever the body keeps them. */
function swap(body: unknown, swapped: readonly (readonly [string, unknown])[]): unknown {
  const change = (one: object) => Object.fromEntries([...Object.entries(one), ...swapped]);
  const { items } = body as { readonly items?: readonly object[] };
  return items === undefined ? change(body as object) : { ...(body as object), items: items.map(change) };
}

const DETAIL = `${CUSTOMERS_PATH}${CUSTOMERS.own}/`;
/** What would be answered with success. */
const GOOD: readonly Pick<Sent, 'method' | 'path' | 'body'>[] = [
  { method: 'POST', path: CUSTOMERS_PATH, body: NEW_CUSTOMER },
  { method: 'POST', path: `${CUSTOMERS_PATH}bulk/`, body: { items: [NEW_CUSTOMER, NEW_CUSTOMER] } },
  { method: 'PATCH', path: DETAIL, body: { name: 'x', status: 'active' } },
  { method: 'PATCH', path: `${CUSTOMERS_PATH}bulk/`, body: { items: [{ id: CUSTOMERS.own }] } },
  { method: 'POST', path: CALLS_PATH, body: NEW_CALL },
  { method: 'POST', path: `${CALLS_PATH}bulk/`, body: { items: [NEW_CALL] } },
];
const nearlyGood = fc
  .tuple(fc.constantFrom(...GOOD), fc.array(fc.tuple(member, value), { maxLength: 2 }))
  .map(([{ method, path, body }, swapped]) => ({ method, path, body: swap(body, swapped) }));

const item = changes.map((members): unknown => Object.fromEntries(members));
const body = fc.oneof(
  { arbitrary: item, weight: 5 },
  { arbitrary: fc.record({ items: fc.array(item, { maxLength: 3 }) }), weight: 3 },
  { arbitrary: fc.record({ ids: fc.array(fc.constantFrom(...ids), { maxLength: 3 }) }), weight: 2 },
  { arbitrary: fc.jsonValue(), weight: 1 },
);
const segment = fc.constantFrom(...ids.map((id) => `${id}/`), 'bulk/');
const path = fc.oneof(
  fc.constantFrom(CUSTOMERS_PATH, CALLS_PATH, `${CUSTOMERS_PATH}bulk/`, `${CALLS_PATH}bulk/`),
  segment.map((one) => `${CUSTOMERS_PATH}${one}`),
  fc.tuple(segment, segment).map(([one, two]) => `${CUSTOMERS_PATH}${one}labels/${two}`),
);
const random = fc.record({
  method: fc.constantFrom('POST', 'PATCH', 'DELETE'),
  path,
  body: fc.oneof(
    { arbitrary: body, weight: 8 },
    { arbitrary: body.map((one) => JSON.stringify(one).slice(0, -1)), weight: 1 },
    { arbitrary: fc.constant(undefined), weight: 1 },
  ),
});
const header = fc.oneof(fc.constantFrom('key', '"tag"', '*', 'W/"x"'), fc.stringMatching(/^[!-~]{1,20}$/));
const sent: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.oneof({ arbitrary: nearlyGood, weight: 3 }, { arbitrary: random, weight: 2 }),
    fc.constantFrom<User>('admin', 'manager', 'employee', 'admin', 'employee', 'idle', 'stranger'),
    fc.constantFrom(OURS, OURS, OURS, OURS, OURS, OURS, THEIRS, null, 'abc'),
    fc.oneof(
      { arbitrary: fc.constant({}), weight: 8 },
      { arbitrary: header.map((one) => ({ 'if-match': one })), weight: 1 },
      { arbitrary: header.map((one) => ({ 'idempotency-key': one })), weight: 1 },
    ),
  )
  .map(([request, as, workspace, headers]) => ({ ...request, as, workspace, headers }));

describe('whatever is sent', () => {
  test('is written whole or refused, and what is refused changes nothing', async () => {
    const counts = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(sent, async (request) => {
        const before = await api.contents();
        const { status, text: reply, json } = await api.send(request);
        counts.set(status, (counts.get(status) ?? 0) + 1);
        if (status === 405) return;
        expect(ALLOWED, reply.slice(0, 500)).toContain(status);
        if (status >= 400) expect(await api.contents()).toBe(before);
        // Whatever is wrong with a body that can be read has a name.
        if (status === 400 && json.code !== 'REQ_BODY') expect(json.errors, reply).toBeDefined();
      }),
      { numRuns: RUNS },
    );
    // Were everything refused for one reason, this test would show nothing.
    for (const status of [200, 201, 400, 403, 404]) expect(counts.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
  }, 600_000);
});
