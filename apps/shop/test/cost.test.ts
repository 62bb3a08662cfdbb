import {
  type Engine,
  type Explanation,
  encodeCursor,
  explainUrl,
  measureAction,
  startEngine,
  TEST_KEYS,
  useDatabase,
  withOwner,
} from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dashboard } from '../actions/dashboard.ts';
import { placeOrder } from '../actions/place-order.ts';
import { shop } from '../app.ts';
import { SIZES, shopperOf, sizedShop } from './sizes.ts';

const ORIGIN = 'http://127.0.0.1:3000';
const databases = SIZES.map((size) => useDatabase(sizedShop(size)));
const engines: Engine[] = [];
beforeAll(async () => {
  for (const database of databases)
    engines.push(
      await startEngine({
        url: database.url(),
        apps: [shop],
        pepper: 'test',
        poolSize: 2,
        keys: TEST_KEYS,
        signing: TEST_KEYS,
      }),
    );
});
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

/** Of requests about rows of no tenant. */
const TENANT = '00000000-0000-0000-0000-000000000000';
const CALLERS = {
  anybody: { userId: '', role: 'public', attributes: {}, tenant: TENANT, scopes: [], anybody: true },
  shopper: { userId: shopperOf(2), role: 'shopper', attributes: {}, tenant: TENANT, scopes: ['orders:write'] },
  newcomer: { userId: shopperOf(21), role: 'shopper', attributes: {}, tenant: TENANT, scopes: [] },
  staff: { userId: shopperOf(0), role: 'staff', attributes: {}, tenant: TENANT, scopes: ['products:write'] },
} as const;
type Who = keyof typeof CALLERS;

async function explain(index: number, path: string, who: Who): Promise<Explanation> {
  const url = new URL(path, ORIGIN);
  const service = engines[index]?.services.find(({ resource }) => url.pathname.startsWith(resource.path));
  if (service === undefined) throw new Error(`nothing at ${path}`);
  return explainUrl(service, CALLERS[who], url);
}

const LISTS: readonly (readonly [path: string, who: Who])[] = [
  ['/api/products/', 'anybody'],
  ['/api/products/?category=home', 'anybody'],
  ['/api/products/?category=garden&tag=gift&in_stock=true', 'anybody'],
  ['/api/products/?price__gte=20&price__lte=80&min_rating=2.5', 'anybody'],
  ['/api/products/?order=price', 'anybody'],
  ['/api/products/?order=-average_rating', 'anybody'],
  ['/api/products/?order=-review_count', 'anybody'],
  ['/api/products/?search=kettel', 'anybody'],
  ['/api/products/?search=k', 'anybody'],
  ['/api/orders/', 'staff'],
  ['/api/orders/', 'shopper'],
  ['/api/orders/?created_at__gte=2026-01-01&created_at__lt=2026-03-01', 'shopper'],
  ['/api/orders/?status=paid', 'staff'],
  ['/api/orders/?status=paid', 'shopper'],
  ['/api/orders/?status=paid,shipped&created_at__gte=2026-01-01', 'shopper'],
];

describe.each(LISTS)('%s as %s', (path, who) => {
  test('is the same statement for 5, 1,500 and 15,000 rows, within its bound', async () => {
    const [small, middle, large] = await Promise.all(SIZES.map((_, index) => explain(index, path, who)));
    if (!small || !middle || !large) throw new Error('three sizes');
    expect(new Set([small, middle, large].map(({ statement }) => statement.text)).size).toBe(1);
    for (const { plan, bound } of [small, middle, large]) {
      expect(plan.bound).toMatchObject({ statements: 1, roundTrips: 1 });
      expect(bound).toBe('kept');
    }
    // A ranked search looks at 200 names, each a block and a row; of a million names it takes 670 to 1,310.
    const most = path.includes('search=') ? 1_400 : path.includes('?') ? 600 : 300;
    expect(large.explained.buffers).toBeLessThan(most);
  });
});

