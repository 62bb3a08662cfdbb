import { beforeEach, describe, expect, test } from 'vitest';
import { issueToken } from '../../src/cli/token.ts';
import { useServer } from '../support/app-server.ts';
import { ANN, BOB, DIARY, diary, HOUSE } from './diary.ts';

const server = useServer({
  template: DIARY,
  apps: [diary],
  prepare: async (_owner, url) => ({
    ann: await issueToken(url, 'diary', ANN, [], 'test'),
    bob: await issueToken(url, 'diary', BOB, [], 'test'),
  }),
});
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.send({ as: 'ann', method, path, body, headers });

beforeEach(async () => {
  await server.owner().query('truncate diary.note, diary.entry restart identity');
});

/** What is really there. */
async function stored(table: string): Promise<readonly Record<string, string>[]> {
  const { rows } = await server.owner().query(`select * from diary.${table} order by id`);
  return rows;
}

const TEXT = 'Liebes Tagebuch, "heute" \u{1f642}\n…\u0001';

describe.each([
  ['note', '/notes/', 'r'],
  ['entry', '/entries/', 't'],
])('an encrypted column of %s', (table, path, binding) => {
  test('is stored as ciphertext and shown in details and replies of writes, never in lists', async () => {
    const created = await send('POST', path, { title: 'A', content: TEXT });
    expect([created.status, created.json.content]).toEqual([201, TEXT]);
    const [row] = await stored(table);
    expect(row?.content).toMatch(new RegExp(`^v1\\.test\\.${binding}\\.[\\w-]+$`));
    const read = await send('GET', `${path}${created.json.id}/`);
    expect([read.status, read.text]).toEqual([200, created.text]);
    expect(Object.keys(read.json).slice(0, 4)).toEqual(['id', 'title', 'created_at', 'content']);
    const list = await send('GET', path);
    expect(list.json.results).toEqual([{ id: created.json.id, title: 'A', created_at: created.json.created_at }]);
  });

  test('keeps its tag while nothing changes; If-Match holds and fails as without', async () => {
    const { json, headers } = await send('POST', path, { title: 'A', content: TEXT });
    const tag = headers.get('etag') ?? '';
    const one = `${path}${json.id}/`;
    expect((await send('GET', one)).headers.get('etag')).toBe(tag);
    const changed = await send('PATCH', one, { content: 'other' }, { 'if-match': tag });
    expect([changed.status, changed.json.content]).toEqual([200, 'other']);
    expect((await send('PATCH', one, { title: 'B' }, { 'if-match': tag })).status).toBe(412);
    const now = (await send('GET', one)).headers.get('etag');
    const same = await send('PATCH', one, { title: 'A' }, { 'if-match': now ?? '' });
    expect([same.status, same.json.content]).toEqual([200, 'other']);
    // By then its row has a key.
    expect((await stored(table))[0]?.content).toMatch(/^v1\.test\.r\./);
  });

  test('opens in no other row', async () => {
    const first = (await send('POST', path, { title: 'A', content: 'first' })).json.id;
    const second = (await send('POST', path, { title: 'B', content: 'second' })).json.id;
    for (const id of [first, second]) await send('PATCH', `${path}${id}/`, { content: `of ${id}` });
    await server
      .owner()
      .query(`update diary.${table} t set content = o.content from diary.${table} o where o.id <> t.id`);
    const answer = await send('GET', `${path}${first}/`);
    expect([answer.status, answer.json.code]).toEqual([500, 'ENCRYPTION_DAMAGED']);
    expect(answer.text).not.toMatch(/v1\.test|of 0|of 1/);
    expect((await send('GET', path)).status).toBe(200);
  });

  test('several rows at once, and a repeated request gets the same reply', async () => {
    const items = [1, 2, 3].map((n) => ({ title: `T${n}`, content: `content ${n}` }));
    const bulk = await send('POST', `${path}bulk/`, { items });
    expect(bulk.json.results.map((one: { content: string }) => one.content)).toEqual(
      items.map(({ content }) => content),
    );
    const key = { 'idempotency-key': `same-${table}` };
    const once = await send('POST', path, { title: 'A', content: TEXT }, key);
    const again = await send('POST', path, { title: 'A', content: TEXT }, key);
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, once.text, 'true']);
    const { rows } = await server.owner().query('select items from altiplano.idempotency_key where items is not null');
    expect(rows.map((row) => row.items).join()).not.toContain('Tagebuch');
  });

  test('is redacted in the trail, which names who and which request', async () => {
    await server.owner().query('select 1');
    const created = await send('POST', path, { title: 'A', content: TEXT }, { 'x-request-id': `r-${table}` });
    const { rows } = await server.owner().query(
      `select actor_kind, actor_id, request_id, house_id, changes -> 'content' as content from diary.trail
       where record_id = $1 order by id desc limit 1`,
      [String(created.json.id)],
    );
    expect(rows).toEqual([
      { actor_kind: 'member', actor_id: ANN, request_id: `r-${table}`, house_id: HOUSE, content: [null, '[redacted]'] },
    ]);
  });
});

describe('values', () => {
  test('null stays null, lengths count characters of the text, and what is too long is told', async () => {
    const without = await send('POST', '/notes/', { title: 'A' });
    expect([without.json.content, (await stored('note'))[0]?.content]).toEqual([null, null]);
    expect((await send('POST', '/notes/', { title: 'A', content: '\u{1f642}'.repeat(100) })).status).toBe(201);
    const long = await send('POST', '/notes/', { title: 'A', content: 'x'.repeat(101) });
    expect(long.json.errors).toEqual({ content: ['Must have at most 100 characters; it has 101.'] });
    expect((await send('POST', '/entries/', { title: 'A' })).json.errors).toEqual({
      content: ['This member is required.'],
    });
    expect((await send('POST', '/entries/', { title: 'A', content: null })).status).toBe(400);
  });

  test('two in one row; a text that looks encrypted is a text', async () => {
    const { json } = await send('POST', '/entries/', { title: 'v1.test.r.AAAA', content: 'v1.test.r.AAAA', aside: '' });
    const read = await send('GET', `/entries/${json.id}/`);
    expect(read.json).toMatchObject({
      title: 'v1.test.r.AAAA',
      content: 'v1.test.r.AAAA',
      words: 'v1.test.r.AAAA',
      aside: '',
    });
    const plain = await send('POST', '/entries/', { title: 'B', content: 'x' });
    await server.owner().query("update diary.entry set content = 'plain' where id = $1", [plain.json.id]);
    expect((await send('GET', `/entries/${plain.json.id}/`)).status).toBe(500);
  });

  test("another tenant's are not there, before anything is decrypted", async () => {
    const { json } = await send('POST', '/notes/', { title: 'A', content: TEXT });
    await server.owner().query("update diary.note set content = 'damaged'");
    expect((await server.send({ as: 'bob', path: `/notes/${json.id}/` })).status).toBe(404);
  });
});
