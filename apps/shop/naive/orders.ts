import {
  compared,
  type Database,
  isUuid,
  jsonArray,
  jsonObject,
  jsonOf,
  jsonTimeOf,
  oneOf,
  type Parameters,
  Refusal,
  readInstant,
  whereAll,
} from 'altiplano/twin';
import type { Caller } from './admission.ts';
import { type Asking, type ListQuery, listFilter, orderBy, readDetailQuery, readListQuery } from './query.ts';

export const STATUSES = ['pending', 'paid', 'shipped', 'cancelled'];
const orders = { created_at: 'created_at' };
const time = (operator: string) => (value: string) =>
  compared('created_at', operator, readInstant(value), 'timestamptz');

const asking: Asking = {
  searched: false,
  orders,
  filters: {
    status: listFilter((values) => oneOf('status', values)),
    created_at__gte: time('>='),
    created_at__lt: time('<'),
  },
};

interface Order {
  readonly id: string;
  readonly status_json: string;
  readonly created_json: string;
}

export async function findOrders(
  database: Database,
  caller: Caller,
  parameters: Parameters,
): Promise<readonly string[]> {
  return (await selectOrders(database, caller, readListQuery(asking, parameters))).map(({ id }) => id);
}

export async function writeOrders(
  database: Database,
  caller: Caller,
  parameters: Parameters,
  offset: number,
): Promise<string> {
  const query = readListQuery(asking, parameters);
  const rows = await selectOrders(database, caller, query);
  const items: string[] = [];
  for (const row of rows.slice(offset, offset + query.pageSize)) items.push(await writeOne(database, row, 3));
  return jsonObject([
    ['results', jsonArray(items)],
    ['next', 'null'],
    ['previous', 'null'],
    ['count', query.isCounted ? String(rows.length) : 'null'],
  ]);
}

/** Somebody else's is the same 404 as one that is not there. */
export async function writeOrder(
  database: Database,
  caller: Caller,
  parameters: Parameters,
  id: string,
): Promise<string> {
  readDetailQuery(parameters);
  if (!isUuid(id)) throw new Refusal(404);
  const one = { conditions: [compared('id', '=', id, 'uuid')], order: undefined };
  const [row] = await selectOrders(database, caller, one);
  if (!row) throw new Refusal(404);
  return writeOne(database, row, null);
}

async function selectOrders(
  database: Database,
  caller: Caller,
  { conditions, order }: Pick<ListQuery, 'conditions' | 'order'>,
): Promise<readonly Order[]> {
  const own = caller.role === 'staff' ? [] : [compared('shopper_id', '=', caller.id, 'uuid')];
  const where = whereAll([...own, ...conditions]);
  return database.rows<Order>(
    `SELECT id::text, ${jsonOf('status')} AS status_json, ${jsonTimeOf('created_at')} AS created_json
     FROM ${database.table('shop_order')} WHERE ${where.text} ORDER BY ${order ?? orderBy(orders, '-created_at')}`,
    where.values,
  );
}

/** Totals are added up from the items; all items are read even where three are shown. */
async function writeOne(database: Database, order: Order, most: number | null): Promise<string> {
  const items = await database.rows<Readonly<Record<string, string>>>(
    `SELECT product_id::text, ${jsonOf('quantity')} AS quantity, ${jsonOf('unit_price')} AS unit_price,
       (quantity * unit_price)::text AS line_total
     FROM ${database.table('order_item')} WHERE order_id = $1::uuid ORDER BY place`,
    [order.id],
  );
  const totals = await database.row<{ count: string; total: string }>(
    `SELECT coalesce(sum(quantity), 0)::text AS count, round(coalesce(sum(quantity * unit_price), 0), 2)::text AS total
     FROM ${database.table('order_item')} WHERE order_id = $1::uuid`,
    [order.id],
  );
  const written: string[] = [];
  for (const { product_id, quantity = '', unit_price = '', line_total = '' } of items.slice(0, most ?? items.length)) {
    const product = await database.row<{ id: string; name: string }>(
      `SELECT ${jsonOf('id')} AS id, ${jsonOf('name')} AS name FROM ${database.table('product')} WHERE id = $1::uuid`,
      [product_id],
    );
    const members: [string, string][] = [
      ['product', jsonObject(Object.entries(product ?? {}))],
      ['quantity', quantity],
      ['unit_price', unit_price],
    ];
    written.push(jsonObject(most === null ? [...members, ['line_total', line_total]] : members));
  }
  return jsonObject([
    ['id', JSON.stringify(order.id)],
    ['status', order.status_json],
    ['item_count', totals?.count ?? ''],
    ['total', totals?.total ?? ''],
    ['created_at', order.created_json],
    ['items', jsonArray(written)],
  ]);
}
