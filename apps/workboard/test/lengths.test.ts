import { expect, test } from 'vitest';
import { useApi } from './api.ts';
import { MEMBERS, OURS, PROJECTS, TASKS } from './fixture.ts';

const api = useApi();
const LONG = 'é'.repeat(20_000);

test.each([
  { path: '/projects/', id: PROJECTS.roof, body: { name: 'Long', owner_id: MEMBERS.owner } },
  { path: '/tasks/', id: TASKS.mount, body: { title: 'Long', project_id: PROJECTS.roof } },
])('a description of $path has 20,000 characters at most: 100 of them fit one page', async ({ path, id, body }) => {
  const write = (method: string, at: string, sent: object) => api.send({ as: 'owner', method, path: at, body: sent });
  expect((await write('POST', path, { ...body, description: LONG })).status).toBe(201);
  expect((await write('PATCH', `${path}${id}/`, { description: LONG })).status).toBe(200);
  for (const refused of [
    await write('POST', path, { ...body, description: `${LONG}!` }),
    await write('PATCH', `${path}${id}/`, { description: `${LONG}!` }),
  ]) {
    expect(refused.status, refused.text.slice(0, 200)).toBe(400);
    expect(refused.json.errors).toEqual({ description: ['Must have at most 20000 characters; it has 20001.'] });
  }
});

test('a longer one that is there already is shown, and its row changed otherwise', async () => {
  await api
    .owner()
    .query(
      `insert into workboard.project (organization_id, owner_id, name, description) values ($1, $2, 'Longer', $3)`,
      [OURS, MEMBERS.owner, `${LONG}${LONG}`],
    );
  const { json } = await api.send({ as: 'owner', path: '/projects/?page_size=1' });
  const [longer] = json.results;
  expect(longer.description).toHaveLength(40_000);
  const body = { name: 'Still longer' };
  const changed = await api.send({ as: 'owner', method: 'PATCH', path: `/projects/${longer.id}/`, body });
  expect([changed.status, changed.json.description.length]).toEqual([200, 40_000]);
});
