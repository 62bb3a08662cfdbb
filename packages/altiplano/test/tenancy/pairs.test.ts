import Fastify from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findCaller } from '../../src/execute/caller-store.ts';
import { explainUrl } from '../../src/explain.ts';
import { altiplano } from '../../src/http/plugin.ts';
import { describeApi } from '../../src/openapi/describe-api.ts';
import { tenantKey } from '../../src/resource/tenant-key.ts';
import { NOBODY } from '../identity/asker.ts';
import { type AppRole, openAppRole } from '../support/app-role.ts';
import { marketApp } from './market.ts';
import { ADA, BEN, rowsSql, SUE } from './market-sql.ts';
import { expectKept, found, marketSql, read, useMarket, walk } from './use-market.ts';

const [ONE, TWO, MADE_UP] = ['1', '2', '9'].map((n) => `00000000-0000-4000-8000-f00000000${n.padStart(3, '0')}`) as [
  string,
  string,
  string,
];
// A team and a firm of one id: what tells them apart is their kind.
const OWNERS = [
  ['firm', ONE],
  ['team', TWO],
  ['firm', TWO],
  ['person', ADA],
] as const;
const HEADERS = OWNERS.map(([kind, id]) => ({ 'x-owner-type': kind, 'x-owner-id': id }));
const [FIRM, TEAM, FOREIGN, OWN] = HEADERS as [
  (typeof HEADERS)[0],
  (typeof HEADERS)[0],
  (typeof HEADERS)[0],
  (typeof HEADERS)[0],
];
const SEATS = `
insert into firm values ('${ONE}'), ('${TWO}');
insert into team values ('${TWO}', '${ONE}');
insert into seat_link values ('${ADA}', '${ONE}', 'owner'), ('${BEN}', '${ONE}', 'clerk'), ('${SUE}', '${ONE}', 'viewer');
`;
const rows = OWNERS.map(([kind, id], turn) => rowsSql(`'${kind}', '${id}'::uuid`, turn));

const app = marketApp('bazaar', 'pair');
const asker = useMarket(app, marketSql('bazaar', 'pair', [SEATS, ...rows]));
const id = (kind: string, turn: number, number: number) =>
  `00000000-0000-4000-8000-${kind.padEnd(4, '0')}${String(turn * 1000 + number).padStart(8, '0')}`;
const ofTeam = `owner_type = 'team' and owner_id = '${TWO}'`;

describe('a tenant that two columns say', () => {
  test.each([
    ['', '', 'created_at desc, id desc'],
    ['?order=price', '', 'price, id'],
    ['?order=-review_count', '', '(select count(*) from review r where r.item_id = t.id) desc, id desc'],
    [`?maker_id=${id('a', 1, 2)}`, `and maker_id = '${id('a', 1, 2)}'`, 'created_at desc, id desc'],
    ['?price__gte=5&price__lte=11', 'and price between 5 and 11', 'created_at desc, id desc'],
    [
      `?tags=${id('b', 1, 2)}&search=red`,
      `and name like '%red%' and exists (select from item_tag l where l.item_id = t.id and l.tag_id = '${id('b', 1, 2)}')`,
      'created_at desc, id desc',
    ],
  ])('has a list %s as plain SQL lists it, page by page, one statement each', async (search, condition, order) => {
    const query = `select id from item t where not gone and ${ofTeam} ${condition} order by ${order}`;
    const expected = await found(asker.owner(), query);
    expect(expected.length).toBeGreaterThan(0);
    expect(await walk(asker, 'sue', `/items/${search}`, TEAM)).toEqual(expected);
    const target = `GET /items/${search}${search === '' ? '?' : '&'}count=exact`;
    expect(read(await asker.ask('ada', target, undefined, undefined, TEAM)).count).toBe(expected.length);
  });

  test('is told apart from one of another kind and the same id, in figures, names and facets too', async () => {
    const one = read(await asker.ask('ada', `GET /items/${id('c', 1, 12)}/`, undefined, undefined, TEAM));
    const [count] = await found(asker.owner(), `select count(*) from review where item_id = '${id('c', 1, 12)}'`);
    expect([one.review_count, one.tags.length > 0, one.latest_review.comment]).toEqual([
      Number(count),
      true,
      'Review 5',
    ]);
    expect((await asker.ask('ada', `GET /items/${id('c', 2, 12)}/`, undefined, undefined, TEAM)).status).toBe(404);
    const { facets } = read(await asker.ask('ada', 'GET /items/?facets=tags', undefined, undefined, TEAM));
    expect(facets.tags.map(({ value }: { value: string }) => value).sort()).toEqual(
      [1, 2, 3, 4].map((n) => id('b', 1, n)),
    );
  });

  test('is the user itself where no header says more', async () => {
    const own = await found(
      asker.owner(),
      `select id from item where not gone and owner_type = 'person' and owner_id = '${ADA}' order by created_at desc, id desc`,
    );
    expect(await walk(asker, 'ada', '/items/')).toEqual(own);
    expect(await walk(asker, 'ada', '/items/', OWN)).toEqual(own);
    expect(await walk(asker, 'ben', '/items/')).toEqual([]);
  });

  test('has one key, made alike by the database and the server', async () => {
    for (const said of [...OWNERS, ['ä\\ \'"', ONE] as const]) {
      const { rows: made } = await asker.owner().query('select altiplano.tenant_key($1, $2) as key', [...said]);
      expect(made[0].key).toBe(tenantKey(said));
    }
  });
});

