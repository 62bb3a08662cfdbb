import { expect, test } from 'vitest';
import { checkResource } from '../../src/catalog/check.ts';
import { createStatement, neededIndexes } from '../../src/catalog/check-indexes.ts';
import { readCatalog } from '../../src/catalog/read.ts';
import { CHIEF, DEPOT, WORKER } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed, walkAll } from './walk.ts';

const depot = useDepot();
const RANK = "case t.priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end";

test.each([
  ['priority', `${RANK}, t.id`],
  ['-priority', `${RANK} desc, t.id desc`],
])('order=%s goes by the places of the values, and what is none of them by the end of it', async (order, sql) => {
  expect(await walkAll(depot, CHIEF, 'tickets', `order=${order}`)).toEqual(await listed(depot, 'ticket', [], sql));
  expect(await walkAll(depot, CHIEF, 'tickets', `order=${order}&status=todo`)).toEqual(
    await listed(depot, 'ticket', ["status = 'todo'"], sql),
  );
  expect(await walkAll(depot, CHIEF, 'tickets', `order=${order}&priority__neq=high&search=ticket%201`)).toEqual(
    await listed(depot, 'ticket', ["priority <> 'high' and title like 'Ticket 1%'"], sql),
  );
  expect(await walkAll(depot, WORKER, 'tickets', `order=${order}`)).toEqual(
    await listed(depot, 'ticket', [`(owner_id = '${WORKER}' or privacy in ('team', 'aggregate'))`], sql),
  );
});

test('the first is the most urgent', async () => {
  const { body } = await depot.get(CHIEF, 'tickets', '?order=priority&page_size=1');
  expect(body.results[0].priority).toBe('urgent');
});

test('the index of an order of places is named with the statement that makes it', async () => {
  const { resource, identity } = depot.service('tickets');
  const wanted = neededIndexes(resource).map((index) => createStatement(DEPOT, index));
  const statement = wanted.find((text) => text.includes('case')) ?? '';
  expect(statement).toBe(
    "create index concurrently idx_ticket_priority_rank_id on depot.ticket (firm_id, (case priority when 'urgent' then 1 when 'high' then 2 when 'normal' then 3 end), id);",
  );
  const owner = depot.owner();
  const missing = async () =>
    checkResource(resource, identity, await readCatalog(owner, DEPOT)).map(({ hint }) => hint);
  expect(await missing()).toEqual([]);
  await owner.query('drop index ticket_by_rank');
  expect(await missing()).toEqual([`Create it: ${statement}`]);
  await owner.query(statement);
  expect(await missing()).toEqual([]);
});
