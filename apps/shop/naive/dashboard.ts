import { type Database, jsonArray, jsonObject, jsonOf, jsonTimeOf } from 'altiplano/twin';
import { STATUSES } from './orders.ts';

const DAYS = 30;
const REVENUE = ['paid', 'shipped'];

/** A statement a figure, a statement a day, and of the best products one for each product there is. */
export async function writeDashboard(database: Database, instant: string | undefined): Promise<string> {
  const order = database.table('shop_order');
  const items = `${database.table('order_item')} i JOIN ${order} o ON o.id = i.order_id`;
  const isRevenue = `o.status IN ('${REVENUE.join("', '")}')`;
  const count = (text: string, ...values: unknown[]) =>
    database.value(`SELECT count(*)::text AS value FROM ${text}`, values);
  const revenue = (where: string, ...values: unknown[]) =>
    database.value(
      `SELECT round(coalesce(sum(i.quantity * i.unit_price), 0), 2)::text AS value FROM ${items} WHERE ${isRevenue} AND ${where}`,
      values,
    );

  const byStatus: [string, string][] = [];
  for (const status of STATUSES) byStatus.push([status, await count(`${order} WHERE status = $1`, status)]);

  const dayOf = (column: string) => `(${column} AT TIME ZONE 'UTC')::date`;
  const days = await database.rows<{ day: string }>(
    `SELECT (today - back)::text AS day
     FROM (SELECT ${dayOf('coalesce($1::timestamptz, now())')} AS today) t, generate_series(${DAYS - 1}, 0, -1) back`,
    [instant ?? null],
  );
  const byDay: string[] = [];
  for (const { day } of days) {
    const orders = await count(`${order} WHERE ${dayOf('created_at')} = $1::date`, day);
    const sum = await revenue(`${dayOf('o.created_at')} = $1::date`, day);
    const members: [string, string][] = [
      ['day', JSON.stringify(day)],
      ['orders', orders],
      ['revenue', sum],
    ];
    byDay.push(jsonObject(members));
  }
  const [first, last] = [days[0]?.day, days.at(-1)?.day];
  const within = (column: string) => `${dayOf(column)} BETWEEN $1::date AND $2::date`;

  const total = await revenue('TRUE');
  const average = await database.value(
    `SELECT coalesce(round($1::numeric / nullif(count(*), 0), 2)::text, 'null') AS value FROM ${order} o WHERE ${isRevenue}`,
    [total],
  );
  const histogram: [string, string][] = [];
  for (const rating of ['1', '2', '3', '4', '5'])
    histogram.push([rating, await count(`${database.table('review')} WHERE rating = $1::int`, rating)]);
  const customers = `${database.table('shopper')} WHERE role = 'shopper'`;

  return jsonObject([
    [
      'orders',
      jsonObject([
        ['total', await count(order)],
        ['by_status', jsonObject(byStatus)],
      ]),
    ],
    [
      'revenue',
      jsonObject([
        ['total', total],
        ['last_30_days', await revenue(within('o.created_at'), first, last)],
        ['by_day', jsonArray(byDay)],
      ]),
    ],
    ['average_order_value', average],
    ['top_products', jsonArray(await topProducts(database, first, last))],
    ['low_stock', jsonArray(await lowStock(database))],
    ['rating_histogram', jsonObject(histogram)],
    ['latest_orders', jsonArray(await latestOrders(database))],
    [
      'customers',
      jsonObject([
        ['total', await count(customers)],
        ['new_last_30_days', await count(`${customers} AND ${within('created_at')}`, first, last)],
      ]),
    ],
  ]);
}

async function topProducts(database: Database, first?: string, last?: string): Promise<readonly string[]> {
  const sold = await database.rows<{ id: string; revenue: string }>(
    `SELECT i.product_id::text AS id, sum(i.quantity * i.unit_price)::text AS revenue
     FROM ${database.table('order_item')} i JOIN ${database.table('shop_order')} o ON o.id = i.order_id
     WHERE o.status IN ('${REVENUE.join("', '")}') AND (o.created_at AT TIME ZONE 'UTC')::date BETWEEN $1::date AND $2::date
     GROUP BY i.product_id HAVING sum(i.quantity * i.unit_price) > 0 ORDER BY sum(i.quantity * i.unit_price) DESC, i.product_id LIMIT 10`,
    [first, last],
  );
  const written: string[] = [];
  for (const { id, revenue } of sold) {
    const name = await database.value(
      `SELECT ${jsonOf('name')} AS value FROM ${database.table('product')} WHERE id = $1::uuid`,
      [id],
    );
    written.push(
      jsonObject([
        ['id', JSON.stringify(id)],
        ['name', name],
        ['revenue', revenue],
      ]),
    );
  }
  return written;
}

async function lowStock(database: Database): Promise<readonly string[]> {
  const rows = await database.rows<{ id: string; name: string; stock: string }>(
    `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name, stock::text AS stock FROM ${database.table('product')}
     WHERE is_active AND product.stock < 10 ORDER BY product.stock, product.id LIMIT 20`,
    [],
  );
  return rows.map((row) => jsonObject(Object.entries(row)));
}

async function latestOrders(database: Database): Promise<readonly string[]> {
  const rows = await database.rows<Readonly<Record<string, string>>>(
    `SELECT ${jsonOf('id')} AS id, shopper_id::text, ${jsonOf('status')} AS status, ${jsonTimeOf('created_at')} AS created_at,
       (SELECT round(coalesce(sum(i.quantity * i.unit_price), 0), 2)::text FROM ${database.table('order_item')} i
        WHERE i.order_id = shop_order.id) AS total
     FROM ${database.table('shop_order')} ORDER BY shop_order.created_at DESC, shop_order.id DESC LIMIT 10`,
    [],
  );
  const written: string[] = [];
  for (const { id = '', shopper_id, status = '', created_at = '', total = '' } of rows) {
    const name = await database.value(
      `SELECT ${jsonOf('name')} AS value FROM ${database.table('shopper')} WHERE id = $1::uuid`,
      [shopper_id],
    );
    const members: [string, string][] = [
      ['id', id],
      [
        'shopper',
        jsonObject([
          ['id', JSON.stringify(shopper_id)],
          ['name', name],
        ]),
      ],
      ['status', status],
      ['total', total],
      ['created_at', created_at],
    ];
    written.push(jsonObject(members));
  }
  return written;
}
