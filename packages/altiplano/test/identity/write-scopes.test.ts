import { afterEach, describe, expect, test } from 'vitest';
import { exampleResource } from '../support/example-resource.ts';
import { useApp } from './asker.ts';
import { clubApp, memberId, noteId, OURS, SCOPES, schemaSql, THEIRS } from './clubs.ts';

const ROLES = ['owner', 'admin', 'member', 'unheard'] as const;

describe.each([
  ['club', 'uuid'],
  ['crew', 'bigint'],
] as const)('in %s, whose keys are of type %s', (name, id) => {
  const of = (which: string) => memberId(id, which);
  const asker = useApp({ app: clubApp(name, id), sql: schemaSql(name, id), memberId: of });
  const become = (which: string, role: string) =>
    asker.owner().query('update member set role = $1 where id = $2', [role, of(which)]);
  afterEach(async () => {
    await asker
      .owner()
      .query("delete from note where title like 'Tried%'; delete from member where name like 'Tried%'");
    await asker.owner().query('update note set gone = false');
    await become('a2', 'member');
  });

  /** What the rule says, in a line: owners write all, admins all but owners, nobody else writes any. */
  const may = (role: string, ...rows: string[]) => role === 'owner' || (role === 'admin' && !rows.includes('owner'));

  test.each(ROLES)('a %s writes people as the rule says, as they are and as they would be', async (role) => {
    await become('a2', role);
    for (const was of ['owner', 'admin', 'member']) {
      const { rows } = await asker.owner().query(
        `insert into member (id, club_id, name, role)
         values (${id === 'uuid' ? 'gen_random_uuid()' : '(random() * 1e9)::bigint'}, $1, 'Tried', $2) returning id::text`,
        [OURS, was],
      );
      const target = `/people/${rows[0].id}/`;
      const now = async () =>
        (await asker.owner().query('select role from member where id = $1', [rows[0].id])).rows[0]?.role;
      for (const becomes of ['owner', 'admin', 'member']) {
        await asker.owner().query('update member set role = $1 where id = $2', [was, rows[0].id]);
        const made = await asker.ask('a2', 'POST /people/', { name: 'Tried new', role: becomes });
        expect([made.status, made.code], `make ${becomes}`).toEqual(may(role, becomes) ? [201, ''] : [403, 'AUTH_ROW']);
        const changed = await asker.ask('a2', `PATCH ${target}`, { role: becomes });
        const allowed = may(role, was, becomes);
        expect([changed.status, changed.code], `${was} → ${becomes}`).toEqual(allowed ? [200, ''] : [403, 'AUTH_ROW']);
        expect(await now()).toBe(allowed ? becomes : was);
      }
      await asker.owner().query('update member set role = $1 where id = $2', [was, rows[0].id]);
      expect((await asker.ask('a2', `PATCH ${target}`, { name: 'Tried again' })).status).toBe(
        may(role, was) ? 200 : 403,
      );
      expect((await asker.ask('a2', `DELETE ${target}`)).status).toBe(may(role, was) ? 204 : 403);
      expect(await now()).toBe(may(role, was) ? undefined : was);
    }
  });

  test('rows are told by numbers as by texts', async () => {
    const level = (n: number, to: number) =>
      asker.owner().query('update note set level = $1 where id = $2', [to, noteId('a', n)]);
    await Promise.all([1, 2, 3].map((n) => level(n, n)));
    const { status, body } = await asker.ask('a2', 'GET /levels/');
    expect([
      status,
      JSON.parse(body)
        .results.map((row: { level: number }) => row.level)
        .sort(),
    ]).toEqual([200, [1, 2]]);
    const change = async (n: number, to: number) =>
      (await asker.ask('a2', `PATCH /levels/${noteId('a', n)}/`, { level: to })).status;
    expect([await change(3, 1), await change(2, 1), await change(1, 2), await change(1, 1)]).toEqual([
      404, 403, 403, 200,
    ]);
    await asker.owner().query('update note set level = 1');
  });

  test('who is not there is not found, and not forbidden', async () => {
    await become('a2', 'admin');
    await asker.ask('a2', 'GET /journal/'); // the new role is known
    const none = id === 'uuid' ? '00000000-0000-4000-8000-00000000dead' : '404';
    for (const [method, body] of [['PATCH', { name: 'x' }], ['DELETE']] as const) {
      const foreign = await asker.ask('a2', `${method} /people/${of('b1')}/`, body);
      expect(foreign).toEqual(await asker.ask('a2', `${method} /people/${none}/`, body));
      expect(foreign.status).toBe(404);
      expect((await asker.ask('a2', `${method} /people/${of('a1')}/`, body)).status).toBe(403);
    }
  });

  test('a note has the member who wrote it, whatever is sent; others may read it only', async () => {
    const made = await asker.ask('a2', 'POST /journal/', { title: 'Tried' });
    expect([made.status, made.body.includes(of('a2'))]).toEqual([201, true]);
    const claimed = await asker.ask('a2', 'POST /journal/', { title: 'Tried', author_id: of('a1') });
    expect([claimed.status, Object.keys(claimed.errors)]).toEqual([400, ['author_id']]);
    const own = `/journal/${JSON.parse(made.body).id}/`;
    const other = `/journal/${noteId('a', 1)}/`;
    expect((await asker.ask('a2', `GET ${other}`)).status).toBe(200);
    expect(await asker.ask('a2', `PATCH ${other}`, { title: 'Tried' })).toMatchObject({
      status: 403,
      code: 'AUTH_ROW',
    });
    expect(await asker.ask('a2', `DELETE ${other}`)).toMatchObject({ status: 403, code: 'AUTH_ROW' });
    const many = await asker.ask('a2', 'PATCH /journal/bulk/', {
      items: [
        { id: JSON.parse(made.body).id, title: 'Tried 2' },
        { id: noteId('a', 1), title: 'Tried 2' },
      ],
    });
    expect([many.status, many.errors]).toEqual([403, { 'items.1.id': ['Your role may not write this.'] }]);
    expect((await asker.owner().query("select from note where title = 'Tried 2'")).rowCount).toBe(0);
    expect((await asker.ask('a2', `PATCH ${own}`, { title: 'Tried 3' })).status).toBe(200);
    expect((await asker.ask('a1', `PATCH ${own}`, { title: 'Tried 4' })).body).toContain(of('a2'));
    expect((await asker.ask('a2', `DELETE ${own}`)).status).toBe(204);
  });

  test('an API key writes for the member who made it, and what its role may', async () => {
    const { secret } = await asker.key(OURS, SCOPES);
    const made = await asker.ask(secret, 'POST /journal/', { title: 'Tried' });
    expect([made.status, made.body.includes(of('a1'))]).toEqual([201, true]);
    expect((await asker.ask(secret, 'POST /journal/', { title: 'Closed' })).status).toBe(403);
    const target = `PATCH /journal/${JSON.parse(made.body).id}/`;
    expect((await asker.ask(secret, target, { title: 'Closed' })).status).toBe(403);
    expect((await asker.ask(secret, target, { title: 'Tried 2' })).status).toBe(200);
    const nobody = await asker.key(THEIRS, SCOPES);
    await asker.owner().query('update api_key set created_by = null where id = $1', [nobody.id]);
    expect((await asker.ask(nobody.secret, 'POST /journal/', { title: 'Tried' })).body).toContain('"author_id":null');
  });

  test('a new role counts at once', async () => {
    const target = `PATCH /journal/${noteId('a', 2)}/`;
    expect((await asker.ask('a2', target, { title: 'a 2' })).status).toBe(403);
    await become('a2', 'owner');
    const { status, statements } = await asker.ask('a2', target, { title: 'a 2' });
    expect([status, statements]).toEqual([200, 6]); // lock, write and reply, planned twice
  });
});

test('a rule about what new rows are not given is refused when it is declared', () => {
  const writes = { actions: ['create'], members: {}, scopes: { admin: { column: 'genre', not: ['crime'] } } } as const;
  expect(() => exampleResource({ writes })).toThrow(
    'lets roles write rows by their genre, which new rows are not given',
  );
});
