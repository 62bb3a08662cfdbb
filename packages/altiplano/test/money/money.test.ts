import { expect, test } from 'vitest';
import { rollupsOf } from '../../src/resource/rollup.ts';
import { verifyRollup } from '../../src/rollup/verify.ts';
import { useTill } from './use-till.ts';

const till = useTill();
const ACCOUNT = '00000000-0000-4000-8000-0000000ac001';

const get = (path: string) => till.send({ as: 'clerk', path });

/** Ids of all pages, forward. */
async function walk(path: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (
    let next: string | null = path.includes('page_size')
      ? path
      : `${path}${path.includes('?') ? '&' : '?'}page_size=97`;
    next !== null;
  ) {
    const { status, json, text } = await get(next);
    expect(status, text).toBe(200);
    ids.push(...json.results.map(({ id }: { id: string }) => id));
    next = json.next === null ? null : json.next.replace(till.origin(), '');
  }
  return ids;
}

async function idsOf(condition: string, order = 'created_at desc, id desc'): Promise<readonly string[]> {
  const { rows } = await till.owner().query(`select id from till.sale where ${condition} order by ${order}`);
  return rows.map(({ id }) => id);
}

test.each([
  ['amount__gte=9007199254740992.95', 'amount >= 9007199254740992.95'],
  ['amount__gt=9007199254740992.95', 'amount > 9007199254740992.95'],
  ['amount__lte=9007199254740992.94&amount__gt=0.5', 'amount <= 9007199254740992.94 and amount > 0.5'],
  ['amount__lt=-9999999999999999.99', 'false'],
  ['amount__lte=-9999999999999999.99', 'amount = -9999999999999999.99'],
  ['amount__gte=9999999999999999.99&status=posted', "amount >= 9999999999999999.99 and status = 'posted'"],
  ['amount__gte=-0.00', 'amount >= 0'],
  ['min_price=10.02&price_below=10.05', 'price >= 10.02 and price < 10.05'],
  ['min_price=0', 'true'],
])('%s, to the last digit', async (search, condition) => {
  expect(await walk(`/sales/?${search}`)).toEqual(await idsOf(condition));
  const { json } = await get(`/sales/?${search}&count=exact&page_size=1`);
  expect(json.count).toBe((await idsOf(condition)).length);
});

test('changes that are not folded yet are compared as exactly', async () => {
  await till.owner().query(`update till.sale set amount = 9007199254740992.96, price = 77.77 where price < 1`);
  const condition = 'amount > 9007199254740992.95 and price >= 77.77';
  expect(await walk('/sales/?amount__gt=9007199254740992.95&min_price=77.77')).toEqual(await idsOf(condition));
});

test.each(['amount__gte=1.005', 'amount__gte=1e3', 'amount__gte=NaN', 'amount__lt=Infinity', 'amount__lt=-Infinity'])(
  '%s is refused, and names the parameter',
  async (search) => {
    const { status, json } = await get(`/sales/?${search}`);
    expect(status).toBe(400);
    expect(Object.keys(json.errors)).toEqual([search.split('=')[0]]);
  },
);

test('what the column cannot hold is refused, and says what it can', async () => {
  const { json } = await get('/sales/?amount__gte=10000000000000000&min_price=0.001');
  expect(json.errors).toEqual({
    amount__gte: ['Must have at most 16 digits before the point and 2 after it.'],
    min_price: ['Must have at most 10 digits before the point and 2 after it.'],
  });
});

test('rows in order of money, by its cents, through cursors in both directions', async () => {
  expect(await walk('/sales/?order=amount')).toEqual(await idsOf('true', 'amount, id'));
  expect(await walk('/sales/?order=-amount&status=posted')).toEqual(
    await idsOf("status = 'posted'", 'amount desc, id desc'),
  );
});