test('is explained within what was promised', async () => {
  const { rows: made } = await asker.owner().query('select altiplano.tenant_key($1, $2) as key', ['team', TWO]);
  const caller = await findCaller(asker.engine().pool, app, ADA, ['team', TWO]);
  if (caller === null) throw new Error('nobody');
  expect(caller).toMatchObject({ role: 'owner', tenant: made[0].key, said: ['team', TWO] });
  for (const path of ['/bazaar/items/', `/bazaar/items/${id('c', 1, 12)}/`]) {
    const { bound, plan } = await explainUrl(asker.service(), caller, new URL(path, 'http://localhost'));
    expect([bound, plan.bound.roundTrips]).toEqual(['kept', 1]);
  }
});

describe('headers that choose a tenant', () => {
  test('of somebody else and of nobody get the same answer', async () => {
    const answers = await Promise.all(
      [
        FOREIGN,
        { ...FOREIGN, 'x-owner-id': MADE_UP },
        { ...OWN, 'x-owner-id': BEN },
        { ...TEAM, 'x-owner-id': ONE },
      ].map((headers) => asker.ask('ada', 'GET /items/', undefined, undefined, headers)),
    );
    for (const answered of answers) expect(answered).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ status: 403, code: 'AUTH_FORBIDDEN' });
    const written = await asker.ask('ada', 'POST /items/', { name: 'x' }, undefined, FOREIGN);
    expect(written.code).toBe('AUTH_FORBIDDEN');
  });

  test.each([
    [{ 'x-owner-type': 'firm' }, { 'X-Owner-Id': ['This header is required beside X-Owner-Type.'] }],
    [{ 'x-owner-id': ONE }, { 'X-Owner-Type': ['This header is required beside X-Owner-Id.'] }],
    [{ 'x-owner-type': 'planet', 'x-owner-id': ONE }, { 'X-Owner-Type': ['Must be one of firm, team, person.'] }],
    [{ 'x-owner-type': 'firm', 'x-owner-id': "1' or true" }, { 'X-Owner-Id': ['Must be a UUID.'] }],
    [{ 'x-owner-type': 'firm, firm', 'x-owner-id': ONE }, { 'X-Owner-Type': ['Must be one of firm, team, person.'] }],
  ])('%o are refused by name, once the credential holds', async (headers, errors) => {
    const answered = await asker.ask('ada', 'GET /items/', undefined, undefined, headers as never);
    expect([answered.status, answered.errors]).toEqual([400, errors]);
    expect((await asker.ask(NOBODY, 'GET /items/', undefined, undefined, headers as never)).code).toBe('AUTH_MISSING');
  });

  test('are in the description, and no parameter is', async () => {
    const paths = describeApi(asker.engine().services, '1', []).paths as Record<string, unknown>;
    const { get, post } = paths['/bazaar/items/'] as Record<
      'get' | 'post',
      { parameters: { name: string; in: string }[] }
    >;
    for (const { parameters } of [get, post]) {
      expect(parameters.filter((one) => one.in === 'header').map(({ name }) => name)).toEqual(
        expect.arrayContaining(['X-Owner-Type', 'X-Owner-Id']),
      );
      expect(parameters.some(({ name }) => name.startsWith('owner') || name === 'tenant_key')).toBe(false);
    }
  });
});

