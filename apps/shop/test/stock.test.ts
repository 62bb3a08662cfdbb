import { expect, test } from 'vitest';
import { ORDERS, PRODUCTS } from './fixture.ts';
import { useShop } from './server.ts';

const api = useShop();
const path = `/api/products/${PRODUCTS.chair}/`;
const set = (stock: number, ifMatch?: string) =>
  api.send({
    ...{ as: 'stella', method: 'PATCH', path, body: { stock } },
    ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
  });
const add = (by: number, as = 'stella') => api.send({ as, method: 'POST', path: `${path}stock/`, body: { by } });
const read = () => api.send({ as: null, method: 'GET', path });
const buy = (quantity: number) =>
  api.send({
    as: 'ana',
    method: 'POST',
    path: '/api/orders/',
    body: { items: [{ product_id: PRODUCTS.chair, quantity }] },
  });

test('who sets a stock says what it was: what was sold meanwhile is not undone', async () => {
  const before = await read();
  const blind = await set(500);
  expect([blind.status, blind.json.code]).toEqual([428, 'REQ_CONDITION']);
  expect((await buy(10)).status).toBe(201);
  const tag = before.headers.get('etag') ?? '';
  expect((await set(500, tag)).status).toBe(412);
  expect((await read()).json.stock).toBe(before.json.stock - 10);
  expect((await set(500, (await read()).headers.get('etag') ?? '')).json.stock).toBe(500);
  expect((await set(400, '*')).json.stock).toBe(400);
});

test('what needs no tag still needs none', async () => {
  const changed = await api.send({ as: 'stella', method: 'PATCH', path, body: { price: 99 } });
  expect([changed.status, changed.json.stock]).toEqual([200, 400]);
});

test('more and less, while others buy: nothing is lost', async () => {
  const { stock } = (await read()).json;
  const answers = await Promise.all([
    ...Array.from({ length: 8 }, () => add(5)),
    ...Array.from({ length: 8 }, () => add(-2)),
    ...Array.from({ length: 8 }, () => buy(3)),
  ]);
  const taken = answers.slice(16).filter(({ status }) => status === 201).length;
  const added = answers.slice(0, 8).filter(({ status }) => status === 200).length;
  const less = answers.slice(8, 16).filter(({ status }) => status === 200).length;
  expect((await read()).json.stock).toBe(stock + 5 * added - 2 * less - 3 * taken);
  expect(added).toBeGreaterThan(0);
});

test('no less than none, no more than a stock can be, and by staff only', async () => {
  const { stock } = (await read()).json;
  expect((await add(-stock - 1)).json).toMatchObject({ status: 409, code: 'SHOP_STOCK_OUT_OF_RANGE' });
  expect((await add(2_147_483_647)).status).toBe(409);
  expect((await add(2_147_483_648)).status).toBe(400);
  expect((await add(1, 'ana')).status).toBe(403);
  expect(
    (await api.send({ as: 'stella', method: 'POST', path: `/api/products/${PRODUCTS.gone}/stock/`, body: { by: 1 } }))
      .status,
  ).toBe(404);
  expect((await read()).json.stock).toBe(stock);
});

test('an order has a tag, and moves only if it is what it was', async () => {
  const address = `/api/orders/${ORDERS.foreign}/`;
  const move = (status: string, ifMatch: string) =>
    api.send({ as: 'stella', method: 'PATCH', path: address, body: { status }, headers: { 'if-match': ifMatch } });
  const tag = (await api.send({ as: 'stella', method: 'GET', path: address })).headers.get('etag') ?? '';
  const shipped = await move('shipped', tag);
  expect([shipped.status, shipped.headers.get('etag') === tag]).toEqual([200, false]);
  expect((await move('cancelled', tag)).status).toBe(412);
  const made = await buy(1);
  const read = await api.send({ as: 'ana', method: 'GET', path: `/api/orders/${made.json.id}/` });
  expect(made.headers.get('etag')).toBe(read.headers.get('etag'));
});

test('a product is taken off sale only if it is what its tag says', async () => {
  const address = `/api/products/${PRODUCTS.kettle}/`;
  const withdraw = (ifMatch: string, of = address) =>
    api.send({ as: 'stella', method: 'DELETE', path: of, headers: { 'if-match': ifMatch } });
  const tagOf = async () => (await api.send({ as: null, method: 'GET', path: address })).headers.get('etag') ?? '';
  const old = await tagOf();
  await api.send({ as: 'stella', method: 'PATCH', path: address, body: { price: 7.5 } });
  const refused = await withdraw(old);
  expect([refused.status, refused.json.code]).toEqual([412, 'REQ_PRECONDITION']);
  expect((await withdraw(await tagOf())).status).toBe(204);
  expect((await withdraw(old)).status).toBe(404);
});

test.each(Object.entries(PRODUCTS))('the tag of %s is the one that taking it off sale compares', async (_name, id) => {
  const address = `/api/products/${id}/`;
  const shown = await api.send({ as: null, method: 'GET', path: address });
  const sent = { as: 'stella', method: 'DELETE', path: address } as const;
  const gone = await api.send({ ...sent, headers: { 'if-match': shown.headers.get('etag') ?? '"none"' } });
  expect(gone.status).toBe(shown.status === 200 ? 204 : 404);
});
