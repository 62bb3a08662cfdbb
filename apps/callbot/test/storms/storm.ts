import { runsOf } from 'altiplano/testing';
import { expect } from 'vitest';
import { type Answer, type Api, CALLS_PATH, CUSTOMERS_PATH } from '../contract/api.ts';
import { ENROLMENTS, OURS, ROWS } from '../contract/fixture.ts';
import { NEW_CALL } from '../contract/refused-bodies.ts';

/** Rounds each client makes; `ALTIPLANO_RUNS=200` for a long storm. */
export const ROUNDS = runsOf(12);
export const CLIENTS = 12;

const POPULATION = 60;
export const crowdId = (index: number): string => `00000000-0000-4000-8000-cafe${String(index).padStart(8, '0')}`;
export const CROWD: readonly string[] = Array.from({ length: POPULATION }, (_, index) => crowdId(index));

/** The fixture, and a crowd of customers of whom each has an enrolment of the same number. */
export const STORM_ROWS = `${ROWS}
insert into callbot.customer (id, workspace_id, name, phone, other_attributes, created_at)
select ('00000000-0000-4000-8000-cafe' || lpad(i::text, 8, '0'))::uuid, '${OURS}', 'Crowd ' || i, '1', '{"count": 0}',
  '2026-02-01'::timestamptz + i * interval '1 second'
from generate_series(0, ${POPULATION - 1}) i;
insert into callbot.call_campaign_customer (id, workspace_id, campaign_id, customer_id, status)
select id, workspace_id, '${ENROLMENTS.own}', id, 'completed' from callbot.customer where name like 'Crowd %';
`;

/** Every client makes its rounds, all clients at a time. */
export async function storm(
  clients: readonly ((round: number) => Promise<unknown>)[],
  rounds: number = ROUNDS,
): Promise<void> {
  await Promise.all(
    clients.map(async (client) => {
      for (let round = 0; round < rounds; round++) await client(round);
    }),
  );
}

/** A few of the crowd in no order. */
export function some(count: number, from: readonly string[] = CROWD): string[] {
  return from
    .map((id) => [Math.random(), id] as const)
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, id]) => id);
}

export const any = <T>(values: readonly T[]): T => values[Math.floor(Math.random() * values.length)] as T;

/** A storm's answers are these, or the test says which was not. */
export function expectStatus(answer: Answer, ...allowed: readonly number[]): void {
  expect(allowed, answer.text.slice(0, 500)).toContain(answer.status);
}

export async function logCalls(api: Api, customers: readonly string[]): Promise<Answer> {
  const items = customers.map((customer_id) => ({
    ...NEW_CALL,
    customer_id,
    duration: Math.floor(Math.random() * 200),
    status: any(['completed', 'missed', 'busy']),
    call_type: any(['campaign', 'direct', 'callback']),
    billing_rate: any([null, 0.1, 0.0333, 1]),
  }));
  return api.send({ method: 'POST', path: `${CALLS_PATH}bulk/`, workspace: null, body: { items } });
}

/** Sessions report what they counted when they end, so the server stops first. */
export async function deadlocks(api: Api): Promise<number> {
  await api.restart();
  const text = 'select deadlocks from pg_stat_database where datname = current_database()';
  return Number((await api.owner().query(text)).rows[0].deadlocks);
}

const RECOUNT = `
select c.id, count(k.id)::int as total_calls, coalesce(sum(k.duration_seconds), 0)::int as total_duration_seconds,
  (count(*) filter (where k.status = 'completed'))::int as successful_calls,
  (count(*) filter (where k.campaign_customer_id is not null))::int as total_campaign_calls,
  round(coalesce(sum(coalesce(k.billing_rate, 0) * k.duration_seconds), 0)::numeric(60, 20) / 60, 2)::float8 as total_cost,
  (select count(*)::int from callbot.call_campaign_customer e where e.customer_id = c.id and e.status = 'completed')
    as completed_campaigns,
  (select count(*)::int from callbot.customer_campaign_labels l where l.customer_id = c.id) as tags
from callbot.customer c left join callbot.call k on k.customer_id = c.id and not k.is_deleted
where c.workspace_id = '${OURS}' and not c.is_deleted
group by c.id order by c.created_at desc, c.id desc`;

/** What the API shows of every customer is a recount of the rows; of some the naive twin writes the same bytes. */
export async function expectRecounted(api: Api): Promise<void> {
  const { rows } = await api.owner().query(RECOUNT);
  const shown: unknown[] = [];
  let path: string | null = `${CUSTOMERS_PATH}?workspace_id=${OURS}&page_size=100`;
  while (path !== null) {
    const { json }: Answer = await api.send({ method: 'GET', path });
    for (const item of json.results) {
      const { id, total_calls, total_duration_seconds, successful_calls, campaign_stats, billing_summary, tags } = item;
      const { total_campaign_calls, completed_campaigns } = campaign_stats;
      const figures = { id, total_calls, total_duration_seconds, successful_calls, total_campaign_calls };
      shown.push({ ...figures, total_cost: billing_summary.total_cost, completed_campaigns, tags: tags.length });
    }
    path = json.next === null ? null : new URL(json.next).pathname + new URL(json.next).search;
  }
  expect(shown).toEqual(rows);
  for (const { id } of [...rows.slice(0, 2), ...rows.filter(() => Math.random() < 0.1)]) {
    expect((await api.read(id)).text).toBe(await api.readNaively(id));
  }
}
