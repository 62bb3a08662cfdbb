import { useDatabase } from 'altiplano/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCallbot } from '../callbot-database.ts';
import { makePlace, type Place } from './place.ts';
import { type Sent, useWriter } from './writer.ts';

const writer = useWriter(useDatabase(emptyCallbot));
let place: Place;
beforeAll(async () => {
  place = await makePlace(writer.owner());
});

const MADE_UP = '11111111-1111-4111-8111-111111111111';

async function customerOf(employee: string | null): Promise<string> {
  const body = { workspace_id: place.workspace, name: 'Anna', phone: '+1', employee_id: employee };
  return (JSON.parse((await writer.send(place.admin, 'POST ', { body })).body) as { id: string }).id;
}

const stored = async () =>
  (
    await writer
      .owner()
      .query('select count(*) as rows, max(updated_at) as last, sum(is_deleted::int) as gone from customer')
  ).rows[0];

describe('a write', () => {
  test('is refused in the order of the contract', async () => {
    const bad = { name: 7 };
    const at = (workspace: string, body: object) => ({ body: { workspace_id: workspace, ...body } });
    const refusals = [
      await writer.send(place.admin, 'POST ', at('x', bad)),
      await writer.send(place.admin, 'POST ', { body: bad }),
      await writer.send(place.stranger, 'POST ', at(place.workspace, bad)),
      await writer.send(place.admin, 'POST ', at(place.other, bad)),
      await writer.send(place.admin, 'POST ', at(MADE_UP, bad)),
      await writer.send(place.admin, 'POST ', at(place.workspace, bad)),
    ];
    expect(refusals.map(({ status, errors }) => [status, ...Object.keys(errors).sort()])).toEqual([
      [400, 'workspace_id'],
      [400, 'workspace_id'],
      [403],
      [403],
      [403],
      [400, 'name', 'phone'],
    ]);
  });

  test('of a stranger changes nothing, whatever it names', async () => {
    const id = await customerOf(null);
    const before = await stored();
    const query = `workspace_id=${place.workspace}`;
    const attempts: readonly (readonly [string, Sent])[] = [
      ['POST ', { body: { workspace_id: place.workspace, name: 'x', phone: 'x' } }],
      [`PATCH ${id}/`, { query, body: { name: 'x' } }],
      [`PATCH ${MADE_UP}/`, { query, body: { name: 'x' } }],
      [`DELETE ${id}/`, { query }],
      ['PATCH bulk/', { query, body: { items: [{ id, name: 'x' }] } }],
      ['DELETE bulk/', { query, body: { ids: [id] } }],
      [`POST ${id}/labels/${place.labels[0]}/`, { query }],
      [`DELETE ${id}/labels/${place.labels[0]}/`, { query }],
    ];
    for (const [target, sent] of attempts) {
      expect((await writer.send(place.stranger, target, sent)).status, target).toBe(403);
    }
    expect(await stored()).toEqual(before);
  });

  test('of another tenant, a deleted and a made-up id all get one answer', async () => {
    const deleted = await customerOf(null);
    const query = `workspace_id=${place.workspace}`;
    await writer.send(place.admin, `DELETE ${deleted}/`, { query });
    for (const id of [place.foreign.customer, deleted, MADE_UP, 'x', `${MADE_UP}0`]) {
      expect((await writer.send(place.admin, `PATCH ${id}/`, { query, body: { name: 'x' } })).status).toBe(404);
      expect((await writer.send(place.admin, `DELETE ${id}/`, { query })).status).toBe(404);
      expect((await writer.send(place.admin, `POST ${id}/labels/${place.labels[0]}/`, { query })).status).toBe(404);
    }
  });

  test('naming rows of another tenant gets the answer of made-up ones', async () => {
    const body = { workspace_id: place.workspace, name: 'n', phone: 'p' };
    const send = (members: object) => writer.send(place.admin, 'POST ', { body: { ...body, ...members } });
    const foreign = await send({ employee_id: place.foreign.employee, label_ids: [place.foreign.label] });
    const madeUp = await send({ employee_id: MADE_UP, label_ids: [MADE_UP] });
    expect(foreign).toEqual(madeUp);
    expect(foreign.errors).toEqual({ employee_id: ['Not found.'], label_ids: ['Not found.'] });
  });
});