test('over HTTP headers choose, and caches are told so', async () => {
  const fastify = Fastify();
  await fastify.register(altiplano, { engine: asker.engine() });
  const authorization = `Bearer ${await asker.token(ADA)}`;
  const ask = (headers: Readonly<Record<string, string>>) =>
    fastify.inject({ url: '/bazaar/items/', headers: { authorization, ...headers } });
  const own = await ask({});
  const team = await ask({ 'X-Owner-Type': 'team', 'X-Owner-Id': TWO.toUpperCase() });
  expect([own.statusCode, team.statusCode]).toEqual([200, 200]);
  expect(team.json().results[0].id).toMatch(/0001\d{3}$/);
  expect(own.json().results[0].id).toMatch(/0003\d{3}$/);
  expect(team.headers.vary).toBe('authorization, x-owner-type, x-owner-id');
  const broken = await ask({ 'X-Owner-Type': 'team' });
  expect([broken.statusCode, Object.keys(broken.json().errors)]).toEqual([400, ['X-Owner-Id']]);
  const written = await fastify.inject({
    method: 'POST',
    url: '/bazaar/items/',
    headers: { authorization, 'content-type': 'application/json', 'x-owner-type': 'firm', 'x-owner-id': TWO },
    body: '{"name": "x"}',
  });
  expect([written.statusCode, written.json().code]).toEqual([403, 'AUTH_FORBIDDEN']);
  const order = (headers: Readonly<Record<string, string>>) =>
    fastify.inject({
      ...{ method: 'POST', url: '/bazaar/order-one/', body: JSON.stringify({ item_id: id('c', 1, 1) }) },
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'one', ...headers },
    });
  const made = await order(TEAM);
  expect([made.statusCode, made.json().tenant]).toEqual([201, tenantKey(['team', TWO])]);
  expect((await order(TEAM)).json()).toEqual(made.json());
  const [whose] = await found(
    asker.owner(),
    `select owner_type || owner_id from purchase where id = '${made.json().id}'`,
  );
  expect(whose).toBe(`team${TWO}`);
  expect((await order(FOREIGN)).json().code).toBe('AUTH_FORBIDDEN');
  expect((await order({ 'x-owner-type': 'team' })).statusCode).toBe(400);
  await fastify.close();
});

