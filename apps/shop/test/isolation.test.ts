import { openAppRole } from 'altiplano/testing';
import { describe, expect, test } from 'vitest';
import { ORDERS, PRODUCTS, SHOPPERS } from './fixture.ts';
import { useShop } from './server.ts';

const api = useShop();
/** Of a request about rows that are of no tenant. */
const INSIDE = '00000000-0000-0000-0000-000000000000';
const withRole = async <T>(work: (role: Awaited<ReturnType<typeof openAppRole>>) => Promise<T>): Promise<T> => {
  const role = await openAppRole(api.url());
  try {
    return await work(role);
  } finally {
    await role.end();
  }
};
const count = (table: string) => `select count(*)::int as count from shop.${table}`;

describe('row security alone', () => {
  test('shows nothing outside of a request', async () => {
    await withRole(async (role) => {
      for (const table of ['product', 'category', 'tag', 'review', 'shopper', 'shop_order', 'order_item'])
        expect((await role.as({}, (client) => client.query(count(table)))).rows, table).toEqual([{ count: 0 }]);
    });
  });

  test.each([
    ['ana', { shop_order: 2, order_item: 5 }],
    ['bo', { shop_order: 1, order_item: 1 }],
    ['stella', { shop_order: 3, order_item: 6 }],
  ] as const)('shows %s the orders that are theirs to see', async (caller, counts) => {
    await withRole(async (role) => {
      for (const [table, seen] of Object.entries(counts)) {
        const { rows } = await role.as({ tenant: INSIDE, caller: SHOPPERS[caller] }, (client) =>
          client.query(count(table)),
        );
        expect(rows, table).toEqual([{ count: seen }]);
      }
    });
  });

  test('lets shoppers take no less than one of a product, and each product once', async () => {
    const take = (products: string, quantities: string) =>
      `select * from shop.take_stock(array[${products}]::uuid[], array[${quantities}])`;
    const { chair } = PRODUCTS;
    const ana = { tenant: INSIDE, caller: SHOPPERS.ana };
    await withRole(async (role) => {
      for (const text of [
        take(`'${chair}'`, '-5'),
        take(`'${chair}'`, '0'),
        take(`'${chair}'`, 'null::integer'),
        take(`'${chair}', '${PRODUCTS.pot}'`, '1'),
        take(`'${chair}', '${chair}'`, '1, 1'),
      ])
        await expect(
          role.as(ana, (client) => client.query(text)),
          text,
        ).rejects.toMatchObject({ constraint: 'take_stock_quantity' });
    });
  });

  test('lets shoppers write no product, no price and no order of others', async () => {
    const ana = { tenant: INSIDE, caller: SHOPPERS.ana };
    const denied = [
      `update shop.shopper set role = 'staff'`,
      `update shop.order_item set unit_price = 0`,
      `insert into shop.order_item (order_id, shopper_id, product_id, place, quantity, unit_price, day, counts)
       select id, shopper_id, '${PRODUCTS.rake}', 9, 1, 0.01, day, counts from shop.shop_order where id = '${ORDERS.pending}'`,
      `delete from shop.shop_order`,
      `update shop.shop_order set total = 0`,
      `update shop.review set rating = 5`,
      `update shop.product set rating_count = 0`,
      `insert into shop.shop_order (shopper_id) values ('${SHOPPERS.bo}')`,
      `insert into shop.review (product_id, shopper_id, rating) values ('${PRODUCTS.chair}', '${SHOPPERS.bo}', 1)`,
      'select email from shop.shopper',
      `insert into shop.product (category_id, name, slug, price) select id, 'x', 'x', 1 from shop.category limit 1`,
    ];
    await withRole(async (role) => {
      for (const text of denied) expect(await role.refusal(ana, text), text).toBe('42501');
      // What it costs is what the product does, whoever orders how.
      const priced = await role.as(ana, (client) =>
        client.query(`insert into shop.order_item (order_id, shopper_id, product_id, place, quantity, day, counts)
          select id, shopper_id, '${PRODUCTS.pot}', 9, 1, day, counts from shop.shop_order where id = '${ORDERS.pending}'
          returning unit_price`),
      );
      expect(priced.rows).toEqual([{ unit_price: '12.50' }]);
      const changed = await role.as(ana, (client) => client.query(`update shop.product set stock = 1000`));
      expect(changed.rowCount).toBe(0);
      const moved = await role.as(ana, (client) =>
        client.query(`update shop.shop_order set status = 'shipped' where id = '${ORDERS.foreign}'`),
      );
      expect(moved.rowCount).toBe(0);
      const shipped = role.as(ana, async (client) => {
        await client.query(`update shop.shop_order set status = 'paid' where id = '${ORDERS.pending}'`);
        await client.query(`update shop.shop_order set status = 'shipped' where id = '${ORDERS.pending}'`);
      });
      await expect(shipped).rejects.toMatchObject({ code: '42501' });
    });
  });
});

test("somebody else's order and a made-up one look the same, as do a withdrawn product and none", async () => {
  const made = '00000000-0000-4000-8000-00000000dead';
  for (const [one, other] of [
    [`/api/orders/${ORDERS.foreign}/`, `/api/orders/${made}/`],
    [`/api/products/${PRODUCTS.gone}/`, `/api/products/${made}/`],
  ] as const) {
    const answers = await Promise.all([one, other].map((path) => api.send({ as: 'ana', path })));
    const [first, second] = answers.map(({ status, json }) => ({ status, ...json, request_id: '', instance: '' }));
    expect(first?.status).toBe(404);
    expect(second).toEqual(first);
  }
});

test('who is staff no more, is so at once', async () => {
  const dashboard = async () => (await api.send({ as: 'stella', path: '/api/admin/dashboard/' })).status;
  expect(await dashboard()).toBe(200);
  await api.owner().query(`update shop.shopper set role = 'shopper' where id = '${SHOPPERS.stella}'`);
  await expect.poll(dashboard, { timeout: 3_000 }).toBe(403);
  await api.owner().query(`update shop.shopper set role = 'staff' where id = '${SHOPPERS.stella}'`);
});
