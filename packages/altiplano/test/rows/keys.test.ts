import { expect, test } from 'vitest';
import { CHIEF, FIRM } from './depot-sql.ts';
import { useDepot } from './use-depot.ts';
import { listed, walkAll } from './walk.ts';

const depot = useDepot();
const ORDER = 't.made_on desc, t.id desc';
const someTicket = async () =>
  String(
    (await depot.owner().query('select id from ticket where firm_id = $1 order by id limit 1', [FIRM])).rows[0].id,
  );

test('lists go by days and numbers, in both directions and past either end', async () => {
  expect(await walkAll(depot, CHIEF, 'visits')).toEqual(await listed(depot, 'visit', [], ORDER));
  expect(await walkAll(depot, CHIEF, 'visits', 'made_on__gte=2026-01-09&made_on__lt=2026-01-10')).toEqual(
    await listed(depot, 'visit', ["made_on >= '2026-01-09' and made_on < '2026-01-10'"], ORDER),
  );
  expect(await walkAll(depot, CHIEF, 'visits', 'guide_id=1')).toEqual(
    await listed(depot, 'visit', ['guide_id = 1'], ORDER),
  );
  expect(await walkAll(depot, CHIEF, 'visits', 'order=minutes')).toEqual(
    await listed(depot, 'visit', [], 't.minutes, t.id'),
  );
});

test('a new row gets its number from the database, and the answer says which', async () => {
  const ticket_id = await someTicket();
  const { status, headers, body, text } = await depot.send(CHIEF, 'visits', 'POST ', {
    text: JSON.stringify({ firm_id: FIRM, ticket_id, guide_id: 2, made_on: '2026-03-01', guide_ids: [2, 1] }),
  });
  const { rows } = await depot.owner().query('select max(id)::int as id from visit');
  expect(status).toBe(201);
  expect(text).toBe(
    `{"id":${rows[0].id},"ticket_id":"${ticket_id}","made_on":"2026-03-01","minutes":0,"guide":{"id":2,"name":"Ben"},"guides":["Ada","Ben"]}`,
  );
  expect(headers.location).toBe(`http://localhost/visits/${rows[0].id}/?firm_id=${FIRM}`);
  const detail = await depot.get(CHIEF, 'visits', `${body.id}/`);
  expect(detail).toMatchObject({ status: 200, text, headers: { etag: headers.etag } });
});

test('of many new rows each has its own links and its place', async () => {
  const ticket_id = await someTicket();
  const items = Array.from({ length: 10 }, (_, n) => ({
    ...{ ticket_id, made_on: '2026-03-02', minutes: 100 - n },
    guide_ids: [[], [1], [2], [1, 2]][n % 4],
  }));
  const { status, body } = await depot.send(CHIEF, 'visits', 'POST bulk/', { body: { firm_id: FIRM, items } });
  expect(status).toBe(201);
  expect(body.results.map(({ minutes }: { minutes: number }) => minutes)).toEqual(items.map(({ minutes }) => minutes));
  expect(body.results.map(({ guides }: { guides: string[] }) => guides.join())).toEqual(
    items.map(({ guide_ids = [] }) => guide_ids.map((id) => ['', 'Ada', 'Ben'][id]).join()),
  );
  const ids = body.results.map(({ id }: { id: number }) => id);
  const changed = await depot.send(CHIEF, 'visits', 'PATCH bulk/', {
    body: { firm_id: FIRM, items: [ids[3], ids[1]].map((id, n) => ({ id, minutes: n })) },
  });
  expect(changed.body.results.map(({ id, minutes }: Record<string, number>) => [id, minutes])).toEqual([
    [ids[3], 0],
    [ids[1], 1],
  ]);
  expect((await depot.send(CHIEF, 'visits', 'DELETE bulk/', { body: { firm_id: FIRM, ids } })).status).toBe(204);
  expect(await walkAll(depot, CHIEF, 'visits')).toEqual(await listed(depot, 'visit', [], ORDER));
});

test('a repeated key gets the first answer and its place', async () => {
  const body = { firm_id: FIRM, ticket_id: await someTicket(), made_on: '2026-03-03' };
  const first = await depot.send(CHIEF, 'visits', 'POST ', { body, key: 'once' });
  const again = await depot.send(CHIEF, 'visits', 'POST ', { body, key: 'once' });
  expect(again).toMatchObject({ status: 201, text: first.text });
  expect(again.headers).toEqual({ ...first.headers, 'idempotency-replayed': 'true' });
  expect((await depot.send(CHIEF, 'visits', 'POST ', { body: { ...body, minutes: 1 }, key: 'once' })).status).toBe(422);
});