describe('a user of role employee', () => {
  const asked = () => ({ query: `workspace_id=${place.workspace}` });

  test('creates customers of their own', async () => {
    const body = { workspace_id: place.workspace, name: 'n', phone: 'p' };
    const made = await writer.send(place.employee.user, 'POST ', { body });
    expect(JSON.parse(made.body)).toMatchObject({ employee: { id: place.employee.id } });
    for (const employee_id of [place.colleague.id, null, MADE_UP]) {
      const { status, errors } = await writer.send(place.employee.user, 'POST ', { body: { ...body, employee_id } });
      expect([status, Object.keys(errors)]).toEqual([400, ['employee_id']]);
    }
  });

  test('who is no employee creates nothing', async () => {
    const body = { workspace_id: place.workspace, name: 'n', phone: 'p' };
    expect(await writer.send(place.nobody, 'POST ', { body })).toMatchObject({ status: 403, code: 'AUTH_SCOPE' });
    const bulk = { items: [body, { ...body, employee_id: place.employee.id }] };
    expect((await writer.send(place.nobody, 'POST bulk/', { body: bulk })).status).toBe(403);
  });

  test('changes and deletes their own and no others', async () => {
    const own = await customerOf(place.employee.id);
    const [theirs, nobodys] = [await customerOf(place.colleague.id), await customerOf(null)];
    const user = place.employee.user;
    expect((await writer.send(user, `PATCH ${own}/`, { ...asked(), body: { name: 'x' } })).status).toBe(200);
    for (const id of [theirs, nobodys]) {
      expect((await writer.send(user, `PATCH ${id}/`, { ...asked(), body: { name: 'x' } })).status).toBe(404);
      expect((await writer.send(user, `DELETE ${id}/`, asked())).status).toBe(404);
      expect((await writer.send(user, `POST ${id}/labels/${place.labels[0]}/`, asked())).status).toBe(404);
    }
    expect((await writer.send(user, `DELETE ${own}/`, asked())).status).toBe(204);
    expect((await writer.send(place.nobody, `DELETE ${nobodys}/`, asked())).status).toBe(404);
  });

  test('cannot give a customer away', async () => {
    const own = await customerOf(place.employee.id);
    const change = (employee_id: unknown) =>
      writer.send(place.employee.user, `PATCH ${own}/`, { ...asked(), body: { employee_id } });
    expect((await change(place.colleague.id)).errors).toEqual({ employee_id: ['Must be your own, or left out.'] });
    expect((await change(null)).status).toBe(400);
    expect((await change(place.employee.id)).status).toBe(200);
  });

  test('logs calls of their own customers only', async () => {
    const call = {
      workspace_id: place.workspace,
      direction: 'inbound',
      status: 'busy',
      duration: 0,
      call_type: 'direct',
    };
    const send = (customer_id: string) =>
      writer.send(place.employee.user, 'POST ', { resource: 'calls', body: { ...call, customer_id } });
    expect((await send(await customerOf(place.employee.id))).status).toBe(201);
    const refused = await send(await customerOf(place.colleague.id));
    expect(refused.errors).toEqual({ customer_id: ['Not found.'] });
    expect(refused).toEqual(await send(MADE_UP));
  });

  test('cannot touch one of a batch that is not theirs, and so none of it', async () => {
    const [own, theirs] = [await customerOf(place.employee.id), await customerOf(place.colleague.id)];
    const before = await stored();
    const user = place.employee.user;
    const items = [{ id: own, name: 'x' }, { id: theirs, name: 'x' }, { id: MADE_UP }];
    const changed = await writer.send(user, 'PATCH bulk/', { ...asked(), body: { items } });
    expect(changed.errors).toEqual({ 'items.1.id': ['Not found.'], 'items.2.id': ['Not found.'] });
    const removed = await writer.send(user, 'DELETE bulk/', { ...asked(), body: { ids: [theirs, own] } });
    expect(removed.errors).toEqual({ 'ids.0': ['Not found.'] });
    expect(await stored()).toEqual(before);
  });
});

describe('a role that changes', () => {
  test('counts from the next write on, also within the second a token is remembered', async () => {
    const theirs = await customerOf(place.colleague.id);
    const { user } = await writer
      .owner()
      .query(
        `with u as (insert into app_user (email, name, role) values ('r@example.org', 'r', 'manager') returning id)
         insert into app_user_workspaces select id, $1 from u returning user_id as user`,
        [place.workspace],
      )
      .then(({ rows }) => rows[0]);
    const change = () =>
      writer.send(user, `PATCH ${theirs}/`, { query: `workspace_id=${place.workspace}`, body: { carrier: 'c' } });
    expect((await change()).status).toBe(200);
    await writer
      .owner()
      .query("update app_user set role = 'employee', employee_id = $2 where id = $1", [user, place.employee.id]);
    expect((await change()).status).toBe(404);
    await writer.owner().query('delete from app_user_workspaces where user_id = $1', [user]);
    expect((await change()).status).toBe(403);
  });
});