test.each([
  ['many', 'shopper'],
  ['none', 'newcomer'],
] as const)('whoever has %s of the orders finds them at the price of everybody’s, on any page', async (_, who) => {
  const own = await explain(2, '/api/orders/', who);
  const everybody = await explain(2, '/api/orders/', 'staff');
  expect(own.explained.finding).toBeLessThan(everybody.explained.finding + 10);
  const service = engines[2]?.services.find(({ resource }) => resource.name === 'orders');
  if (service === undefined || own.plan.kind !== 'list') throw new Error('no orders');
  const { order } = own.plan;
  const middle = ['2026-02-20T00:00:00.000000Z', shopperOf(2)];
  for (const reading of ['after', 'before'] as const) {
    const cursor = encodeCursor(service.resource, { reading, values: middle }, order);
    const later = await explain(2, `/api/orders/?cursor=${cursor}`, who);
    expect(later.explained.finding, reading).toBeLessThan(everybody.explained.finding + 10);
  }
});

test('no list reads specifications or a description', async () => {
  for (const path of ['/api/products/', '/api/products/?search=kettle', '/api/products/?order=price']) {
    const { statement } = await explain(2, path, 'anybody');
    expect(statement.text).not.toContain('specifications');
    expect(statement.text).not.toContain('description');
  }
});

test('page 100 costs what page 1 does, in every order', async () => {
  for (const order of ['-created_at', 'price', '-average_rating', '-review_count']) {
    const first = await explain(2, `/api/products/?order=${order}&page_size=25`, 'anybody');
    const far = await withOwner(databases[2]?.url() ?? '', async (owner) => {
      const column = {
        '-created_at': 'created_at',
        price: 'price_cents',
        '-average_rating': 'rating_order',
        '-review_count': 'rating_count',
      }[order];
      const down = order.startsWith('-') ? 'desc' : '';
      const { rows } = await owner.query(
        `select to_json(${column} ${column === 'created_at' ? "at time zone 'UTC'" : ''})#>>'{}' as value, id from shop.product
         order by ${column} ${down}, id ${down} offset 2475 limit 1`,
      );
      return rows[0];
    });
    const service = engines[2]?.services.find(({ resource }) => resource.name === 'products');
    if (service === undefined) throw new Error('no products');
    const { plan } = first;
    if (plan.kind !== 'list') throw new Error('a list');
    const value = order === '-created_at' ? `${String(far.value).replace(' ', 'T')}Z` : String(far.value);
    const cursor = encodeCursor(service.resource, { reading: 'after', values: [value, far.id] }, plan.order);
    const later = await explain(2, `/api/products/?order=${order}&page_size=25&cursor=${cursor}`, 'anybody');
    expect(later.explained.buffers / first.explained.buffers, order).toBeLessThan(1.3);
  }
});

/** What an action costs in each of the three shops: statements and pages. */
async function costsOf(
  action: Parameters<typeof measureAction>[2],
  who: 'shopper' | 'staff',
  body: (index: number) => Readonly<Record<string, unknown>>,
): Promise<readonly { readonly statements: number; readonly buffers: number }[]> {
  const { userId: id, role, scopes } = CALLERS[who];
  const costs: { readonly statements: number; readonly buffers: number }[] = [];
  for (const [index, database] of databases.entries()) {
    const caller = { id, kind: 'user', user: id, role, attributes: {}, scopes } as const;
    const given = { tenant: TENANT, caller, session: { tenant: TENANT, caller: id }, body: body(index) };
    const { statements, buffers } = await measureAction(database.url(), shop, action, given);
    costs.push({ statements, buffers });
  }
  return costs;
}

test('the dashboard costs the same for 5, 1,500 and 15,000 orders', async () => {
  const costs = await costsOf(dashboard, 'staff', () => ({}));
  expect(costs.map(({ statements }) => statements)).toEqual([1, 1, 1]);
  // Measured: 92, 124 and 133.
  for (const { buffers } of costs) expect(buffers).toBeLessThan(250);
});

test('an order of five products costs the same, however many there are', async () => {
  const ids = await Promise.all(
    databases.map((database) =>
      withOwner(database.url(), async (owner) =>
        (await owner.query('select id from shop.product where stock > 2 order by id limit 5')).rows.map(({ id }) => id),
      ),
    ),
  );
  const costs = await costsOf(placeOrder, 'shopper', (index) => ({
    items: (ids[index] ?? []).map((product_id) => ({ product_id, quantity: 1 })),
  }));
  expect(costs.map(({ statements }) => statements)).toEqual([3, 3, 3]);
  // Measured, of fewer products: 178; 404 and 402.
  for (const { buffers } of costs) expect(buffers).toBeLessThan(700);
});
