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

const asked = () => `workspace_id=${place.workspace}`;

async function create(members: object = {}): Promise<string> {
  const body = { workspace_id: place.workspace, name: 'Anna', phone: '+1', ...members };
  const { status, body: text } = await writer.send(place.admin, 'POST ', { body });
  expect(status, text).toBe(201);
  return (JSON.parse(text) as { id: string }).id;
}

describe('one customer', () => {
  test('is created as a reader then sees it', async () => {
    const body = {
      workspace_id: place.workspace,
      name: 'Ünïcode “Q” 𝄞',
      phone: '+49 30 1',
      email: null,
      employee_id: place.employee.id,
      label_ids: [place.labels[1], place.labels[0], place.labels[1]],
      is_test: true,
    };
    const made = await writer.send(place.admin, 'POST ', { body });
    expect(made.status, JSON.stringify(made)).toBe(201);
    const shown = JSON.parse(made.body) as Record<string, unknown>;
    expect(shown).toMatchObject({ name: body.name, status: 'pending', tags: ['a', 'b'], other_attributes: {} });
    const read = await writer.read(place.admin, place.workspace, String(shown.id));
    expect(made.body).toBe(read.body);
    expect(made.headers.etag).toBe(read.headers.etag);
    expect(made.headers.location).toBe(`http://127.0.0.1:3000/api/v1/customers/${shown.id}/?${asked()}`);
  });

  test('keeps what a change does not name', async () => {
    const id = await create({ email: 'a@example.org', quality: 'hot', label_ids: [place.labels[0]] });
    const before = await writer.read(place.admin, place.workspace, id);
    const changed = await writer.send(place.admin, `PATCH ${id}/`, { query: asked(), body: { email: null } });
    expect(changed.status, changed.body).toBe(200);
    expect(changed.body).toBe((await writer.read(place.admin, place.workspace, id)).body);
    const [was, is] = [JSON.parse(before.body), JSON.parse(changed.body)];
    expect(is).toEqual({ ...was, email: null, updated_at: is.updated_at });
    expect(is.updated_at > was.updated_at).toBe(true);
  });

  test('has a later updated_at after each change, even where the clock is behind', async () => {
    const id = await create();
    const later = '2100-01-01T00:00:00+00';
    await writer.owner().query('update customer set updated_at = $2 where id = $1', [id, later]);
    await writer.send(place.admin, `PATCH ${id}/`, { query: asked(), body: { email: 'a@example.org' } });
    const { rows } = await writer
      .owner()
      .query("select updated_at - $2::timestamptz = interval '1 microsecond' as moved from customer where id = $1", [
        id,
        later,
      ]);
    expect(rows).toEqual([{ moved: true }]);
  });

  test('is not touched by a change of nothing', async () => {
    const id = await create();
    const before = await writer.read(place.admin, place.workspace, id);
    const changed = await writer.send(place.admin, `PATCH ${id}/`, { query: asked(), body: {} });
    expect([changed.status, changed.body]).toEqual([200, before.body]);
  });

  test('gets the labels a change names, and no others', async () => {
    const [a, b, c] = place.labels;
    const id = await create({ label_ids: [a, b] });
    const change = async (label_ids: unknown) => {
      const { body } = await writer.send(place.admin, `PATCH ${id}/`, { query: asked(), body: { label_ids } });
      return (JSON.parse(body) as { tags: unknown }).tags;
    };
    expect(await change([b, c])).toEqual(['b', 'c']);
    expect(await change([])).toEqual([]);
  });

  test('is gone once deleted, and keeps when', async () => {
    const id = await create();
    const query = asked();
    expect((await writer.send(place.admin, `DELETE ${id}/`, { query })).status).toBe(204);
    expect((await writer.read(place.admin, place.workspace, id)).status).toBe(404);
    for (const target of [`DELETE ${id}/`, `PATCH ${id}/`]) {
      const body = target.startsWith('PATCH') ? { body: { name: 'x' } } : {};
      expect((await writer.send(place.admin, target, { query, ...body })).status).toBe(404);
    }
    const { rows } = await writer
      .owner()
      .query('select is_deleted, deleted_at, updated_at from customer where id = $1', [id]);
    expect(rows[0].is_deleted).toBe(true);
    expect(rows[0].deleted_at).toEqual(rows[0].updated_at);
  });

  test('takes numbers and texts of its attributes as they were sent', async () => {
    const attributes =
      '{"big": 12345678901234567890.10, "exp": 1.50e3, "__proto__": {"a": "\\\\u0000"}, "a": "\\ud834\\udd1e", "a": 0.10}';
    const text = `{"workspace_id":"${place.workspace}","name":"n","phone":"p","other_attributes":${attributes}}`;
    const made = await writer.send(place.admin, 'POST ', { text });
    expect(made.status, JSON.stringify(made.errors)).toBe(201);
    const { rows } = await writer.owner().query('select ($1::jsonb)::text as stored', [attributes]);
    expect(made.body).toContain(`"other_attributes":${rows[0].stored}`);
  });
});