test('ids are numbers to the last digit', async () => {
  const big = '9007199254740993';
  await depot
    .owner()
    .query(
      `insert into visit (id, firm_id, ticket_id, made_on) overriding system value select $1, firm_id, id, '2020-01-01' from ticket where id = $2`,
      [big, await someTicket()],
    );
  expect((await depot.get(CHIEF, 'visits', `${big}/`)).text).toContain(`"id":${big},`);
  expect((await depot.get(CHIEF, 'visits', '9007199254740992/')).status).toBe(404);
  const body = `{"firm_id": "${FIRM}", "items": [{"id": ${big}, "minutes": 9007199254740991}]}`;
  const changed = await depot.send(CHIEF, 'visits', 'PATCH bulk/', { text: body });
  expect(changed.text).toContain(`"id":${big},`);
  expect(changed.text).toContain('"minutes":9007199254740991');
  expect((await depot.send(CHIEF, 'visits', `DELETE ${big}/`)).status).toBe(204);
});

test.each([
  ['a text', '"7"'],
  ['a fraction', '7.5'],
  ['a fraction by its exponent', '7e-1'],
  ['more than eight bytes', '9223372036854775808'],
  ['nothing', 'null'],
])('an id that is %s is refused by name', async (_, raw) => {
  const text = `{"firm_id": "${FIRM}", "items": [{"id": ${raw}, "minutes": 1}]}`;
  const { status, errors } = await depot.send(CHIEF, 'visits', 'PATCH bulk/', { text });
  expect({ status, errors }).toEqual({ status: 400, errors: { 'items.0.id': ['Must be a whole number.'] } });
});

test('an id is the same number however JSON writes it', async () => {
  await depot
    .owner()
    .query(
      `insert into visit (id, firm_id, ticket_id, made_on) overriding system value select 4711, firm_id, id, '2020-01-01' from ticket where id = $1`,
      [await someTicket()],
    );
  for (const raw of ['4711.0', '4.711e3', '47110e-1']) {
    const text = `{"firm_id": "${FIRM}", "items": [{"id": ${raw}, "minutes": 1}]}`;
    const { status, text: reply } = await depot.send(CHIEF, 'visits', 'PATCH bulk/', { text });
    expect([status, reply]).toEqual([200, expect.stringContaining('"id":4711,')]);
  }
});

test.each(['0', '-1', '1.5', 'x', '9223372036854775808', '00000000-0000-4000-8000-00000000dead', '%00'])(
  'no row has the id %s',
  async (id) => {
    expect((await depot.get(CHIEF, 'visits', `${id}/`)).status).toBe(404);
    expect((await depot.send(CHIEF, 'visits', `DELETE ${id}/`)).status).toBe(404);
  },
);

test('references and days are checked, whoever they are of', async () => {
  const ticket_id = await someTicket();
  const refused = async (members: Record<string, unknown>) =>
    (
      await depot.send(CHIEF, 'visits', 'POST ', {
        body: { firm_id: FIRM, ticket_id, made_on: '2026-03-01', ...members },
      })
    ).errors;
  expect(await refused({ guide_id: 3 })).toEqual({ guide_id: ['Not found.'] }); // theirs
  expect(await refused({ guide_id: 99 })).toEqual({ guide_id: ['Not found.'] });
  expect(await refused({ guide_id: 'x' })).toEqual({ guide_id: ['Must be a whole number.'] });
  expect(await refused({ guide_ids: [1, 3] })).toEqual({ guide_ids: ['Not found.'] });
  expect(await refused({ minutes: 9_007_199_254_740_992 })).toEqual({
    minutes: ['Must be a whole number from 0 to 9007199254740991.'],
  });
  expect(await refused({ made_on: '2026-02-30' })).toEqual({ made_on: ['Must be a day such as 2026-01-31.'] });
  expect(await refused({ made_on: '0000-01-01' })).toEqual({ made_on: ['Must be a day such as 2026-01-31.'] });
  expect((await depot.get(CHIEF, 'visits', '?made_on__gte=2026-1-1')).errors).toEqual({
    made_on__gte: ['Must be a day such as 2026-01-31.'],
  });
});

test('links are made and undone by numbers', async () => {
  const { body } = await depot.send(CHIEF, 'visits', 'POST ', {
    body: { firm_id: FIRM, ticket_id: await someTicket(), made_on: '2026-03-04' },
  });
  const guides = async () => (await depot.get(CHIEF, 'visits', `${body.id}/`)).body.guides;
  expect((await depot.send(CHIEF, 'visits', `POST ${body.id}/guides/2/`)).status).toBe(204);
  expect(await guides()).toEqual(['Ben']);
  expect((await depot.send(CHIEF, 'visits', `POST ${body.id}/guides/3/`)).status).toBe(404);
  expect((await depot.send(CHIEF, 'visits', `POST ${body.id}/guides/x/`)).status).toBe(404);
  expect((await depot.send(CHIEF, 'visits', `DELETE ${body.id}/guides/2/`)).status).toBe(204);
  expect(await guides()).toEqual([]);
});
