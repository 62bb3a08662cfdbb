import { beforeAll, describe, expect, test } from 'vitest';
import { withOwner } from '../../src/execute/owner.ts';
import { CUSTOMER, FOREIGN, LIST, useCallbotServer, WORKSPACE } from './callbot-server.ts';

const callbot = useCallbotServer();
const LARGE = 10;
const idOf = (index: number) => CUSTOMER.replace(/.{2}$/, `d${index}`);

async function send(method: string, path: string, body?: string, headers: Readonly<Record<string, string>> = {}) {
  const reply = await callbot.get(path, {
    method,
    headers: { authorization: `Bearer ${callbot.token()}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: reply.status, json: JSON.parse(await reply.text()) };
}

describe('rows that another program made ten megabytes long', () => {
  beforeAll(() =>
    withOwner(callbot.url(), async (client) => {
      await client.query(
        `insert into callbot.customer (id, workspace_id, name, phone, other_attributes)
         select $1, $2, 'Large', '1', jsonb_build_object('text', repeat('x', 10 * 1024 * 1024))`,
        [idOf(0), WORKSPACE],
      );
      for (let index = 1; index < LARGE; index++) {
        await client.query(
          `insert into callbot.customer (id, workspace_id, name, phone, other_attributes)
           select $1, workspace_id, name, '1', other_attributes from callbot.customer where id = $2`,
          [idOf(index), idOf(0)],
        );
      }
    }),
  );

  test('are refused as a page, and readable one by one', async () => {
    const all = await send('GET', `${LIST}?workspace_id=${WORKSPACE}&page_size=${LARGE}`);
    expect(all).toMatchObject({
      status: 400,
      json: { code: 'REQ_REPLY_TOO_LARGE', hint: expect.stringMatching('page_size') },
    });
    const one = await send('GET', `${LIST}?workspace_id=${WORKSPACE}&page_size=1`);
    expect(one.status).toBe(200);
    expect(one.json.results[0].other_attributes.text).toHaveLength(10 * 1024 * 1024);
    expect((await send('GET', `${LIST}${idOf(0)}/?workspace_id=${WORKSPACE}`)).status).toBe(200);
    expect((await callbot.get('/healthz')).status).toBe(200);
  });

  test('are not changed by a write that could not show them', async () => {
    const items = Array.from({ length: LARGE }, (_, index) => ({ id: idOf(index), name: 'Changed' }));
    const changed = await send('PATCH', `${LIST}bulk/`, JSON.stringify({ workspace_id: WORKSPACE, items }));
    expect(changed).toMatchObject({ status: 400, json: { code: 'REQ_REPLY_TOO_LARGE' } });
    const names = await withOwner(callbot.url(), async (client) => {
      const text = 'select distinct name from callbot.customer where id = any($1::uuid[])';
      return (await client.query(text, [items.map(({ id }) => id)])).rows;
    });
    expect(names).toEqual([{ name: 'Large' }]);
  });
});

describe('ten megabytes of values', () => {
  const many = (element: string) =>
    `[${`${element},`.repeat(Math.floor(10_400_000 / (element.length + 1)))}${element}]`;
  const attributes = `{${Array.from({ length: 740_000 }, (_, index) => `"k${index}":1`).join(',')}}`;

  test.each([
    ['items', 'POST bulk/', () => `{"items":${many('{}')}}`],
    ['items', 'POST bulk/', () => `{"items":${many('[]')}}`],
    ['label_ids', 'POST ', () => `{"label_ids":${many('[]')}}`],
    ['other_attributes', 'POST ', () => `{"other_attributes":${attributes}}`],
  ])('are refused by the name of the member: %s', async (member, target, body) => {
    const [method = '', path] = target.split(' ');
    const { status, json } = await send(method, `${LIST}${path}`, body());
    expect(status).toBe(400);
    expect(json.errors).toEqual({ [member]: ['Holds more than 1000 values.'] });
  });

  test('in one document are refused by its name', async () => {
    const body = { workspace_id: WORKSPACE, name: 'n', phone: '1', other_attributes: { text: 'x'.repeat(65_536) } };
    const { status, json } = await send('POST', LIST, JSON.stringify(body));
    expect(status).toBe(400);
    expect(json.errors).toEqual({ other_attributes: ['Must be at most 65536 bytes of JSON; it has 65547.'] });
  });
});

test.each([
  ['given twice', '"name":"a","name":"b"'],
  ['too deep', `"other_attributes":${'['.repeat(32)}${']'.repeat(32)}`],
])('a stranger is not told of a member that is %s', async (_name, members) => {
  const refusal = async (workspace: string) => send('POST', LIST, `{"workspace_id":"${workspace}",${members}}`);
  expect((await refusal(FOREIGN)).status).toBe(403);
  const { status, json } = await refusal(WORKSPACE);
  expect(status).toBe(400);
  expect(Object.keys(json.errors)).toHaveLength(1);
});
