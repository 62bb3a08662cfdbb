import {
  type AppRole,
  type Caller,
  emitWrite,
  openAppRole,
  parseWrite,
  planWrite,
  type Statement,
  useDatabase,
  type WriteCall,
} from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { routeOf, type Sent, useWriter } from './writer.ts';

const database = useDatabase(emptyCallbot);
const writer = useWriter(database);
let place: Place;
let app: AppRole;
beforeAll(async () => {
  place = await makePlace(writer.owner());
  app = await openAppRole(database.url());
});
afterAll(() => app.end());

const ID = '11111111-1111-4111-8111-111111111111';

function statementsFor(caller: Caller, target: string, sent: Sent) {
  const service = writer.service(sent.resource);
  const call: WriteCall = {
    ...routeOf(service, target),
    origin: '',
    path: '',
    query: new URLSearchParams({ workspace_id: place.workspace }),
    body: sent.body === undefined ? null : JSON.stringify(sent.body),
    authorization: undefined,
    idempotencyKey: sent.key ?? null,
    ifMatch: sent.ifMatch ?? null,
    signal: new AbortController().signal,
  };
  const { change, refusal } = parseWrite(service.resource, service.catalog, call);
  if (refusal !== null) throw refusal;
  return emitWrite(planWrite(change, { ...service, caller }));
}

const admin = (): Caller => ({ userId: place.admin, role: 'admin', attributes: { employee_id: null } });
const employee = (): Caller => ({
  userId: place.employee.user,
  role: 'employee',
  attributes: { employee_id: place.employee.id },
});

const CUSTOMER = { name: 'n', phone: 'p' };
const CALL = { customer_id: ID, direction: 'inbound', status: 'busy', duration: 1, call_type: 'direct' };
const CHANGE = { body: { items: [{ id: ID, name: 'x' }] } };
const label = () => `${ID}/labels/${place.labels[0]}/`;

type Row = readonly [file: string, part: 'lock' | 'write' | 'reply', caller: () => Caller, () => string, Sent];

const REPRESENTATIVE: readonly Row[] = [
  ['create', 'write', admin, () => 'POST bulk/', { body: { items: [CUSTOMER] } }],
  ['create-as-employee', 'write', employee, () => 'POST ', { body: CUSTOMER }],
  ['create-with-key', 'write', admin, () => 'POST ', { body: CUSTOMER, key: 'k' }],
  ['created-with-key', 'reply', admin, () => 'POST ', { body: CUSTOMER, key: 'k' }],
  ['created', 'reply', admin, () => 'POST bulk/', { body: { items: [CUSTOMER] } }],
  ['lock', 'lock', employee, () => 'PATCH bulk/', CHANGE],
  ['change', 'write', admin, () => 'PATCH bulk/', CHANGE],
  ['change-as-employee', 'write', employee, () => 'PATCH bulk/', CHANGE],
  ['change-if-match', 'write', admin, () => `PATCH ${ID}/`, { body: {}, ifMatch: '"x"' }],
  ['delete', 'write', admin, () => 'DELETE bulk/', { body: { ids: [ID] } }],
  ['link', 'write', admin, () => `POST ${label()}`, {}],
  ['link-with-key', 'write', admin, () => `POST ${label()}`, { key: 'k' }],
  ['unlink', 'write', admin, () => `DELETE ${label()}`, {}],
  ['log-calls', 'write', admin, () => 'POST bulk/', { resource: 'calls', body: { items: [CALL] } }],
  ['log-calls-as-employee', 'write', employee, () => 'POST bulk/', { resource: 'calls', body: { items: [CALL] } }],
];

describe('the statement of', () => {
  test.each(REPRESENTATIVE)('%s', async (file, part, caller, target, sent) => {
    const statement = statementsFor(caller(), target(), sent)[part];
    expect(statement).not.toBeNull();
    await expect(`${withoutContents(statement?.text ?? '')}\n`).toMatchFileSnapshot(`./statements/${file}.sql`);
  });
});

/** What a row shows is in `../statements/detail.sql`. */
function withoutContents(text: string): string {
  return text.replace(
    /page as materialized \(\n {2}select t\.created_at[\s\S]*?\n\),\n[\s\S]*shown as materialized \([\s\S]*?\n\)/,
    (found) => {
      const end = found.indexOf('\n),') + 3;
      return `${found.slice(0, end)}\n-- … what the rows point at, and \`shown\`: as in detail.sql`;
    },
  );
}

describe('a plan', () => {
  test.each(REPRESENTATIVE)('of %s reads no table from end to end', async (_, part, caller, target, sent) => {
    const statement = statementsFor(caller(), target(), sent)[part];
    const plan = await explain(statement as Statement);
    expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge Join|Bitmap/);
    expect(plan).toMatch(/Index/);
  });
});

/** As it is served: prepared, with a generic plan, as the app's role. */
async function explain({ text, values }: Statement): Promise<string> {
  return app.as({ tenant: place.workspace, caller: place.admin }, async (client) => {
    await client.query(
      `set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; set local enable_hashjoin = off;
       set local enable_mergejoin = off; set local enable_bitmapscan = off; set local enable_memoize = off`,
    );
    await client.query(`prepare alt_write as ${text}`);
    const { rows } = await client.query(
      `explain (costs off) execute alt_write(${values.map(() => 'null').join(', ')})`,
    );
    await client.query('deallocate alt_write');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

describe('texts', () => {
  test('are one for any number of items, whatever they name', () => {
    const names = [
      [{ id: ID }],
      [{ id: ID, name: 'x' }],
      [
        { id: ID, label_ids: [ID, place.admin], quality: null },
        { id: place.admin, status: 'active' },
      ],
    ].map((items) => statementsFor(admin(), 'PATCH bulk/', { body: { items } }).write.name);
    expect(new Set(names).size).toBe(1);
  });
});
