import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { newKey } from '../../src/auth/new-key.ts';
import { startEngine } from '../../src/engine.ts';
import { run } from '../../src/execute/run.ts';
import { answer } from '../../src/pipeline.ts';
import { planRequest } from '../../src/plan/plan-request.ts';
import { parseRequest } from '../../src/request/parse-request.ts';
import { emit } from '../../src/sql/emit.ts';
import { openWire } from '../support/wire.ts';
import { useApp } from './asker.ts';
import { clubApp, memberId, noteId, OURS, SCOPES, schemaSql, THEIRS } from './clubs.ts';

const ids = (body: string) => (JSON.parse(body).results as { id: string }[]).map(({ id }) => id).sort();

describe.each([
  ['club', 'uuid'],
  ['crew', 'bigint'],
] as const)('API keys of %s, whose ids are of type %s', (name, id) => {
  const app = clubApp(name, id);
  const asker = useApp({ app, sql: schemaSql(name, id), memberId: (which) => memberId(id, which) });
  const change = (keyId: string, text: string) =>
    asker.owner().query(`update api_key set ${text} where id = $1`, [keyId]);
  const read = async (secret: string) => (await asker.ask(secret, 'GET /notes/')).status;

  test('reach their own club only, in one statement, and speak for themselves', async () => {
    for (const [club, letter] of [
      [OURS, 'a'],
      [THEIRS, 'b'],
    ] as const) {
      const { secret } = await asker.key(club, SCOPES);
      const { status, body, statements } = await asker.ask(secret, 'GET /notes/');
      expect([status, ids(body), statements]).toEqual([200, [1, 2, 3].map((n) => noteId(letter, n)), 1]);
      expect((await asker.ask(secret, `GET /notes/${noteId(letter === 'a' ? 'b' : 'a', 1)}/`)).status).toBe(404);
      expect((await asker.ask(secret, `GET /notes/?club_id=${club}`)).status).toBe(400);
    }
  });

  test('are not good in another club, whatever the server believes', async () => {
    const key = await asker.key(THEIRS, SCOPES);
    const service = asker.service();
    const { request } = parseRequest(service.resource, null, new URLSearchParams(), OURS);
    const caller = { userId: '', role: 'api_key', attributes: {}, key: { id: key.id, scopes: SCOPES } };
    const statement = emit(planRequest(request, { ...service, caller }));
    const rows = (tenant: string) => run(asker.engine().pool, { tenant, caller: key.id }, statement);
    expect(await rows(OURS)).toMatchObject({ current: false, found: 0, items: null });
    await expect(rows(THEIRS)).rejects.toMatchObject({ code: 'EXEC_TENANT_MISMATCH' });
  });

  test('stop at once when they are revoked, on every node', async () => {
    const other = await startEngine({ url: asker.url(), apps: [app], pepper: 'test', poolSize: 2 });
    try {
      const key = await asker.key(OURS, SCOPES);
      const [service] = other.services;
      if (service === undefined) throw new Error('no service');
      const ask = () =>
        answer(service, {
          id: null,
          origin: '',
          path: '/',
          query: new URLSearchParams(),
          authorization: `Bearer ${key.secret}`,
          signal: new AbortController().signal,
        }).then(
          ({ status }) => status,
          ({ status }) => status,
        );
      expect([await read(key.secret), await ask()]).toEqual([200, 200]);
      await change(key.id, 'revoked_at = now()');
      expect([await read(key.secret), await ask()]).toEqual([401, 401]);
      const note = await asker.ask(key.secret, 'POST /notes/', { title: 'Late' });
      expect([note.status, note.code]).toEqual([401, 'AUTH_INVALID']);
    } finally {
      await other.close();
    }
  });

  test('stop when they expire, remembered or not', async () => {
    const key = await asker.key(OURS, SCOPES, 1.5);
    const until = Date.now() + 1_500;
    expect(await read(key.secret)).toBe(200);
    await sleep(until - Date.now() + 50);
    expect(await read(key.secret)).toBe(401);
  });

  test('lose a scope at once, and gain one', async () => {
    const key = await asker.key(OURS, ['notes:read']);
    const write = async () => (await asker.ask(key.secret, 'POST /notes/bulk/', { items: [] })).status;
    expect([await read(key.secret), await write()]).toEqual([200, 403]);
    await change(key.id, "scopes = '{notes:write}'");
    expect([await read(key.secret), await write()]).toEqual([403, 400]);
  });

  test('overlap while they are rotated: the old one is good until its time', async () => {
    const old = await asker.key(OURS, SCOPES);
    expect(await read(old.secret)).toBe(200);
    await change(old.id, "expires_at = now() + interval '1.5 s'");
    const until = Date.now() + 1_500;
    const fresh = await asker.key(OURS, SCOPES);
    expect([await read(old.secret), await read(fresh.secret)]).toEqual([200, 200]);
    await sleep(until - Date.now() + 50);
    expect([await read(old.secret), await read(fresh.secret)]).toEqual([401, 200]);
  });

  test('are opened by their own secret only', async () => {
    const [one, two] = [await asker.key(OURS, SCOPES), await asker.key(OURS, SCOPES)];
    await change(one.id, `digest = (select digest from api_key where id = '${two.id}')`);
    expect([await read(one.secret), await read(two.secret)]).toEqual([401, 200]);
    expect(await read(`${two.secret.slice(0, -1)}${two.secret.endsWith('0') ? '1' : '0'}`)).toBe(401);
  });

  test('and the member of the same id do not meet at an Idempotency-Key', async () => {
    const { prefix, secret, digest } = newKey(name, 'test');
    await asker
      .owner()
      .query(
        `insert into api_key (id, club_id, prefix, digest, scopes) overriding system value values ($1, $2, $3, $4, $5)`,
        [memberId(id, 'b1'), OURS, prefix, digest, SCOPES],
      );
    const ask = async (who: string) => (await asker.ask(who, 'POST /notes/', { title: 'Once' }, 'one-key')).status;
    expect([await ask('b1'), await ask(secret)]).toEqual([201, 201]);
  });

  test('are looked up in one statement at most once a second, and their use is noted once a minute', async () => {
    const wire = await openWire(asker.url(), 0);
    const engine = await startEngine({ url: wire.url, apps: [app], pepper: 'test', poolSize: 1 });
    try {
      const key = await asker.key(OURS, SCOPES);
      const [service] = engine.services;
      if (service === undefined) throw new Error('no service');
      const ask = () =>
        answer(service, {
          id: null,
          origin: '',
          path: '/',
          query: new URLSearchParams(),
          authorization: `Bearer ${key.secret}`,
          signal: new AbortController().signal,
        });
      const used = async () =>
        (await asker.owner().query('select last_used_at from api_key where id = $1', [key.id])).rows[0].last_used_at;
      wire.take();
      await ask();
      await expect.poll(used).not.toBeNull();
      const first = await used();
      // The lookup, the page, and beside them the note.
      expect(wire.take().statements).toBe(3);
      await ask();
      expect(wire.take()).toMatchObject({ statements: 1, roundTrips: 1 });
      await sleep(1_050);
      await ask();
      expect(wire.take().statements).toBe(2);
      expect(await used()).toEqual(first);
      await change(key.id, "last_used_at = now() - interval '59 s'");
      await asker.owner().query(`select key_used(prefix) from api_key where id = '${key.id}'`);
      expect((await used()).getTime()).toBeLessThan(Date.now() - 50_000);
      await change(key.id, "last_used_at = now() - interval '61 s'");
      await asker.owner().query(`select key_used(prefix) from api_key where id = '${key.id}'`);
      expect((await used()).getTime()).toBeGreaterThan(Date.now() - 20_000);
    } finally {
      await engine.close();
      await wire.close();
    }
  });
});
