import { runsOf } from 'altiplano/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerNaively } from '../../naive.ts';
import { facets, groupsOf } from '../added-requests.ts';
import { filtersOf, queryOf, readPopulation } from '../requests.ts';
import { type Answer, CALLS_PATH, CUSTOMERS_PATH, useApi } from './api.ts';
import { CUSTOMERS, EMPLOYEES, ENROLMENTS, LABELS, OURS, USERS, type User } from './fixture.ts';
import { NEW_CALL, NEW_CUSTOMER } from './refused-bodies.ts';

/** Writes and then questions; `ALTIPLANO_RUNS=200` for a long look. */
const RUNS = runsOf(8);

const api = useApi();

const labels = fc.uniqueArray(fc.constantFrom(LABELS.vip, LABELS.cold, LABELS.vipToo));
const attributes = fc.record(
  {
    city: fc.constantFrom('Hue', 'Hanoi', null, ['Hue'], { in: 'Hue' }),
    score: fc.constantFrom(7, '7', 1.5, true),
    'a=b': fc.constant('c'),
  },
  { requiredKeys: [] },
);
const members = fc.record(
  {
    name: fc.constantFrom('Needle', 'ÉCLAIR', 'éclair au chocolat', '100%', 'a_b'),
    email: fc.constantFrom('needle@example.org', null),
    phone: fc.constantFrom('+84 905', '0905'),
    carrier: fc.constantFrom('Viettel', 'Rare', null),
    status: fc.constantFrom('active', 'inactive', 'blocked', 'pending', null),
    quality: fc.constantFrom('hot', 'dead', null),
    call_status: fc.constantFrom('calling', 'failed', null),
    is_test: fc.boolean(),
    checked: fc.boolean(),
    other_attributes: attributes,
    employee_id: fc.constantFrom(EMPLOYEES.own, EMPLOYEES.other, null),
    label_ids: labels,
  },
  { requiredKeys: [] },
);
const call = fc.record(
  {
    direction: fc.constantFrom('inbound', 'outbound'),
    status: fc.constantFrom('completed', 'missed', 'busy'),
    call_type: fc.constantFrom('campaign', 'direct', 'callback'),
    duration: fc.constantFrom(0, 0.5, 59.9, 3_600),
    billing_rate: fc.constantFrom(null, 0.1, 0.0333, 12.3456),
    sentiment_score: fc.constantFrom(null, -1, 0.25),
    created_at: fc.constantFrom('2026-01-01', '2030-01-01T00:00:00Z', '2020-02-29T12:00:00.123456Z'),
  },
  { requiredKeys: ['duration'] },
);

type Write = (ids: readonly string[]) => Promise<Answer>;
const picked = fc.nat({ max: 1_000 });
const at = (ids: readonly string[], index: number) => ids[index % ids.length] ?? '';
const send = (method: string, path: string, body?: unknown) =>
  api.send({ method, path, ...(body === undefined ? {} : { body }) });

const write: fc.Arbitrary<Write> = fc.oneof(
  fc.array(members, { minLength: 1, maxLength: 4 }).map(
    (all): Write =>
      () =>
        send('POST', `${CUSTOMERS_PATH}bulk/`, { items: all.map((one) => ({ ...NEW_CUSTOMER, ...one })) }),
  ),
  fc.tuple(picked, members).map(
    ([index, body]): Write =>
      (ids) =>
        send('PATCH', `${CUSTOMERS_PATH}${at(ids, index)}/`, body),
  ),
  fc.tuple(picked, fc.constantFrom('POST', 'DELETE'), fc.constantFrom(LABELS.vip, LABELS.cold)).map(
    ([index, method, label]): Write =>
      (ids) =>
        send(method, `${CUSTOMERS_PATH}${at(ids, index)}/labels/${label}/`),
  ),
  fc.array(fc.tuple(picked, call), { minLength: 1, maxLength: 5 }).map(
    (all): Write =>
      (ids) => {
        const items = all.map(([index, one]) => ({ ...NEW_CALL, ...one, customer_id: at(ids, index) }));
        return send('POST', `${CALLS_PATH}bulk/`, { items });
      },
  ),
  picked.map(
    (index): Write =>
      (ids) =>
        ids.length < 4 ? send('GET', CUSTOMERS_PATH) : send('DELETE', `${CUSTOMERS_PATH}${at(ids, index)}/`),
  ),
);

async function visible(): Promise<readonly string[]> {
  const text = 'select id from callbot.customer where workspace_id = $1 and not is_deleted order by id';
  return (await api.owner().query<{ id: string }>(text, [OURS])).rows.map(({ id }) => id);
}

test('whatever was written, every list is what the naive twin says', async () => {
  await send('POST', CALLS_PATH, { ...NEW_CALL, customer_id: CUSTOMERS.own, campaign_customer_id: ENROLMENTS.own });
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 5, maxLength: 15 }), fc.nat(), async (writes, seed) => {
      for (const one of writes) {
        const answer = await one(await visible());
        expect(answer.status, answer.text.slice(0, 500)).toBeLessThan(300);
      }
      const population = await readPopulation(api.owner());
      const asked = fc.tuple(filtersOf(population), groupsOf(population), facets).map((parts) => parts.flat());
      const user = fc.constantFrom<User>('admin', 'employee');
      for (const [as, filters] of fc.sample(fc.tuple(user, asked), { numRuns: 8, seed })) {
        const query = `${queryOf(OURS, filters)}&page_size=100&count=exact`;
        const fast = await api.send({ as, method: 'GET', path: `${CUSTOMERS_PATH}?${query}` });
        const request = { user: { id: USERS[as] }, path: CUSTOMERS_PATH, query, origin: 'http://any' };
        const slow = await answerNaively(api.owner(), 'callbot', request);
        expect(fast.text.replace(/"next":"[^"]*"/, '"next":null'), query).toBe(slow.body);
      }
    }),
    { numRuns: RUNS },
  );
}, 600_000);
