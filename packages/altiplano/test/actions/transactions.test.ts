import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerAction } from '../../src/action/answer.ts';
import { issueToken } from '../../src/cli/token.ts';
import { type Engine, startEngine } from '../../src/engine.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { type ActionContext, action } from '../../src/resource/action.ts';
import { sql } from '../../src/resource/query.ts';
import { useDatabase } from '../support/database.ts';
import { CLERK, desk, OFFICE } from './desk.ts';
import { deskTemplate } from './desk-server.ts';

/** What the one action does, chosen by each test. */
let handle: (context: ActionContext) => Promise<object> = async () => ({});
const chosen = action({
  name: 'chosen',
  method: 'POST',
  path: '/chosen/',
  permission: null,
  handle: (context) => handle(context),
});

const database = useDatabase(deskTemplate);
let engine: Engine;
let authorization = '';
beforeAll(async () => {
  authorization = `Bearer ${await issueToken(database.url(), 'desk', CLERK, [], 'test')}`;
  engine = await startEngine({
    url: database.url(),
    apps: [{ ...desk, resources: [], actions: [chosen] }],
    pepper: 'test',
    poolSize: 4,
  });
});
afterAll(() => engine.close());

async function ask(work: typeof handle) {
  handle = work;
  const [service] = engine.actions;
  if (service === undefined) throw new Error('no action');
  const { body } = await answerAction(service, {
    ...{ origin: 'http://localhost', path: '/chosen/', query: new URLSearchParams({ office_id: OFFICE }) },
    ...{ parameters: {}, body: null, authorization, idempotencyKey: null, requestId: 'r1' },
    signal: new AbortController().signal,
  });
  return body === '' ? null : JSON.parse(body);
}

test('a handler whose transaction met a deadlock runs again, and once only counts', async () => {
  await withOwner(database.url(), async (client) => {
    await client.query(
      `insert into desk.ticket (office_id, title, code) values ('${OFFICE}', 'a', 'a'), ('${OFFICE}', 'b', 'b')`,
    );
  });
  let [begun, holding] = [0, 0];
  let release = () => {};
  const bothHold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const both = async ({ query }: ActionContext) => {
    begun += 1;
    const isFirst = begun <= 2;
    const order = begun % 2 === 1 ? ['a', 'b'] : ['b', 'a'];
    for (const code of order) {
      await query(sql`update desk.ticket set size = coalesce(size, 0) + 1 where code = ${code}`);
      if (!isFirst || code !== order[0]) continue;
      // Each goes on once both hold the row that the other wants.
      holding += 1;
      if (holding === 2) release();
      await bothHold;
    }
    return {};
  };
  await Promise.all([ask(both), ask(both)]);
  expect(begun).toBeGreaterThan(2);
  const sizes = await ask(async ({ query }) => ({
    body: await query(sql`select size from desk.ticket where code is not null order by code`),
  }));
  expect(sizes).toEqual([{ size: '2.00' }, { size: '2.00' }]);
});

test('queries that Kysely compiles run as they are', async () => {
  interface Tables {
    'desk.ticket': { title: string; kind: string };
  }
  const kysely = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const compiled = kysely.selectFrom('desk.ticket').select(['title']).where('title', '=', 'a').compile();
  expect(await ask(async ({ query }) => ({ body: await query(compiled) }))).toEqual([{ title: 'a' }]);
});

test('the planner settings of serving connections hold, and triggers learn who asked', async () => {
  const found = await ask(async ({ query }) => ({
    body: await query(sql`
      select current_setting('plan_cache_mode') as plans, current_setting('enable_hashjoin') as hash,
        altiplano.caller_kind() as kind, altiplano.request_id() as request, altiplano.tenant() as tenant`),
  }));
  expect(found).toEqual([{ plans: 'force_generic_plan', hash: 'off', kind: 'user', request: 'r1', tenant: OFFICE }]);
});

test('values are parameters, whatever they hold; a query in a gap is part of the text', async () => {
  const nasty = `'); drop table desk.ticket; --`;
  const condition = sql`t = ${nasty}`;
  const query = sql`select t from (values (${nasty}), ('x')) v (t) where ${condition}`;
  expect([query.text, query.values]).toEqual(["select t from (values ($1), ('x')) v (t) where t = $2", [nasty, nasty]]);
  expect(await ask(async (context) => ({ body: await context.query(query) }))).toEqual([{ t: nasty }]);
  expect(() => sql.rows('p', [], { 'a; drop': 'text' })).toThrow();
  expect(() => sql.rows('p', [], { a: 'text); drop' })).toThrow();
});