describe('a role in a tenant', () => {
  const link = (who: string, role: string) =>
    asker.owner().query('update seat_link set role = $2 where person_id = $1', [who, role]);
  afterEach(async () => {
    await link(ADA, 'owner');
    await link(SUE, 'viewer');
  });
  const item = { name: 'Fresh red', price: 6.5, maker_id: id('a', 0, 1), tag_ids: [id('b', 0, 2)] };

  test('decides what may be done there; elsewhere the same user is something else', async () => {
    expect((await asker.ask('sue', 'POST /items/', item, undefined, FIRM)).code).toBe('AUTH_PERMISSION');
    expect((await asker.ask('ben', 'POST /items/', item, undefined, FIRM)).code).toBe('AUTH_PERMISSION');
    const made = await asker.ask('ada', 'POST /items/', item, 'key-1', FIRM);
    expect([made.status, made.statements]).toEqual([201, 2]);
    const { id: key } = JSON.parse(made.body);
    expect(made.headers.location).toBe(`http://localhost/bazaar/items/${key}/`);
    expect((await asker.ask('ada', 'POST /items/', item, 'key-1', FIRM)).body).toBe(made.body);
    const said = await found(
      asker.owner(),
      `select owner_type || owner_id from item where id = '${key}' union all select owner_type || owner_id from item_tag where item_id = '${key}'`,
    );
    expect(said).toEqual([`firm${ONE}`, `firm${ONE}`]);
    expect(await walk(asker, 'sue', '/items/?search=fresh', FIRM)).toEqual([key]);
    expect(await walk(asker, 'sue', '/items/?search=fresh', TEAM)).toEqual([]);
    // The maker of another tenant is not there.
    const borrowed = { ...item, maker_id: id('a', 1, 1), tag_ids: [id('b', 1, 2)] };
    const { errors } = await asker.ask('ada', 'POST /items/', borrowed, undefined, FIRM);
    expect(errors).toEqual({ maker_id: ['Not found.'], tag_ids: ['Not found.'] });
    expect((await asker.ask('ada', `PATCH /items/${key}/`, { price: 2, tag_ids: [] }, undefined, FIRM)).status).toBe(
      200,
    );
    expect(
      (await asker.ask('ada', `POST /items/${key}/tags/${id('b', 0, 3)}/`, undefined, undefined, FIRM)).status,
    ).toBe(204);
    expect((await asker.ask('ada', `PATCH /items/${key}/`, { price: 2 }, undefined, TEAM)).status).toBe(404);
    expect((await asker.ask('ada', `DELETE /items/${key}/`, undefined, undefined, FIRM)).status).toBe(204);
    const key2 = tenantKey(['firm', ONE]);
    await expectKept(asker, app);
    await asker.owner().query('select item_bitmap_fold($1), item_bitmap_merge($1)', [key2]);
    await expectKept(asker, app);
  });

  test('that has changed is told apart at the next request, and one that is gone is no member', async () => {
    expect((await asker.ask('ada', 'POST /items/', { name: 1 }, undefined, FIRM)).status).toBe(400);
    await link(ADA, 'viewer');
    expect((await asker.ask('ada', 'POST /items/', item, undefined, FIRM)).code).toBe('AUTH_PERMISSION');
    await link(ADA, 'owner');
    const again = await asker.ask('ada', 'POST /items/', item, undefined, FIRM);
    expect(again.status).toBe(201);
    await asker.owner().query(`delete from item where id = '${JSON.parse(again.body).id}'`);
    await asker.owner().query('delete from seat_link where person_id = $1', [SUE]);
    expect((await asker.ask('sue', 'GET /items/', undefined, undefined, FIRM)).code).toBe('AUTH_FORBIDDEN');
    await asker.owner().query(`insert into seat_link values ('${SUE}', '${ONE}', 'viewer')`);
    expect((await asker.ask('sue', 'GET /items/', undefined, undefined, FIRM)).status).toBe(200);
  });

  test('limits rows: a clerk its own purchases, a viewer all', async () => {
    const own = await found(
      asker.owner(),
      `select id from purchase where owner_type = 'firm' and owner_id = '${ONE}' and person_id = '${BEN}' order by created_at desc, id desc`,
    );
    expect(await walk(asker, 'ben', '/purchases/', FIRM)).toEqual(own);
    expect(await walk(asker, 'sue', '/purchases/', FIRM)).toHaveLength(12);
    const made = await asker.ask('ben', 'POST /purchases/', { item_id: id('c', 0, 1) }, undefined, FIRM);
    const [trail] = await found(
      asker.owner(),
      `select json_build_array(tenant_key, actor_id)::text from trail where record_id = '${JSON.parse(made.body).id}'`,
    );
    expect(JSON.parse(trail ?? '')).toEqual([tenantKey(['firm', ONE]), BEN]);
  });
});

describe('the role of the app', () => {
  let role: AppRole;
  beforeAll(async () => {
    role = await openAppRole(asker.url());
  });
  afterAll(() => role.end());
  const count = (settings: Parameters<AppRole['as']>[0], table: string) =>
    role.as(settings, async (client) =>
      Number((await client.query(`select count(*) from bazaar.${table}`)).rows[0].count),
    );

  test('sees the rows of the session’s tenant, and none where nobody said which', async () => {
    for (const table of ['item', 'item_tag', 'review', 'purchase', 'item_bitmap', 'item_review_rollup']) {
      expect(await count({}, table)).toBe(0);
      expect(await count({ tenant: TWO, caller: ADA }, table)).toBe(0);
      expect(await count({ tenant: tenantKey(['team', TWO]), caller: SUE }, table)).toBeGreaterThan(0);
    }
    expect(await count({ tenant: tenantKey(['team', TWO]) }, 'review')).toBe(
      Number((await found(asker.owner(), `select count(*) from review where ${ofTeam}`))[0]),
    );
  });

  test('sees the seats of the caller alone', async () => {
    expect(await count({ caller: ADA }, 'seat')).toBe(3);
    expect(await count({ caller: MADE_UP }, 'seat')).toBe(0);
    expect(await count({}, 'seat')).toBe(0);
  });

  test('writes into no other tenant, and no key of its own', async () => {
    const settings = { tenant: tenantKey(['firm', ONE]), caller: ADA };
    const add = `insert into bazaar.purchase (owner_type, owner_id, person_id, item_id) values ($1, $2, '${ADA}', '${id('c', 0, 1)}')`;
    expect(await role.refusal(settings, add, ['firm', ONE])).toBe(null);
    expect(await role.refusal(settings, add, ['firm', TWO])).toBe('42501');
    expect(await role.refusal(settings, `update bazaar.purchase set owner_type = 'team'`)).toBe('42501');
    expect(await role.refusal(settings, `update bazaar.purchase set tenant_key = '${TWO}'`)).toBe('428C9');
  });
});
