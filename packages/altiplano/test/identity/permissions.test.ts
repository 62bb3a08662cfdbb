import { afterEach, describe, expect, test } from 'vitest';
import { describeApi } from '../../src/openapi/describe-api.ts';
import { app } from '../../src/resource/app.ts';
import { useApp } from './asker.ts';
import { clubApp, memberId, noteId, OURS, SCOPES, schemaSql } from './clubs.ts';

const clubs = clubApp('club', 'uuid');
const of = (which: string) => memberId('uuid', which);
const asker = useApp({ app: clubs, sql: schemaSql('club', 'uuid'), memberId: of });
const become = (role: string) => asker.owner().query('update member set role = $1 where id = $2', [role, of('a2')]);
afterEach(async () => {
  await become('member');
  await asker.owner().query("delete from note where title like 'Tried%'; update note set gone = false");
});

/** Each act with the scope it needs, what it is asked with, and its answer to who may. */
const ACTS = [
  ['notes:read', 'GET /notes/', undefined, 200],
  ['notes:read', `GET /notes/${noteId('a', 2)}/`, undefined, 200],
  ['notes:write', 'POST /notes/', { title: 'Tried' }, 201],
  ['notes:write', 'POST /notes/bulk/', { items: [{ title: 'Tried 2' }] }, 201],
  ['notes:write', `PATCH /notes/${noteId('a', 2)}/`, { title: 'a 2' }, 200],
  ['notes:delete', `DELETE /notes/${noteId('a', 3)}/`, undefined, 204],
  ['notes:delete', 'DELETE /notes/bulk/', { ids: [noteId('a', 1)] }, 204],
] as const;

const HAS: Readonly<Record<string, readonly string[]>> = {
  owner: SCOPES,
  member: ['notes:read', 'notes:write'],
  guest: [],
  unheard: [],
};
const SUBSETS = Array.from({ length: 8 }, (_, bits) => SCOPES.filter((_scope, index) => bits & (1 << index)));

describe.each(Object.keys(HAS))('a %s', (role) => {
  test('may do what role and token both allow, and is told the scope that is missing', async () => {
    await become(role);
    for (const scopes of SUBSETS) {
      const token = await asker.token('a2', scopes);
      for (const [scope, target, body, status] of ACTS) {
        await asker.owner().query('update note set gone = false');
        const may = HAS[role]?.includes(scope) === true && (scopes.length === 0 || scopes.includes(scope));
        const answered = await asker.ask(token, target, body);
        expect([answered.status, answered.code], `${scopes}: ${target}`).toEqual(
          may ? [status, ''] : [403, 'AUTH_PERMISSION'],
        );
        if (!may) expect(answered.body).toContain(`'${scope}'`);
      }
    }
  });
});

test('an API key may do what its own scopes say', async () => {
  for (const scopes of SUBSETS) {
    const { secret } = await asker.key(OURS, scopes);
    for (const [scope, target, body, status] of ACTS) {
      await asker.owner().query('update note set gone = false');
      const answered = await asker.ask(secret, target, body);
      expect(answered.status, `${scopes}: ${target}`).toBe(scopes.includes(scope) ? status : 403);
    }
  }
});

test('a new role holds from the next request on, whether it may more or less', async () => {
  const token = await asker.token('a2');
  const remove = (n: number) => asker.ask(token, `DELETE /notes/${noteId('a', n)}/`);
  expect((await remove(1)).status).toBe(403);
  await become('owner');
  expect((await remove(1)).status).toBe(204);
  await become('guest');
  expect((await remove(2)).status).toBe(403);
  expect((await asker.ask(token, 'GET /notes/')).status).toBe(403);
  await become('member');
  expect((await asker.ask(token, 'GET /notes/')).status).toBe(200);
  expect((await asker.ask(token, 'GET /notes/')).statements).toBe(1);
});

test('who may not is told nothing else, and nothing is written', async () => {
  await become('guest');
  for (const [target, body] of [['GET /notes/?nothing=1'], ['POST /notes/', { nothing: 1 }]] as const) {
    const { status, code, errors, statements } = await asker.ask('a2', target, body);
    expect([status, code, errors, statements <= 2]).toEqual([403, 'AUTH_PERMISSION', {}, true]);
  }
  await asker.ask('a2', 'POST /notes/', { title: 'Tried' });
  expect((await asker.owner().query("select from note where title = 'Tried'")).rowCount).toBe(0);
});

test('the description of the API names the scope of each operation', () => {
  const { resource, catalog, identity } = asker.service();
  const { paths } = describeApi([{ resource, catalog, identity }], '0.0.0') as {
    paths: Record<string, Record<string, { security?: unknown }>>;
  };
  expect(paths['/club/notes/']?.get?.security).toEqual([{ bearer: ['notes:read'] }]);
  expect(paths['/club/notes/{id}/']?.patch?.security).toEqual([{ bearer: ['notes:write'] }]);
  expect(paths['/club/notes/{id}/']?.delete?.security).toEqual([{ bearer: ['notes:delete'] }]);
});

test('a scope that no role has is refused when the app is declared', () => {
  const identity = { ...clubs.identity, roles: { owner: ['notes:read', 'notes:write'] } };
  expect(() => app({ ...clubs, identity })).toThrow('needs the scope notes:delete, which no role has');
});

test('a role that nobody is has no rows: it is refused when the app is declared', () => {
  const { roles = {} } = clubs.identity;
  const without = (role: string) => Object.fromEntries(Object.entries(roles).filter(([name]) => name !== role));
  expect(() =>
    app({ ...clubs, identity: { ...clubs.identity, roles: { ...without('admin'), boss: SCOPES } } }),
  ).toThrow('the role admin has, which nobody is');
});
