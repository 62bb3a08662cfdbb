import { describe, expect, test } from 'vitest';
import { ANYBODY } from '../../src/auth/anybody.ts';
import type { Service } from '../../src/pipeline.ts';
import type { Caller } from '../../src/plan/plan.ts';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { NO_TENANT, tenantKey } from '../../src/resource/tenant-key.ts';
import { emit } from '../../src/sql/emit.ts';
import type { Statement } from '../../src/sql/statement.ts';
import { writeRoutes } from '../../src/write/call.ts';
import { parseWrite } from '../../src/write/parse/parse-write.ts';
import { planWrite } from '../../src/write/plan/plan-write.ts';
import { emitWrite } from '../../src/write/sql/emit-write.ts';
import type { Asker } from '../identity/asker.ts';
import { marketApp } from './market.ts';
import { ADA, itemId, makerId, rowsSql, SUE, tagId } from './market-sql.ts';
import { marketSql, useMarket } from './use-market.ts';

const said = ['person', ADA] as const;
const ada: Caller = { userId: ADA, role: 'owner', attributes: {}, tenant: tenantKey(said), said, scopes: [] };
const sue: Caller = { userId: SUE, role: 'staff', attributes: {}, tenant: NO_TENANT, scopes: [] };

function read(service: Service, caller: Caller, id: string | null, search = ''): Statement {
  const { request, refusal } = parseRequest(service.resource, id, new URLSearchParams(search), caller.tenant);
  if (refusal !== null) throw refusal;
  return emit(planRequest(request, { ...service, caller }));
}

function create(service: Service, caller: Caller, body: object): Statement {
  const route = writeRoutes(service.resource).find((one) => `${one.method} ${one.path}` === 'POST ');
  if (route === undefined) throw new Error('no route');
  const call = {
    ...{ route, parameters: {}, body: JSON.stringify(body), query: new URLSearchParams() },
    ...{ origin: 'http://localhost', path: '/', authorization: '', idempotencyKey: null, ifMatch: null },
    signal: new AbortController().signal,
  };
  const { change, refusal } = parseWrite(service.resource, service.catalog, call, caller.tenant);
  if (refusal !== null) throw refusal;
  const { write } = emitWrite(planWrite(change, { ...service, caller }));
  if (write === null) throw new Error('nothing is written');
  return write;
}

/** The text stands in a file; the database runs it as it is. */
async function expectText(asker: Asker, caller: Caller, file: string, { text, values }: Statement): Promise<void> {
  await expect(`${text}\n`).toMatchFileSnapshot(`statements/${file}.sql`);
  const client = asker.owner();
  await client.query('begin');
  await client.query("select set_config('altiplano.tenant', $1, true), set_config('altiplano.caller', $2, true)", [
    caller.tenant,
    caller.userId,
  ]);
  expect((await client.query(text, [...values])).rows).toHaveLength(1);
  await client.query('rollback');
}

const item = { name: 'Fresh', price: 1, maker_id: makerId(1), tag_ids: [tagId(1)] };

describe('of no tenant', () => {
  const asker = useMarket(marketApp('stall', 'none'), marketSql('stall', 'none', [rowsSql('', 0)]));
  test('a page for anybody', () =>
    expectText(asker, ANYBODY, 'none-list', read(asker.service('items'), ANYBODY, null, `maker_id=${makerId(1)}`)));
  test('a page of a caller’s own', () =>
    expectText(asker, sue, 'none-own', read(asker.service('purchases'), { ...sue, role: 'shopper' }, null)));
  test('a new row', () => expectText(asker, sue, 'none-create', create(asker.service('items'), sue, item)));
});

describe('of two columns', () => {
  const asker = useMarket(
    marketApp('bazaar', 'pair'),
    marketSql('bazaar', 'pair', [rowsSql(`'person', '${ADA}'::uuid`, 0)]),
  );
  test('one row', () => expectText(asker, ada, 'pair-detail', read(asker.service('items'), ada, itemId(1))));
  test('a new row', () => expectText(asker, ada, 'pair-create', create(asker.service('items'), ada, item)));
});
