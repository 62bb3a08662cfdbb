import { expect, test } from 'vitest';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { emit } from '../../src/sql/emit.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { writeRoutes } from '../../src/write/call.ts';
import { parseWrite } from '../../src/write/parse/parse-write.ts';
import { planWrite } from '../../src/write/plan/plan-write.ts';
import { emitWrite } from '../../src/write/sql/emit-write.ts';
import { CHIEF, FIRM, WORKER } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';

const depot = useDepot();
const ROW = '00000000-0000-4000-8000-0000000b0001';
const caller = (role: string) => ({ userId: role === 'chief' ? CHIEF : WORKER, role, attributes: {} });

function read(role: string, name: string, id: string | null, search = ''): Statement {
  const service = depot.service(name);
  const { request, refusal } = parseRequest(service.resource, id, new URLSearchParams(`firm_id=${FIRM}&${search}`));
  if (refusal !== null) throw refusal;
  return emit(planRequest(request, { ...service, caller: caller(role) }));
}

function write(role: string, name: string, path: string, body: string | null) {
  const service = depot.service(name);
  const route = writeRoutes(service.resource).find((one) => `${one.method} ${one.path}` === path);
  if (route === undefined) throw new Error(`no route ${path}`);
  const { change, refusal } = parseWrite(service.resource, service.catalog, {
    ...{ route, parameters: { id: ROW }, body, query: new URLSearchParams(body === null ? { firm_id: FIRM } : {}) },
    ...{ origin: 'http://localhost', path: '/', authorization: '', idempotencyKey: 'a-key', ifMatch: null },
    signal: new AbortController().signal,
  });
  if (refusal !== null) throw refusal;
  return emitWrite(planWrite(change, { ...service, caller: caller(role) }));
}

/** The text stands in a file; the database runs it as it is. */
async function expectText(file: string, { text, values }: Statement): Promise<void> {
  await expect(`${text}\n`).toMatchFileSnapshot(`statements/${file}.sql`);
  const client = depot.owner();
  await client.query('begin');
  await client.query("select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)", [
    FIRM,
    CHIEF,
  ]);
  await client.query("select set_config('altiplano.written', '{}', true)");
  expect((await client.query(text, [...values])).rows).toHaveLength(1);
  await client.query('rollback');
}

test('a list in order of places, for one of several reasons', () =>
  expectText('list-by-rank', read('worker', 'tickets', null, 'order=priority')));
test('a detail with first children', () => expectText('detail', read('chief', 'tickets', ROW)));
test('a list by days and numbers, without a number or with that', () =>
  expectText('list-of-numbers', read('chief', 'visits', null, 'guide_id=null&made_on__gte=2026-01-01')));

test('a deletion for good', async () => {
  const { lock, write: statement, reply } = write('chief', 'jobs', 'DELETE :id/', null);
  if (lock === null) throw new Error('a deletion locks');
  await expectText('delete-lock', lock);
  await expectText('delete', statement);
  expect(reply).toBeNull();
});

test('a new row that the database numbers', async () => {
  const body = JSON.stringify({ firm_id: FIRM, ticket_id: ROW, made_on: '2026-01-01', guide_ids: [1] });
  const { lock, write: statement, reply } = write('worker', 'visits', 'POST ', body);
  expect(lock).toBeNull();
  await expectText('create-numbered', statement);
  if (reply === null) throw new Error('a new row is shown');
  await expectText('created-numbered', reply);
});
