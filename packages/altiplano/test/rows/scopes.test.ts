import { expect, test } from 'vitest';
import { checkResource } from '../../src/catalog/check.ts';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import type { Resource } from '../../src/resource/resource.ts';
import type { Member } from '../../src/resource/writes.ts';
import { CHIEF, COLLEAGUE, FIRM, WORKER } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed, walkAll } from './walk.ts';

const depot = useDepot();
const NEWEST = 't.created_at desc, t.id desc';
const seenBy = (user: string) => `(owner_id = '${user}' or privacy in ('team', 'aggregate'))`;

test.each([
  ['', 'true'],
  ['status=todo', "status = 'todo'"],
  ['due_date__gte=2026-02-04&search=ticket', "due_date >= '2026-02-04'"],
  ['owner_id=null', 'owner_id is null'],
])('a limited role sees what one of several reasons shows it: %s', async (search, sql) => {
  for (const user of [WORKER, COLLEAGUE]) {
    const expected = await listed(depot, 'ticket', [seenBy(user), sql], NEWEST);
    expect(expected.length).toBeGreaterThan(3);
    expect(await walkAll(depot, user, 'tickets', search)).toEqual(expected);
    expect((await depot.get(user, 'tickets', `?${search}&count=exact`)).body.count).toBe(expected.length);
    expect(
      (await depot.get(user, 'tickets', `?${search}&limit=5&offset=3`)).body.results.map(
        ({ id }: { id: string }) => id,
      ),
    ).toEqual(expected.slice(3, 8));
  }
  expect(await walkAll(depot, CHIEF, 'tickets', search)).toEqual(await listed(depot, 'ticket', [sql], NEWEST));
});

test('the unfiltered list of a limited role asks bitmaps', () => {
  const service = depot.service('tickets');
  const { request } = parseRequest(service.resource, null, new URLSearchParams({ firm_id: FIRM }));
  const access = (role: string) => {
    const plan = planRequest(request, { ...service, caller: { userId: WORKER, role, attributes: {} } });
    return plan.kind === 'list' ? plan.access.kind : null;
  };
  expect([access('chief'), access('worker'), access('nobody')]).toEqual(['walk', 'bitmap', 'nothing']);
});

test('a detail is there for whoever lists it, and nobody else', async () => {
  const all = await listed(depot, 'ticket', [], NEWEST);
  const seen = new Set(await listed(depot, 'ticket', [seenBy(WORKER)], NEWEST));
  for (const id of all.slice(0, 25))
    expect((await depot.get(WORKER, 'tickets', `${id}/`)).status).toBe(seen.has(id) ? 200 : 404);
});

test('writes reach what is seen; what is created is the own, unless it is said to be', async () => {
  const [hidden = ''] = await listed(depot, 'ticket', [`not coalesce(${seenBy(WORKER)}, false)`], NEWEST);
  const [shown = ''] = await listed(depot, 'ticket', [`owner_id = '${WORKER}'`], NEWEST);
  expect((await depot.send(WORKER, 'tickets', `PATCH ${hidden}/`, { body: { title: 'x' } })).status).toBe(404);
  expect((await depot.send(WORKER, 'tickets', `DELETE ${hidden}/`)).status).toBe(404);
  expect((await depot.send(WORKER, 'tickets', `PATCH ${shown}/`, { body: { title: 'x' } })).status).toBe(200);
  const [job_id] = await listed(depot, 'job', [], NEWEST);
  const created = await depot.send(WORKER, 'tickets', 'POST ', { body: { firm_id: FIRM, job_id, title: 'Mine' } });
  expect(created).toMatchObject({ status: 201, body: { owner: { id: WORKER }, privacy: 'private' } });
  const refused = await depot.send(WORKER, 'tickets', 'POST ', {
    body: { firm_id: FIRM, job_id, title: 'Theirs', privacy: 'team', owner_id: COLLEAGUE },
  });
  expect(refused.errors).toEqual({ owner_id: ['Must be your own, or left out.'] });
});

test('what is referred to must be seen for one of the reasons too', async () => {
  const [hidden] = await listed(depot, 'ticket', [`not coalesce(${seenBy(COLLEAGUE)}, false)`], NEWEST);
  const [team] = await listed(
    depot,
    'ticket',
    [`privacy = 'team' and owner_id is distinct from '${COLLEAGUE}'`],
    NEWEST,
  );
  const visit = (ticket_id: string | undefined) =>
    depot.send(COLLEAGUE, 'visits', 'POST ', { body: { firm_id: FIRM, ticket_id, made_on: '2026-04-01' } });
  expect((await visit(hidden)).errors).toEqual({ ticket_id: ['Not found.'] });
  expect((await visit(team)).status).toBe(201);
});

test('a change of owner or of privacy changes who sees it, at once', async () => {
  const [id = ''] = await listed(depot, 'ticket', [`owner_id = '${COLLEAGUE}' and privacy = 'private'`], NEWEST);
  expect(await walkAll(depot, WORKER, 'tickets')).not.toContain(id);
  await depot.owner().query("update ticket set privacy = 'team' where id = $1", [id]);
  expect(await walkAll(depot, WORKER, 'tickets')).toContain(id);
  await depot.owner().query("update ticket set privacy = 'private', owner_id = $2 where id = $1", [id, WORKER]);
  expect(await walkAll(depot, WORKER, 'tickets')).toContain(id);
  expect(await walkAll(depot, COLLEAGUE, 'tickets')).not.toContain(id);
});

test('what roles and what children are told by is looked for before anybody is answered', async () => {
  const { identity, catalog, ...service } = depot.service('visits');
  const unknown = (resource: Resource) =>
    checkResource(resource, identity, catalog).map(({ code, message }) => `${code} ${message}`);
  const limited = { worker: { column: 'shift', values: ['night'] } };
  expect(unknown({ ...service.resource, scopes: limited })).toEqual([
    expect.stringMatching(/^MIGR_COLUMN_UNKNOWN .*shift/),
  ]);
  const { writes, fields } = service.resource;
  const ticket_id = { ...writes?.members.ticket_id, scopes: limited } as Member;
  expect(
    unknown({ ...service.resource, writes: writes && { ...writes, members: { ...writes.members, ticket_id } } }),
  ).toEqual([expect.stringMatching(/^MIGR_COLUMN_UNKNOWN .*shift.*ticket/)]);
  const source = { table: 'visit_guide', parent: 'visit_id', deleted: 'left' };
  const children = { kind: 'children', source, order: [], fields: {}, most: 1 } as const;
  expect(unknown({ ...service.resource, fields: { ...fields, children } })).toEqual([
    expect.stringMatching(/^MIGR_COLUMN_UNKNOWN .*left/),
  ]);
});