test.each([
  ['1.005', 'amount', 'Must have at most 16 digits before the point and 2 after it.'],
  ['1e16', 'amount', 'Must have at most 16 digits before the point and 2 after it.'],
  ['1e400', 'amount', 'Must have at most 16 digits before the point and 2 after it.'],
  ['"1.00"', 'amount', 'Must be a number such as 60 or 1.25.'],
  ['-0.01', 'price', 'Must be a number of at least 0.'],
  ['0.001', 'price', 'Must have at most 10 digits before the point and 2 after it.'],
])('a body with %s as its %s is refused', async (value, member, problem) => {
  const other = member === 'amount' ? '"price":1' : '"amount":1';
  const body = `{"account_id":"${ACCOUNT}",${other},"${member}":${value}}`;
  const { status, json } = await till.send({ as: 'clerk', method: 'POST', path: '/sales/', body });
  expect(status).toBe(400);
  expect(json.errors).toEqual({ [member]: [problem] });
});

test('a body is stored and shown digit for digit', async () => {
  const body = `{"account_id":"${ACCOUNT}","amount":9007199254740993.01,"price":1250.5}`;
  const { status, text } = await till.send({ as: 'clerk', method: 'POST', path: '/sales/', body });
  expect(status, text).toBe(201);
  expect(text).toContain('"amount":9007199254740993.01,"price":1250.50}');
});

test('balances and totals are exact sums with two decimals, of which rows can be in order', async () => {
  await till.owner().query("update till.sale set status = 'posted' where status = 'pending' and quantity = 2");
  const { rows } = await till.owner().query<{ line: string }>(`
    select row_to_json(f)::text as line from (
      select a.id, a.name, round(coalesce(sum(s.amount) filter (where s.status = 'posted'), 0), 2) as balance,
        round(coalesce(sum(s.quantity * s.price), 0), 2) as total, coalesce(sum(s.quantity), 0) as items,
        round(avg(s.price) filter (where s.status = 'posted'), 2) as mean
      from till.account a left join till.sale s on s.account_id = a.id
      group by a.id order by total desc, a.id desc
    ) f`);
  const { text } = await get('/accounts/?order=-total');
  expect(text).toContain(`[${rows.map(({ line }) => line).join(',')}]`);
  expect(text).toContain('"balance":0.00,"total":0.00,"items":0,"mean":null');
});

test('means are rounded once, and rows in order of them have those without one last in descending order', async () => {
  const shown = async (order: string) => {
    const ids = await walk(`/accounts/?order=${order}&page_size=2`);
    const { text } = await get(`/accounts/?order=${order}`);
    expect(ids).toEqual(JSON.parse(text).results.map(({ id }: { id: string }) => id));
    return ids;
  };
  const said = async (order: string): Promise<readonly string[]> => {
    const { rows } = await till.owner().query(`
      select a.id from till.account a left join till.sale s on s.account_id = a.id and s.status = 'posted'
      group by a.id order by coalesce(round(avg(s.price), 2), -1) ${order}, a.id ${order}`);
    return rows.map(({ id }) => id);
  };
  const fold =
    'select till.account_sales_fold(array_agg(tenant), array_agg(parent)) from till.account_sales_pending(100)';
  for (const change of [
    'select 1',
    "update till.sale set price = 33.335 where status = 'posted' and quantity = 3",
    fold,
    `delete from till.sale where account_id = '${ACCOUNT}'`,
    fold,
  ]) {
    await till.owner().query(`set search_path to till; ${change}`);
    for (const [order, direction] of [
      ['-mean', 'desc'],
      ['mean', 'asc'],
    ] as const)
      expect(await shown(order), `${change}, ${order}`).toEqual(await said(direction));
  }
  expect((await shown('-mean')).at(-1)).toBe(ACCOUNT);
  for (const rollup of till.engine().services.flatMap(({ resource }) => rollupsOf(resource)))
    expect((await verifyRollup(till.url(), 'till', rollup)).differences).toEqual([]);
});
