import { expect, test } from 'vitest';
import { useApi } from './api.ts';
import { MEMBERS, OURS, PROJECTS, TASKS } from './fixture.ts';

const api = useApi();

interface Entry {
  readonly at: string;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly request_id: string | null;
  readonly action: string;
  readonly table: string;
  readonly record_id: string;
  readonly changes: Readonly<Record<string, readonly [unknown, unknown]>>;
}

async function entriesOf(query: string): Promise<readonly Entry[]> {
  const { status, json, text } = await api.send({ as: 'owner', path: `/audit-logs/?page_size=100&${query}` });
  expect(status, text).toBe(200);
  return json.results;
}

test('every write leaves its old and new values, who asked and by which request', async () => {
  const made = await api.send({
    ...{ as: 'member', method: 'POST', path: '/tasks/' },
    body: { title: 'Traced', project_id: PROJECTS.roof, priority: 'high' },
    headers: { 'x-request-id': 'trace-1' },
  });
  const id = made.json.id as string;
  const path = `/tasks/${id}/`;
  await api.send({ as: 'admin', method: 'PATCH', path, body: { priority: 'low', title: 'Traced' } });
  await api.send({ as: 'owner', method: 'DELETE', path });
  const [gone, changed, created, ...others] = await entriesOf(`record_id=${id}`);
  expect(others).toEqual([]);
  const by = (name: keyof typeof MEMBERS) => expect.objectContaining({ kind: 'member', id: MEMBERS[name] });
  expect(created).toMatchObject({
    action: 'insert',
    actor: by('member'),
    request_id: made.headers.get('x-request-id'),
  });
  expect(created?.changes).toMatchObject({ title: [null, 'Traced'], priority: [null, 'high'], id: [null, id] });
  expect(changed).toMatchObject({ action: 'update', actor: by('admin') });
  expect(changed?.changes).toEqual({ priority: ['high', 'low'], updated_at: [expect.anything(), expect.anything()] });
  expect(gone).toMatchObject({ action: 'delete', actor: by('owner') });
  expect(gone?.changes).toMatchObject({ title: ['Traced', null], priority: ['low', null] });
  expect(new Set([gone, changed, created].map((entry) => entry?.request_id)).size).toBe(3);
});

test('a project that goes takes its tasks along, a row each, all by one request', async () => {
  const { status, headers } = await api.send({ as: 'admin', method: 'DELETE', path: `/projects/${PROJECTS.roof}/` });
  expect(status).toBe(204);
  const entries = await entriesOf('action=delete&table=task,project');
  const ours = entries.filter(({ request_id }) => request_id === headers.get('x-request-id'));
  expect(ours.map(({ record_id }) => record_id).sort()).toEqual(
    [PROJECTS.roof, TASKS.order, TASKS.mount, TASKS.call].sort(),
  );
  for (const { actor } of ours) expect(actor).toEqual({ kind: 'member', id: MEMBERS.admin, name: 'Adam Admin' });
});

test('a member who leaves: the tasks it was given, its keys and itself', async () => {
  await api.send({ as: 'owner', method: 'DELETE', path: `/members/${MEMBERS.second}/` });
  const entries = await entriesOf(`record_id=${TASKS.keys}&action=update`);
  expect(entries[0]?.changes).toEqual({ assignee_id: [MEMBERS.second, null] });
  expect(await entriesOf(`record_id=${MEMBERS.second}&action=delete`)).toHaveLength(1);
});

test('SQL by hand is the system’s, in bulk a row each, and a truncation leaves one', async () => {
  await api.owner().query(`update workboard.task set priority = 'urgent' where organization_id = '${OURS}'`);
  const [entry] = await entriesOf(`record_id=${TASKS.keys}&action=update`);
  expect(entry).toMatchObject({ actor: { kind: 'system', id: null, name: null }, request_id: null });
  await api.owner().query('truncate workboard.task');
  expect(await entriesOf('table=task&action=truncate')).toMatchObject([{ record_id: null, changes: {} }]);
});

test('reading leaves nothing, and what is refused leaves nothing', async () => {
  const count = async () => (await api.owner().query('select count(*)::int as rows from workboard.audit_log')).rows[0];
  const before = await count();
  for (const path of ['/tasks/', '/projects/', '/members/', '/audit-logs/']) await api.send({ as: 'owner', path });
  await api.send({ as: 'owner', method: 'POST', path: '/tasks/', body: { title: 'x' } });
  await api.send({ as: 'member', method: 'POST', path: '/projects/', body: { name: 'x', owner_id: MEMBERS.owner } });
  await api.send({ as: 'owner', method: 'DELETE', path: `/members/${MEMBERS.owner}/` });
  expect(await count()).toEqual(before);
});
