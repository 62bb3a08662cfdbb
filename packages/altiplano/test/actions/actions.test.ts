import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OTHER } from './desk.ts';
import { useDesk } from './desk-server.ts';

const { ask, rows, origin, tokenOf } = useDesk();
const count = async (title: string) =>
  Number((await rows<{ n: string }>(`select count(*) as n from desk.ticket where title = '${title}'`))[0]?.n);

describe('a handler', () => {
  test('gets values of the declared types and what it returns is the reply', async () => {
    const points = [
      { device: 'a', at: '2026-01-31T12:00:00.123456Z', x: 1.5 },
      { device: 'a', at: '2026-01-31T12:00:00.123456Z' },
      { device: 'b', at: '2026-01-31T13:00:00+01:00' },
    ];
    const body = { title: 'First', size: 1.5, due: '2026-02-01', marks: ['x'], points };
    const made = await ask('POST', '/tickets/open/', { body });
    expect([made.status, made.headers.get('etag')]).toEqual([201, '"one"']);
    expect(made.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/tickets\/[0-9a-f-]{36}\/$/);
    expect(made.json).toMatchObject({ kind: 'bug', size: '1.5', due: '2026-02-01T00:00:00.000000Z', stored: 2 });
    const whole = await ask('GET', `/tickets/${made.json.id}/whole/?most=5`);
    expect(whole.json).toEqual({
      ...{ title: 'First', size: '1.50', due: '2026-02-01T00:00:00.000000Z', big: '9007199254740993' },
      ...{ doc: { a: [1] }, points: 2, most: 5, loud: false },
    });
    const again = await ask('GET', `/tickets/${made.json.id}/whole/`, { headers: { 'if-none-match': '"whole"' } });
    expect(again.status).toBe(304);
  });

  test('sees and writes rows of its tenant only', async () => {
    const [theirs] = await rows<{ id: string }>(`select id from desk.ticket where title = 'theirs'`);
    for (const id of [theirs?.id, 'not-an-id', OTHER]) {
      expect([(await ask('GET', `/tickets/${id}/whole/`)).status, id]).toEqual([404, id]);
    }
    const foreign = await ask('POST', '/mistakes/foreign/');
    expect([foreign.status, await count('not ours')]).toEqual([500, 0]);
  });

  test('that fails leaves nothing and tells nothing', async () => {
    for (const name of ['throws', 'undeclared', 'unknown_sql']) {
      const { status, json, text } = await ask('POST', `/mistakes/${name}/`);
      expect([status, json.code, name]).toEqual([500, 'EXEC_INTERNAL', name]);
      expect(text).not.toMatch(/secret|nobody|nowhere/);
    }
    expect(await count('lost')).toBe(0);
  });

  test('cannot hide a failed statement, nor end before its statements do', async () => {
    expect((await ask('POST', '/mistakes/swallows/')).json.code).toBe('REQ_REFUSED');
    expect((await ask('POST', '/mistakes/forgets/')).status).toBe(204);
    expect(await count('forgotten')).toBe(1);
  });

  test('meets a unique index: 409 that names it and no value', async () => {
    const { status, json } = await ask('POST', '/mistakes/twice/');
    expect([status, json.code, await count('twice')]).toEqual([409, 'REQ_TAKEN', 0]);
    expect(json.detail).toBe('Another row has this already: ticket_office_id_code_key allows it once.');
  });

  test('is stopped when its client leaves', async () => {
    const gone = new AbortController();
    const asked = ask('POST', '/mistakes/lingers/', { signal: gone.signal }).catch(() => 'gone');
    const sleeping =
      "select pid from pg_stat_activity where query like '%pg_sleep(20)' and datname = current_database() and state = 'active' and pid <> pg_backend_pid()";
    while ((await rows(sleeping)).length === 0);
    gone.abort();
    expect(await asked).toBe('gone');
    while ((await rows(sleeping)).length > 0);
    expect((await ask('POST', '/mistakes/forgets/')).status).toBe(204);
  });
});

