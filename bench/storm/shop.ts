import { randomUUID } from 'node:crypto';
import { issueToken, verifySummary } from 'altiplano/testing';
import { shop } from '../../apps/shop/app.ts';
import { recount } from '../../apps/shop/naive/recount.ts';
import { SECRET } from './fleet.ts';
import { below, chance, type Heard, persist, pick } from './persist.ts';
import type { Ground, Storm } from './storm.ts';

/** Few, so that everybody wants the same rows; the first ones are scarce. */
const STOCKS = [40, 40, 40, 300, 300, 1_000, 1_000, 5_000];
const idOf = (kind: string, number: number) => `00000000-0000-4000-8000-${kind}${String(number).padStart(8, '0')}`;
const products = STOCKS.map((_, place) => idOf('cccc', place));
const STAFF = 0;

/** What the clients know: an order for each key that was answered by one, and what was put on the shelves. */
const orders = new Map<string, string>();
const restocked = new Map<string, number>();

export const shopStorm: Storm = {
  name: 'shop',
  summary: 'buyers of eight products at once, orders sent twice and again by their key, paid, cancelled and restocked',
  app: shop,
  servers: 3,
  workers: 1,
  async prepare({ owner, clients }) {
    orders.clear();
    restocked.clear();
    await owner.query(`
      insert into shop.category (id, name, slug) values ('${idOf('aaaa', 1)}', 'All', 'all');
      insert into shop.shopper (id, email, name, role, created_at)
      select ('00000000-0000-4000-8000-bbbb' || lpad(n::text, 8, '0'))::uuid, n || '@example.org', 'Buyer ' || n,
        case n when ${STAFF} then 'staff' else 'shopper' end, now()
      from generate_series(0, ${clients}) n`);
    await owner.query(
      `insert into shop.product (id, category_id, name, slug, price, stock, specifications)
       select p.id, $1, 'Product ' || p.place, 'product-' || p.place, p.place * 3.33, p.stock, '{}'
       from unnest($2::uuid[], $3::integer[]) with ordinality p (id, stock, place)`,
      [idOf('aaaa', 1), products, STOCKS],
    );
  },
  async rage(ground) {
    const tokens: string[] = [];
    for (let buyer = 0; buyer <= ground.clients; buyer++)
      tokens.push(await issueToken(ground.url, shop.name, idOf('bbbb', buyer), [], SECRET));
    const buyers = tokens.map((token, buyer) => (buyer === STAFF ? restock(ground, token) : buy(ground, token)));
    await Promise.all(buyers);
  },
  async recount({ owner, url }, settled) {
    const wrong = [...(await recount(owner, shop.schema))];
    for (const summary of shop.summaries ?? []) {
      const { differences } = await verifySummary(url, shop.schema, summary);
      wrong.push(
        ...differences.map(({ group, figure }) => `${summary.name} ${group} ${figure} is not what a recount says`),
      );
    }
    return settled ? [...wrong, ...(await compareWithAnswers(owner))] : wrong;
  },
};

async function buy(ground: Ground, token: string): Promise<void> {
  while (!ground.isOver()) {
    const key = randomUUID();
    const items = [...new Set(Array.from({ length: 1 + below(4) }, () => below(products.length)))].map((place) => ({
      product_id: products[place],
      quantity: 1 + below(3),
    }));
    const headers = { 'idempotency-key': key };
    const place = () => persist(ground, { token, method: 'POST', path: '/api/orders/', body: { items }, headers });
    // As who pressed the button twice; and as who comes back to it later.
    const answers = await Promise.all(chance(0.25) ? [place(), place()] : [place()]);
    if (chance(0.2)) answers.push(await place());
    if (answers.length > 1) ground.count('orders sent more than once', 1);
    for (const answer of answers) note(ground, key, answer);
    const order = orders.get(key);
    if (order !== undefined && chance(0.6)) await move(ground, token, order);
  }
}

function note({ count, wrong }: Ground, key: string, { status, json }: Heard): void {
  const known = orders.get(key);
  if (status === 409) count('orders refused: too little stock');
  else if (status !== 201) wrong(`an order was answered by ${status} ${JSON.stringify(json)}`);
  else if (known === undefined) count('orders placed');
  else if (known !== json.id) wrong(`the key ${key} made ${known} and ${json.id}`);
  if (status === 201) orders.set(key, json.id);
}

/** Paid or cancelled, now and then by two at once: one of them comes too late. */
async function move(ground: Ground, token: string, order: string): Promise<void> {
  const to = (status: string) =>
    persist(ground, { token, method: 'PATCH', path: `/api/orders/${order}/`, body: { status } });
  const answers = await Promise.all(
    chance(0.3) ? [to('cancelled'), to('cancelled')] : [to(chance(0.5) ? 'paid' : 'cancelled')],
  );
  for (const { status, json } of answers) {
    if (status === 200) ground.count(`orders ${json.status}`);
    // It may have been done by the attempt whose answer was lost, too.
    else if (status === 409) ground.count('moves that came too late');
    else ground.wrong(`a move was answered by ${status}`);
  }
}

async function restock(ground: Ground, token: string): Promise<void> {
  while (!ground.isOver()) {
    const product = pick(products) ?? '';
    const by = 1 + below(20);
    const headers = { 'idempotency-key': randomUUID() };
    const path = `/api/products/${product}/stock/`;
    const put = () => persist(ground, { token, method: 'POST', path, body: { by }, headers });
    const answers = await Promise.all(chance(0.3) ? [put(), put()] : [put()]);
    for (const { status } of answers) if (status !== 200) ground.wrong(`restocking was answered by ${status}`);
    restocked.set(product, (restocked.get(product) ?? 0) + by);
    ground.count('pieces put on the shelves', by);
  }
}

/** What clients were told against what is there. */
async function compareWithAnswers(owner: Ground['owner']): Promise<readonly string[]> {
  const { rows: found } = await owner.query<{ id: string }>('select id from shop.shop_order');
  const there = new Set(found.map(({ id }) => id));
  const told = new Set(orders.values());
  const { rows: shelves } = await owner.query<{ id: string; stock: number; sold: number }>(
    `select p.id, p.stock, coalesce(sum(i.quantity) filter (where o.status <> 'cancelled'), 0)::int as sold
     from shop.product p left join shop.order_item i on i.product_id = p.id left join shop.shop_order o on o.id = i.order_id
     group by p.id`,
  );
  return [
    ...[...told].filter((id) => !there.has(id)).map((id) => `order ${id} was confirmed and is not there`),
    ...[...there].filter((id) => !told.has(id)).map((id) => `order ${id} is there and was confirmed to nobody`),
    ...(told.size === orders.size ? [] : [`${orders.size} keys made ${told.size} orders`]),
    ...shelves.flatMap(({ id, stock, sold }) => {
      const had = (STOCKS[products.indexOf(id)] ?? 0) + (restocked.get(id) ?? 0);
      return stock + sold === had && stock >= 0 ? [] : [`product ${id}: ${stock} left and ${sold} sold of ${had}`];
    }),
  ];
}
