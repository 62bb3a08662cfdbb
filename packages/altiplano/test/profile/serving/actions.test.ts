import { expect, test } from 'vitest';
import { useDesk } from '../../actions/desk-server.ts';

const { ask, tokenOf } = useDesk();
const SCOPES = ['tickets:write', 'tickets:read', 'profile:read'];

test('an action is profiled like anything else: its own queries, its handler as a layer, the kept reply without it', async () => {
  const token = await tokenOf(SCOPES);
  const body = { title: 'Profiled', points: [] };
  const made = await ask('POST', '/tickets/open/?_profile=true', { token, body, key: 'profiled' });
  expect(made.status).toBe(201);
  const { _profiling: profiling, ...rest } = made.json;
  expect(profiling.query_count).toBeGreaterThanOrEqual(3);
  const profile = (await ask('GET', profiling.profile_url, { token, office: '' })).json;
  const layers = profile.layers.map(({ name }: { name: string }) => name);
  expect(layers).toEqual(expect.arrayContaining(['middleware', 'queryset', 'handler']));
  const labels = profile.queries.map(({ label }: { label: string | null }) => label);
  expect(labels.filter((label: string | null) => label !== 'credential')[0]).toBe('open_tickets membership');
  expect(profile.queries.map(({ text }: { text: string }) => text).join('\n')).toContain('insert into desk.ticket');
  const again = await ask('POST', '/tickets/open/', { token, body, key: 'profiled' });
  expect([again.headers.get('idempotency-replayed'), again.json]).toEqual(['true', rest]);
});

test('whatever a role has, an engine’s scope is the token’s own; another value is a 400', async () => {
  const path = '/tickets/by-code/none/';
  const without = await ask('GET', `${path}?_profile=true`, { token: await tokenOf(SCOPES.slice(0, 2)) });
  expect(without.json).not.toHaveProperty('_profiling');
  const token = await tokenOf(SCOPES);
  const refused = await ask('GET', `${path}?_profile=true`, { token });
  expect([refused.status, refused.json._profiling.query_count > 0]).toEqual([404, true]);
  const wrong = await ask('GET', `${path}?_profile=1`, { token });
  expect([wrong.status, wrong.json.errors]).toEqual([400, { _profile: [expect.stringContaining('true or false')] }]);
});