describe('refusals', () => {
  test('a stranger is told nothing else; a scope is asked for before the body is judged', async () => {
    const wrong = { body: { titel: 1 } };
    expect((await ask('POST', '/tickets/open/', { ...wrong, office: OTHER })).status).toBe(403);
    expect((await ask('POST', '/tickets/open/', { ...wrong, token: await tokenOf(['tickets:read']) })).status).toBe(
      403,
    );
    expect((await ask('POST', '/tickets/open/', { ...wrong, token: 'nobody' })).status).toBe(401);
    expect((await ask('POST', '/tickets/open/', { ...wrong, token: await tokenOf(['tickets:write']) })).status).toBe(
      400,
    );
    expect((await ask('POST', '/tickets/open/', { body: { title: 'x' }, office: '' })).json.errors).toHaveProperty(
      'office_id',
    );
  });

  test('name every member and index at once', async () => {
    const body = {
      titel: 'x',
      kind: 'joke',
      size: 12345.678,
      due: 'soon',
      marks: ['short', 'too long', 3],
      points: [{ device: 'd', at: 'never', x: 91 }, 5, { at: '2026-01-01', y: 1 }],
    };
    const { status, json } = await ask('POST', '/tickets/open/', { body });
    expect([status, json.code]).toEqual([400, 'REQ_INVALID']);
    expect(json.errors).toEqual({
      titel: ["Unknown member. Did you mean 'title'?"],
      title: ['This member is required.'],
      kind: ["Must be one of bug, wish; 'joke' is none of them."],
      size: ['Must have at most 4 digits before the point and 2 after it.'],
      due: [expect.stringContaining('Must be a time')],
      'marks.1': ['Must have at most 5 characters; it has 8.'],
      'marks.2': ['Must be a text.'],
      'points.0.at': [expect.stringContaining('Must be a time')],
      'points.0.x': ['Must be a number from -90 to 90.'],
      'points.1': ['Must be an object.'],
      'points.2.device': ['This member is required.'],
      'points.2.y': [expect.stringContaining('Unknown member.')],
    });
    const long = await ask('POST', '/tickets/open/', { body: { title: 'x', marks: ['', '', '', ''] } });
    expect(long.json.errors).toEqual({ marks: ['Must hold 0 to 3 values; it holds 4.'] });
    const title = await ask('POST', '/tickets/open/', { body: { title: 'x'.repeat(21) } });
    expect(title.json.errors).toEqual({ title: ['Must have at most 20 characters; it has 21.'] });
  });

  test('of queries, paths, methods and bodies', async () => {
    const query = await ask('GET', `/tickets/${OTHER}/whole/?lout=1&most=10`);
    expect(query.json.errors).toEqual({
      lout: ["Unknown parameter. Did you mean 'loud'?"],
      most: ['Must be a whole number from 1 to 9.'],
    });
    expect((await ask('GET', '/tickets/open/')).status).toBe(405);
    expect((await ask('POST', '/ticket/open/')).json.hint).toContain('/tickets/open/');
    expect((await ask('POST', '/mistakes/throws/', { body: { a: 1 } })).json.code).toBe('REQ_BODY');
    expect((await ask('POST', '/tickets/open/', { body: '{"title": "a", "title": "b"}' })).json.errors).toEqual({
      title: ['Given more than once.'],
    });
    expect((await ask('POST', '/tickets/open/', { body: '{' })).json.code).toBe('REQ_BODY');
  });

  test('of texts in paths and queries that no text of the database can hold', async () => {
    expect((await ask('GET', '/tickets/by-code/a%00b/')).status).toBe(404);
    expect((await ask('GET', '/tickets/by-code/same/?loud=%00')).status).toBe(400);
    expect((await ask('GET', '/tickets/by-code/%ff/')).status).toBeLessThan(500);
  });

  test('of whole numbers beyond four bytes, where nothing else is declared', async () => {
    for (const most of ['2147483648', '-2147483649', '1e300']) {
      const { status, json } = await ask('GET', `/tickets/by-code/same/?most=${most}`);
      expect([status, json.errors]).toEqual([
        400,
        { most: ['Must be a whole number from -2147483648 to 2147483647.'] },
      ]);
    }
    expect((await ask('GET', '/tickets/by-code/none/?most=2147483647')).status).toBe(404);
  });

  test('of the app: its own catalogue, with a page', async () => {
    await rows(`insert into desk.ticket (office_id, title)
      select '00000000-0000-4000-8000-0000000000a1', 'many' from generate_series(1, 50)`);
    const { status, json } = await ask('POST', '/tickets/open/', { body: { title: 'one more' } });
    await rows(`delete from desk.ticket where title = 'many'`);
    expect([status, json.code, json.detail]).toEqual([409, 'DESK_FULL', 'The desk holds 50 tickets.']);
    const page = await fetch(new URL('/errors/DESK_FULL', origin()));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Close one first.')]);
  });

  test('whatever a body holds, the answer is no 500', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record(
          {
            title: fc.jsonValue(),
            kind: fc.jsonValue(),
            size: fc.jsonValue(),
            due: fc.jsonValue(),
            marks: fc.jsonValue(),
            points: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
        async (body) => {
          const { status, text } = await ask('POST', '/tickets/open/', { body });
          expect([status, text]).toEqual([expect.toSatisfy((code: number) => code < 500), text]);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a tag', () => {
  async function ticket(): Promise<{ id: string; tag: string }> {
    const made = await ask('POST', '/tickets/open/', { body: { title: 'tagged' } });
    const read = await ask('GET', `/tickets/${made.json.id}/`);
    return { id: made.json.id, tag: read.headers.get('etag') ?? '' };
  }
  const rename = (id: string, title: string, tag?: string) =>
    ask('PATCH', `/tickets/${id}/`, { body: { title }, headers: tag === undefined ? {} : { 'if-match': tag } });

  test('is that of the bytes, whoever made them: the resource read or an action that changes it', async () => {
    const { id, tag } = await ticket();
    const changed = await rename(id, 'changed', tag);
    expect([changed.status, changed.json.title]).toEqual([200, 'changed']);
    expect(changed.headers.get('etag')).not.toBe(tag);
    expect(changed.headers.get('etag')).toBe((await ask('GET', `/tickets/${id}/`)).headers.get('etag'));
  });

  test('that no longer holds is a 412, and nothing was done', async () => {
    const { id, tag } = await ticket();
    await rename(id, 'quicker');
    const late = await rename(id, 'too late', tag);
    expect([late.status, late.json.code]).toEqual([412, 'REQ_PRECONDITION']);
    expect((await ask('GET', `/tickets/${id}/`)).json.title).toBe('quicker');
    expect((await rename(id, 'one of them', `"other", ${late.headers.get('etag') ?? '"x"'}`)).status).toBe(412);
    expect((await rename(id, 'weak', `W/${tag}`)).status).toBe(412);
    expect((await rename(id, 'any', '*')).status).toBe(200);
  });

  test('of two who read the same one comes through', async () => {
    const { id, tag } = await ticket();
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => rename(id, `by ${n}`, tag)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
  });

  test('of what is not there, that is none, or of what depends on none', async () => {
    expect((await rename(OTHER, 'nobody', '"x"')).status).toBe(404);
    const { id } = await ticket();
    expect((await rename(id, 'x', 'x')).json.errors).toHaveProperty('If-Match');
    const asked = { body: { title: 'x' }, headers: { 'if-match': '"x"' } };
    const refused = await ask('POST', '/tickets/open/', asked);
    expect(refused.json.errors).toEqual({ 'If-Match': ['This cannot be made to depend on a tag.'] });
  });

  test('is described', async () => {
    const { json } = await ask('GET', '/openapi/desk.json', { office: '' });
    const { paths } = json;
    const { parameters, responses } = paths['/tickets/{id}/'].patch;
    expect(parameters).toContainEqual(expect.objectContaining({ name: 'If-Match', in: 'header' }));
    expect([responses[200].headers, Object.keys(responses)]).toEqual([
      { ETag: expect.anything() },
      expect.arrayContaining(['412']),
    ]);
  });
});

describe('an Idempotency-Key', () => {
  test('makes ten requests at once one', async () => {
    const asked = { body: { title: 'once' }, key: 'ten-at-once' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('POST', '/tickets/open/', asked)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(await count('once')).toBe(1);
    const [kept] = await rows<{ items: string }>('select items from altiplano.idempotency_key');
    expect(kept?.items).toMatch(/^[A-Za-z0-9+/]{50,}=*$/); // whatever secret a reply holds, the table tells nobody
    const other = await ask('POST', '/tickets/open/', { body: { title: 'another' }, key: 'ten-at-once' });
    expect([other.status, other.json.code]).toEqual([422, 'REQ_KEY_REUSED']);
  });

  test('keeps nothing of what was refused', async () => {
    expect((await ask('POST', '/mistakes/twice/', { key: 'refused' })).status).toBe(409);
    expect((await ask('POST', '/mistakes/twice/', { key: 'refused' })).status).toBe(409);
  });
});

test('the API description holds every action and is valid', async () => {
  const { json } = await ask('GET', '/openapi.json', { office: '' });
  expect(await new Validator().validate(json)).toEqual({ valid: true });
  const { post } = json.paths['/tickets/open/'];
  expect(post.requestBody.content['application/json'].example).toMatchObject({ title: 'title', kind: 'bug' });
  expect(post.responses[409].description).toContain('The desk holds');
  expect(Object.keys(json.paths['/tickets/{id}/whole/'].get.responses)).toContain('404');
});
