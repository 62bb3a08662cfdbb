import { afterEach, describe, expect, test } from 'vitest';
import { findCaller } from '../../src/execute/caller-store.ts';
import { withOwner } from '../../src/execute/owner.ts';
import { describeApi } from '../../src/openapi/describe-api.ts';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { emit } from '../../src/sql/emit.ts';
import { useApp } from './asker.ts';
import { clubApp, memberId, noteId, OURS, schemaSql, THEIRS } from './clubs.ts';

const ids = (body: string) => (JSON.parse(body).results as { id: string }[]).map(({ id }) => id).sort();
const notesOf = (club: 'a' | 'b') => [1, 2, 3].map((n) => noteId(club, n));

describe.each([
  ['club', 'uuid'],
  ['crew', 'bigint'],
] as const)('members of %s, whose keys are of type %s', (name, id) => {
  const app = clubApp(name, id);
  const of = (which: string) => memberId(id, which);
  const asker = useApp({ app, sql: schemaSql(name, id), memberId: of });
  afterEach(() =>
    asker
      .owner()
      .query(`update member set club_id = '${OURS}', role = 'member', is_active = true where id = '${of('a2')}'`),
  );

  test('read their own club without naming it, in one statement', async () => {
    for (const [who, club] of [
      ['a1', 'a'],
      ['b2', 'b'],
    ] as const) {
      const { status, body, statements } = await asker.ask(who, 'GET /notes/');
      expect([status, ids(body), statements]).toEqual([200, notesOf(club), 1]);
      expect((await asker.ask(who, `GET /notes/${noteId(club, 1)}/`)).status).toBe(200);
    }
  });

  test('may not name one: the parameter and the member are unknown', async () => {
    for (const club of [OURS, THEIRS]) {
      for (const target of [`GET /notes/?club_id=${club}`, `GET /notes/${noteId('a', 1)}/?club_id=${club}`]) {
        const { status, errors } = await asker.ask('a1', target);
        expect([status, errors.club_id?.[0]]).toEqual([400, expect.stringMatching(/^Unknown parameter\./)]);
      }
      const note = { club_id: club, title: 'New' };
      const single = await asker.ask('a1', 'POST /notes/', note);
      expect([single.status, single.errors.club_id?.[0]]).toEqual([400, expect.stringMatching(/^Unknown member\./)]);
      const bulk = await asker.ask('a1', 'POST /notes/bulk/', { club_id: club, items: [note] });
      expect([bulk.status, Object.keys(bulk.errors)]).toEqual([400, ['club_id', 'items.0.club_id']]);
    }
  });

  test('write into their own club, and are led to what they wrote', async () => {
    const { status, headers, body } = await asker.ask('b1', 'POST /notes/', { title: 'New' });
    const made = JSON.parse(body);
    expect([status, made.club_id]).toEqual([201, THEIRS]);
    expect(headers.location).toBe(`http://localhost/${name}/notes/${made.id}/`);
    expect((await asker.ask('a1', `GET /notes/${made.id}/`)).status).toBe(404);
    expect((await asker.ask('b1', `DELETE /notes/${made.id}/`)).status).toBe(204);
  });

  test('do not reach another club’s rows: not there, whatever is tried', async () => {
    const made = noteId('a', 9);
    for (const [method, body] of [['GET'], ['PATCH', { title: 'Mine' }], ['DELETE']] as const) {
      const foreign = await asker.ask('a1', `${method} /notes/${noteId('b', 1)}/`, body);
      const none = await asker.ask('a1', `${method} /notes/${made}/`, body);
      expect(foreign).toEqual(none);
      expect(foreign.status).toBe(404);
    }
    const many = {
      items: [
        { id: noteId('a', 1), title: 'x' },
        { id: noteId('b', 1), title: 'x' },
      ],
    };
    expect((await asker.ask('a1', 'PATCH /notes/bulk/', many)).errors).toEqual({ 'items.1.id': ['Not found.'] });
    // As text: such a number has more digits than JavaScript.
    const by = (which: string) => `{"title": "x", "author_id": ${id === 'bigint' ? of(which) : `"${of(which)}"`}}`;
    const borrowed = await asker.ask('a1', 'POST /notes/', by('b1'));
    expect(borrowed.errors).toEqual({ author_id: ['Not found.'] });
    const own = await asker.ask('a1', 'POST /notes/', by('a2'));
    expect(own.status).toBe(201);
    await asker.ask('a1', `DELETE /notes/${JSON.parse(own.body).id}/`);
  });

  test('are kept apart by the statement where row security is out of the way, and by row security alone', async () => {
    const caller = await findCaller(asker.engine().pool, app, of('a1'));
    if (caller === null) throw new Error('no caller');
    const service = asker.service();
    const { request } = parseRequest(service.resource, null, new URLSearchParams(), caller.tenant);
    const { text, values } = emit(planRequest(request, { ...service, caller }));
    await withOwner(asker.url(), async (client) => {
      await client.query(`select set_config('altiplano.tenant', '${OURS}', false)`);
      const { rows } = await client.query(text, [...values]);
      expect(ids(`{"results":[${rows[0].items}]}`)).toEqual(notesOf('a'));
      await client.query(`select set_config('altiplano.tenant', '${THEIRS}', false)`);
      await expect(client.query(text, [...values])).rejects.toMatchObject({ code: 'ALT01' });
      await client.query(`select set_config('role', altiplano.app_role(), false)`);
      for (const table of ['note', 'member']) {
        const seen = await client.query(`select distinct club_id from ${name}.${table}`);
        expect(seen.rows).toEqual([{ club_id: THEIRS }]);
      }
    });
  });

  test('who move are in their new club at once, and see nothing of the old one', async () => {
    await asker.ask('a2', 'GET /notes/');
    await asker.owner().query(`update member set club_id = '${THEIRS}' where id = '${of('a2')}'`);
    const { body, statements } = await asker.ask('a2', 'GET /notes/');
    expect([ids(body), statements]).toEqual([notesOf('b'), 2]);
    expect((await asker.ask('a2', `GET /notes/${noteId('a', 1)}/`)).status).toBe(404);
  });

  test('who may no longer do anything are turned away at once', async () => {
    const token = await asker.token('a2');
    expect((await asker.ask(token, 'GET /notes/')).status).toBe(200);
    await asker.owner().query(`update member set is_active = false where id = '${of('a2')}'`);
    expect(await asker.ask(token, 'GET /notes/')).toMatchObject({ status: 401, code: 'AUTH_INVALID' });
    const note = { title: 'Late' };
    expect(await asker.ask(token, 'POST /notes/', note)).toMatchObject({ status: 401, code: 'AUTH_INVALID' });
    expect((await asker.owner().query("select from note where title = 'Late'")).rowCount).toBe(0);
  });

  test('tell triggers who they are and which request it was', async () => {
    await asker.owner().query(`
      create table told as select ''::text as tenant, ''::text as kind, ''::text as caller, ''::text as request limit 0;
      create function tell() returns trigger language plpgsql security definer set search_path from current as $$
      begin
        insert into told values (altiplano.tenant(), altiplano.caller_kind(), altiplano.caller_text(), altiplano.request_id());
        return null;
      end $$;
      create trigger tell after insert on note execute function tell()`);
    await asker.ask('a1', 'POST /notes/', { title: 'Told' });
    const { rows } = await asker.owner().query('select * from told');
    expect(rows).toEqual([{ tenant: OURS, kind: 'member', caller: of('a1'), request: 'request-1' }]);
    await asker.owner().query("drop function tell cascade; drop table told; delete from note where title = 'Told'");
  });

  test('find no tenant in the description of the API', () => {
    const { resource, catalog, identity } = asker.service();
    const text = JSON.stringify(describeApi([{ resource, catalog, identity }], '0.0.0'));
    expect(text.match(/"name":"club_id"/g)).toBeNull();
    expect(text).not.toContain('The club to write to.');
  });
});
