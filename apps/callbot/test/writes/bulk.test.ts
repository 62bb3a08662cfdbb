import { useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { useWriter } from './writer.ts';

const writer = useWriter(useDatabase(emptyCallbot));
let place: Place;
beforeAll(async () => {
  place = await makePlace(writer.owner());
});

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly tags: readonly string[];
}

const item = (index: number, members: object = {}) => ({
  workspace_id: place.workspace,
  name: `n${index}`,
  phone: String(index),
  ...members,
});
const some = (count: number) => Array.from({ length: count }, (_, index) => item(index));
const asked = () => ({ query: `workspace_id=${place.workspace}` });

async function create(count: number): Promise<readonly Shown[]> {
  const { status, body } = await writer.send(place.admin, 'POST bulk/', { body: { items: some(count) } });
  expect(status, body).toBe(201);
  return (JSON.parse(body) as { results: Shown[] }).results;
}

const customers = async () => Number((await writer.owner().query('select count(*) from customer')).rows[0].count);

describe('a bulk request', () => {
  test('creates a hundred in the order they were sent, each as a reader sees it', async () => {
    const made = await writer.send(place.admin, 'POST bulk/', { body: { items: some(100) } });
    const { results } = JSON.parse(made.body) as { results: Shown[] };
    expect(results.map(({ name }) => name)).toEqual(some(100).map(({ name }) => name));
    expect(made.headers).not.toHaveProperty('location');
    const read = await writer.read(place.admin, place.workspace, results[37]?.id ?? '');
    expect(made.body).toContain(read.body);
  });

  test('changes each row by what its own item names', async () => {
    const [a, b, c] = await create(3);
    const items = [
      { id: c?.id, name: 'C', label_ids: [place.labels[0]] },
      { id: a?.id, email: 'a@example.org' },
      { id: b?.id },
    ];
    const { status, body } = await writer.send(place.admin, 'PATCH bulk/', { ...asked(), body: { items } });
    expect(status, body).toBe(200);
    const { results } = JSON.parse(body) as { results: Shown[] };
    expect(results.map(({ id }) => id)).toEqual([c?.id, a?.id, b?.id]);
    expect(results).toMatchObject([
      { name: 'C', email: null, tags: ['a'] },
      { name: 'n0', email: 'a@example.org', tags: [] },
      b ?? {},
    ]);
  });

  test('deletes all it names', async () => {
    const ids = (await create(50)).map(({ id }) => id);
    expect((await writer.send(place.admin, 'DELETE bulk/', { ...asked(), body: { ids } })).status).toBe(204);
    const { rows } = await writer
      .owner()
      .query('select count(*) from customer where id = any($1) and is_deleted and deleted_at = updated_at', [ids]);
    expect(rows[0].count).toBe('50');
  });

  test('writes all or nothing, and says of each item what is wrong', async () => {
    const before = await customers();
    const items = [item(0), item(1, { name: null, statsu: 1 }), 7, item(3, { employee_id: 'x' })];
    const wrong = await writer.send(place.admin, 'POST bulk/', { ...asked(), body: { items } });
    expect(Object.keys(wrong.errors).sort()).toEqual([
      'items.1.name',
      'items.1.statsu',
      'items.2',
      'items.3.employee_id',
    ]);
    const unknown = [
      item(0),
      item(1, { employee_id: place.foreign.employee }),
      item(2, { label_ids: [place.foreign.label] }),
    ];
    const foreign = await writer.send(place.admin, 'POST bulk/', { body: { items: unknown } });
    expect(Object.keys(foreign.errors).sort()).toEqual(['items.1.employee_id', 'items.2.label_ids']);
    expect(await customers()).toBe(before);
  });

  test('is for one workspace', async () => {
    const send = (items: unknown, more: object = {}) =>
      writer.send(place.admin, 'POST bulk/', { body: { items, ...more } });
    const { workspace_id, ...bare } = item(1);
    expect((await send([item(0), { ...item(1), workspace_id: place.other }])).errors).toHaveProperty(
      'items.1.workspace_id',
    );
    expect((await send([item(0), bare])).errors).toHaveProperty('items.1.workspace_id');
    expect((await send([bare], { workspace_id })).status).toBe(201);
    expect((await send([])).errors).toHaveProperty('workspace_id');
    expect((await send(some(1), { itmes: 1 })).errors.itmes?.[0]).toContain("Did you mean 'items'?");
  });

  test.each([
    ['POST bulk/', { items: [] }, 'items', '1 to 100'],
    ['PATCH bulk/', {}, 'items', 'required'],
    ['PATCH bulk/', { items: {} }, 'items', 'a list'],
    ['PATCH bulk/', { items: [{ name: 'x' }] }, 'items.0.id', 'required'],
    ['PATCH bulk/', { items: [{ id: 'x' }] }, 'items.0.id', 'a uuid'],
    ['DELETE bulk/', { ids: 'x' }, 'ids', 'a list'],
    ['DELETE bulk/', { ids: ['x'] }, 'ids.0', 'a uuid'],
    ['DELETE bulk/', { ids: [] }, 'ids', '1 to 100'],
  ])('%s %j: %s %s', async (target, body, name, message) => {
    const { status, errors } = await writer.send(place.admin, target, { ...asked(), body });
    expect([status, Object.keys(errors)]).toEqual([400, [name]]);
    expect(errors[name]?.[0]).toContain(message);
  });

  test('takes a hundred and no more, each row once', async () => {
    const many = await writer.send(place.admin, 'POST bulk/', { ...asked(), body: { items: some(101) } });
    expect(many.errors).toEqual({ items: ['Must hold 1 to 100 values; it holds 101.'] });
    const [one] = await create(1);
    const twice = await writer.send(place.admin, 'DELETE bulk/', { ...asked(), body: { ids: [one?.id, one?.id] } });
    expect(twice.errors).toEqual({ 'ids.1': ['Must not be named twice.'] });
  });
});
