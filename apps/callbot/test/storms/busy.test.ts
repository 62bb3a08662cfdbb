import { expect, test } from 'vitest';
import { CALLS_PATH, CUSTOMERS_PATH, useApi } from '../contract/api.ts';
import { ENROLMENTS } from '../contract/fixture.ts';
import { NEW_CALL } from '../contract/refused-bodies.ts';
import {
  any,
  CLIENTS,
  CROWD,
  crowdId,
  deadlocks,
  expectRecounted,
  expectStatus,
  logCalls,
  STORM_ROWS,
  some,
  storm,
} from './storm.ts';

const api = useApi({}, STORM_ROWS);
const BUSY = crowdId(0);

test('calls to one busy customer are all counted, at every instant', async () => {
  let logged = 0;
  let seen = 0;
  const log = async () => {
    const body = { ...NEW_CALL, customer_id: BUSY, billing_rate: 0.0333 };
    expectStatus(await api.send({ method: 'POST', path: CALLS_PATH, workspace: null, body }), 201);
    logged++;
  };
  const many = async () => {
    expectStatus(await logCalls(api, [...Array.from({ length: 20 }, () => BUSY), ...some(5)]), 201);
    logged += 20;
  };
  const read = async () => {
    const least = Math.max(logged, seen);
    const { total_calls, billing_summary } = (await api.read(BUSY)).json;
    expect(total_calls).toBeGreaterThanOrEqual(least);
    seen = Math.max(seen, total_calls);
    const { campaign, direct, callback } = billing_summary.billing_breakdown;
    expect(Math.abs(billing_summary.total_cost - campaign - direct - callback)).toBeLessThan(0.02);
  };
  await storm(Array.from({ length: CLIENTS }, (_, client) => [log, many, read][client % 3] ?? log));
  expect(await deadlocks(api)).toBe(0);
  expect((await api.read(BUSY)).json.total_calls).toBeGreaterThanOrEqual(logged);
  await expectRecounted(api);
}, 600_000);

test('enrolments deleted while calls name them: no call names one that has gone', async () => {
  const log = async () => {
    const customer_id = any(CROWD);
    const body = { ...NEW_CALL, call_type: 'campaign', customer_id, campaign_customer_id: customer_id };
    expectStatus(await api.send({ method: 'POST', path: CALLS_PATH, workspace: null, body }), 201, 400);
  };
  // Ended, and begun again under the same id, so that there is always something to end.
  const end = async () => {
    const [id] = some(1);
    await api.owner().query('delete from callbot.call_campaign_customer where id = $1', [id]);
    await api.owner().query(
      `insert into callbot.call_campaign_customer (id, workspace_id, campaign_id, customer_id, status)
       select id, workspace_id, $2, id, 'completed' from callbot.customer where id = $1`,
      [id, ENROLMENTS.own],
    );
  };
  const change = async () => {
    const items = some(10).map((id) => ({ id, checked: any([true, false]) }));
    expectStatus(await api.send({ method: 'PATCH', path: `${CUSTOMERS_PATH}bulk/`, body: { items } }), 200);
  };
  await storm([end, ...Array.from({ length: CLIENTS - 1 }, (_, client) => (client % 4 === 0 ? change : log))]);
  expect(await deadlocks(api)).toBe(0);
  // A short storm may have ended only enrolments that no call named yet.
  await api.owner().query(
    `delete from callbot.call_campaign_customer
     where id = (select campaign_customer_id from callbot.call where campaign_customer_id is not null order by id limit 1)`,
  );
  const { rows } = await api.owner().query(
    `select count(*) filter (where k.campaign_customer_id is null)::int as freed,
       count(k.campaign_customer_id)::int as held, count(e.id)::int as found
     from callbot.call k left join callbot.call_campaign_customer e on e.id = k.campaign_customer_id
     where k.call_type = 'campaign' and k.duration = ${NEW_CALL.duration}`,
  );
  const [{ freed, held, found }] = rows;
  expect(held).toBe(found);
  expect(freed).toBeGreaterThan(0);
  expect(held).toBeGreaterThan(0);
  await expectRecounted(api);
}, 600_000);
