import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { altiplano } from '../../src/http/plugin.ts';
import { describeApi } from '../../src/openapi/describe-api.ts';
import { NOBODY } from '../identity/asker.ts';
import { type AppRole, openAppRole } from '../support/app-role.ts';
import { marketApp } from './market.ts';
import { ADA, BEN, itemId, makerId, rowsSql, SUE, tagId } from './market-sql.ts';
import { expectKept, found, marketSql, read, useMarket, walk } from './use-market.ts';

const app = marketApp('stall', 'none');
const asker = useMarket(app, marketSql('stall', 'none', [rowsSql('', 0)]));
const NONE = '00000000-0000-0000-0000-000000000000';

describe('without tenants', () => {
  test.each([
    ['', '', 'created_at desc, id desc'],
    ['?order=price', '', 'price, id'],
    ['?order=-price', '', 'price desc, id desc'],
    ['?order=-review_count', '', '(select count(*) from review r where r.item_id = t.id) desc, id desc'],
    [`?maker_id=${makerId(2)}`, `and maker_id = '${makerId(2)}'`, 'created_at desc, id desc'],
    ['?price__gte=5&price__lte=11', 'and price between 5 and 11', 'created_at desc, id desc'],
    [
      `?tags=${tagId(2)}&search=red`,
      `and name like '%red%' and exists (select from item_tag l where l.item_id = t.id and l.tag_id = '${tagId(2)}')`,
      'created_at desc, id desc',
    ],
    [`?maker_id=${makerId(1)}&order=price`, `and maker_id = '${makerId(1)}'`, 'price, id'],
  ])('a list %s is what plain SQL lists, page by page, one statement each', async (search, condition, order) => {
    const expected = await found(asker.owner(), `select id from item t where not gone ${condition} order by ${order}`);
    expect(expected.length).toBeGreaterThan(0);
    expect(await walk(asker, NOBODY, `/items/${search}`)).toEqual(expected);
    const counted = read(await asker.ask('ada', `GET /items/${search}${search === '' ? '?' : '&'}count=exact`));
    expect(counted.count).toBe(expected.length);
  });

  test('facets count what plain SQL counts', async () => {
    const { facets } = read(await asker.ask(NOBODY, 'GET /items/?facets=tags,maker_id&price__gte=5'));
    const tags = await found(
      asker.owner(),
      `select json_build_array(g.id, count(*), g.name)::text from item t join item_tag l on l.item_id = t.id join tag g on g.id = l.tag_id
       where not gone and price >= 5 group by g.id, g.name order by g.id`,
    );
    expect(facets.tags.map((one: Record<string, unknown>) => JSON.stringify([one.value, one.count, one.name]))).toEqual(
      tags.map((text) => JSON.stringify(JSON.parse(text))),
    );
    expect(facets.maker_id).toHaveLength(3);
  });

  test('figures, names and first rows are of each row', async () => {
    for (const number of [1, 5, 12]) {
      const one = read(await asker.ask(NOBODY, `GET /items/${itemId(number)}/`));
      const [text] = await found(
        asker.owner(),
        `select json_build_object('count', count(r.id), 'stars', coalesce(sum(r.rating), 0),
           'tags', (select coalesce(json_agg(g.name order by g.name), '[]') from item_tag l join tag g on g.id = l.tag_id where l.item_id = '${itemId(number)}'),
           'latest', (select comment from review where item_id = '${itemId(number)}' order by created_at desc, id desc limit 1))::text
         from review r where r.item_id = '${itemId(number)}'`,
      );
      const { review_count: count, stars, tags, latest_review: latest } = one;
      expect({ count, stars, tags, latest: latest?.comment ?? null }).toEqual(JSON.parse(text ?? ''));
    }
  });

  test('a public resource needs no credential, and refuses a wrong one; writes and others need one', async () => {
    expect((await asker.ask(NOBODY, 'GET /items/')).status).toBe(200);
    expect((await asker.ask('alt_stall_wrong', 'GET /items/')).code).toBe('AUTH_INVALID');
    expect((await asker.ask(NOBODY, 'GET /purchases/')).code).toBe('AUTH_MISSING');
    expect((await asker.ask(NOBODY, 'POST /items/', { name: 'x' })).code).toBe('AUTH_MISSING');
    expect((await asker.ask(NOBODY, `GET /items/?tenant_key=${NONE}`)).status).toBe(400);
    const paths = describeApi(asker.engine().services, '1', []).paths as Record<
      string,
      { get?: { security?: unknown } }
    >;
    expect(paths['/stall/items/']?.get?.security).toEqual([{}, { bearer: [] }]);
  });

  test('staff write, shoppers do not; what is kept follows', async () => {
    const item = { name: 'Fresh red', price: 6.5, maker_id: makerId(1), tag_ids: [tagId(2)] };
    expect((await asker.ask('ada', 'POST /items/', item)).code).toBe('AUTH_PERMISSION');
    const made = await asker.ask('sue', 'POST /items/', item, 'key-1');
    expect([made.status, made.statements]).toEqual([201, 2]);
    const { id } = JSON.parse(made.body);
    expect(made.headers.location).toBe(`http://localhost/stall/items/${id}/`);
    expect((await asker.ask('sue', 'POST /items/', item, 'key-1')).body).toBe(made.body);
    expect((await walk(asker, NOBODY, `/items/?tags=${tagId(2)}&search=fresh`)).at(0)).toBe(id);
    await asker.owner().query(`insert into review (item_id, rating) select '${id}', 5 from generate_series(1, 40)`);
    expect((await walk(asker, NOBODY, '/items/?order=-review_count')).at(0)).toBe(id);
    expect((await asker.ask('sue', `PATCH /items/${id}/`, { price: 1, tag_ids: [] })).status).toBe(200);
    expect(await walk(asker, NOBODY, `/items/?tags=${tagId(2)}&search=fresh`)).toEqual([]);
    expect((await asker.ask('sue', `POST /items/${id}/tags/${tagId(3)}/`)).status).toBe(204);
    expect(await walk(asker, NOBODY, `/items/?tags=${tagId(3)}&search=fresh`)).toEqual([id]);
    expect((await asker.ask('sue', `DELETE /items/${id}/`)).status).toBe(204);
    expect((await asker.ask(NOBODY, `GET /items/${id}/`)).status).toBe(404);
    await expectKept(asker, app);
    await asker.owner().query('select item_bitmap_fold($1), item_bitmap_merge($1)', [NONE]);
    await expectKept(asker, app);
  });

  test('a shopper has its own rows, the staff all of them', async () => {
    const of = (who: string) =>
      found(asker.owner(), `select id from purchase where person_id = '${who}' order by created_at desc, id desc`);
    const [mine, others] = [await of(ADA), await of(BEN)];
    expect(await walk(asker, 'ada', '/purchases/')).toEqual(mine);
    expect((await walk(asker, 'sue', '/purchases/')).length).toBe(mine.length + others.length);
    expect((await asker.ask('ada', `GET /purchases/${others[0]}/`)).status).toBe(404);
    expect((await asker.ask('ada', `PATCH /purchases/${others[0]}/`, { status: 'paid' })).status).toBe(404);
    const made = await asker.ask('ada', 'POST /purchases/', { item_id: itemId(1) });
    expect([made.status, JSON.parse(made.body).person_id]).toEqual([201, ADA]);
    expect((await asker.ask('ben', `GET /purchases/${JSON.parse(made.body).id}/`)).status).toBe(404);
    const paid = await asker.ask('ada', `PATCH /purchases/${JSON.parse(made.body).id}/`, { status: 'paid' });
    expect([paid.status, JSON.parse(paid.body || '{}')]).toMatchObject([200, { status: 'paid', person_id: ADA }]);
    expect((await asker.ask('ada', `DELETE /purchases/${JSON.parse(made.body).id}/`)).status).toBe(204);
    const trail = await found(
      asker.owner(),
      `select json_build_array(action, tenant_key, actor_id, changes ? 'tenant_key')::text from trail where record_id = '${JSON.parse(made.body).id}' order by id`,
    );
    expect(trail.map((text) => JSON.parse(text))).toEqual([
      ['insert', NONE, ADA, false],
      ['update', NONE, ADA, false],
      ['delete', NONE, ADA, false],
    ]);
  });

  test('an action is entered without a tenant too, and does what row security lets it', async () => {
    const fastify = Fastify();
    await fastify.register(altiplano, { engine: asker.engine() });
    const order = async (who: string | null) =>
      fastify.inject({
        ...{ method: 'POST', url: '/stall/order-one/', body: JSON.stringify({ item_id: itemId(1) }) },
        headers: {
          'content-type': 'application/json',
          ...(who === null ? {} : { authorization: `Bearer ${await asker.token(who)}` }),
        },
      });
    const made = await order(ADA);
    expect([made.statusCode, made.json().tenant]).toEqual([201, NONE]);
    expect((await asker.ask('ben', `GET /purchases/${made.json().id}/`)).status).toBe(404);
    expect((await asker.ask('ada', `DELETE /purchases/${made.json().id}/`)).status).toBe(204);
    expect((await order(null)).json().code).toBe('AUTH_MISSING');
    await fastify.close();
  });

  test('a row that was emptied by a truncation leaves a trail', async () => {
    await asker.owner().query('begin; truncate purchase');
    const [told] = await found(asker.owner(), "select tenant_key from trail where action = 'truncate'");
    await asker.owner().query('rollback');
    expect(told).toBe(NONE);
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
      Number((await client.query(`select count(*) from stall.${table}`)).rows[0].count),
    );

  test('sees nothing outside of a request, nor in one of an app with tenants', async () => {
    for (const table of ['item', 'purchase', 'item_bitmap', 'item_review_rollup', 'trail']) {
      expect(await count({}, table)).toBe(0);
      expect(await count({ tenant: ADA, caller: SUE }, table)).toBe(0);
    }
  });

  test('sees what is shared, of what is owned the caller’s own, and all as the staff', async () => {
    expect(await count({ tenant: NONE, caller: '' }, 'item')).toBeGreaterThan(39);
    expect(await count({ tenant: NONE, caller: '' }, 'purchase')).toBe(0);
    expect(await count({ tenant: NONE, caller: ADA }, 'purchase')).toBe(6);
    expect(await count({ tenant: NONE, caller: SUE }, 'purchase')).toBe(12);
    expect(await count({ tenant: NONE, caller: ADA }, 'person')).toBe(1);
  });

  test('writes what was granted, and no row of another owner', async () => {
    const settings = { tenant: NONE, caller: ADA };
    const add = `insert into stall.purchase (person_id, item_id) values ($1, '${itemId(1)}')`;
    expect(await role.refusal(settings, add, [ADA])).toBe(null);
    expect(await role.refusal(settings, add, [BEN])).toBe('42501');
    expect(await role.refusal(settings, "insert into stall.maker (name) values ('x')")).toBe('42501');
    expect(await role.refusal({}, `update stall.item set price = 0`)).toBe(null);
    const touched = await role.as(
      {},
      async (client) => (await client.query('update stall.item set price = 0')).rowCount,
    );
    expect(touched).toBe(0);
  });
});
