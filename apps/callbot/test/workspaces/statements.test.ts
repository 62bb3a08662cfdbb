import {
  answer,
  type Caller,
  type Engine,
  emit,
  issueToken,
  openWire,
  parseRequest,
  planRequest,
  startEngine,
  useDatabase,
  type Wire,
  withOwner,
} from 'altiplano/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callbot } from '../../app.ts';
import { sampledCallbot } from '../callbot-database.ts';
import { ORIGIN, WORKSPACES } from './workspaces.ts';

const database = useDatabase(sampledCallbot);
let wire: Wire;
let engine: Engine;
const member = { user: '', workspace: '', other: '' };

beforeAll(async () => {
  const { rows } = await withOwner(database.url(), (client) =>
    client.query(`select m.user_id as user, m.workspace_id as workspace, w.id as other
      from callbot.app_user_workspaces m, callbot.workspace w
      where not exists (select from callbot.app_user_workspaces o where o.user_id = m.user_id and o.workspace_id = w.id)
      order by 1, 2, 3 limit 1`),
  );
  Object.assign(member, rows[0]);
  // Some latency makes the count certain: what is pipelined has left before the first answer is back.
  wire = await openWire(database.url(), 2);
  engine = await startEngine({ url: wire.url, apps: [callbot], pepper: 'test', poolSize: 1 });
});
afterAll(async () => {
  await engine?.close();
  await wire?.close();
});

function service() {
  const found = engine.services.find(({ resource }) => resource.path === WORKSPACES);
  if (found === undefined) throw new Error('callbot has no workspaces');
  return found;
}

function statementFor(query: string, caller: Caller, id: string | null = null) {
  const { request } = parseRequest(service().resource, id, new URLSearchParams(query));
  return emit(planRequest(request, { ...service(), caller }));
}

const admin = (): Caller => ({ userId: member.user, role: 'admin', attributes: { employee_id: null } });

test('the statement of a page, and of one', async () => {
  await expect(`${statementFor('page_size=7&count=exact', admin()).text}\n`).toMatchFileSnapshot(
    './statements/list.sql',
  );
  await expect(`${statementFor('', admin(), member.workspace).text}\n`).toMatchFileSnapshot('./statements/detail.sql');
});

test('one text serves every caller, and holds none of what they sent', () => {
  const employee: Caller = { userId: member.other, role: 'employee', attributes: { employee_id: member.workspace } };
  const [one, other] = [admin(), employee].map((caller) => statementFor('page_size=7', caller));
  expect(one?.text).toBe(other?.text);
  expect(one?.name).toBe(other?.name);
  expect(one?.text).not.toContain(member.user);
});

test('every request is one statement in one round trip; what is wrong with a list never reaches the database', async () => {
  const authorization = `Bearer ${await issueToken(database.url(), 'callbot', member.user, [], 'test')}`;
  const ask = (query: string, id: string | null) =>
    answer(service(), {
      ...{ id, origin: ORIGIN, path: WORKSPACES, query: new URLSearchParams(query), authorization },
      signal: new AbortController().signal,
    }).catch((error: unknown) => error);
  const asked: readonly (readonly [query: string, id: string | null, count: number])[] = [
    ['', null, 1],
    ['page_size=100&count=exact', null, 1],
    ['', member.workspace, 1],
    ['', member.other, 1],
    ['', 'no id', 1],
    ['page_size=1', member.workspace, 1],
    ['page_size=0', null, 0],
  ];
  for (const [query, id, count] of asked) {
    await ask('', null); // the token is known, the connection open
    wire.take();
    await ask(query, id);
    expect({ query, id, ...wire.take() }).toEqual({ query, id, statements: count, roundTrips: count });
  }
});
