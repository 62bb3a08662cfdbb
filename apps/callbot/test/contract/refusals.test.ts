import { describe, expect, test } from 'vitest';
import { type Answer, CALLS_PATH, CUSTOMERS_PATH, expectProblem, refusalText, type Sent, useApi } from './api.ts';
import { CUSTOMERS, EMPLOYEES, LABELS, MADE_UP, NOT_THERE, OURS, THEIRS } from './fixture.ts';
import { NEW_CALL, NEW_CUSTOMER, REFUSED_CALL, REFUSED_CUSTOMER } from './refused-bodies.ts';

const api = useApi();
const DETAIL = `${CUSTOMERS_PATH}${CUSTOMERS.own}/`;

/** Sends what must be refused, and sees that nothing has changed. */
async function refuse(sent: Sent, status: number, errors?: readonly string[]): Promise<Answer> {
  const before = await api.contents();
  const answer = await api.send(sent);
  const told = `${sent.method} ${sent.path} ${JSON.stringify(sent.body)?.slice(0, 200)}: ${answer.text.slice(0, 500)}`;
  expect(answer.status, told).toBe(status);
  expectProblem(answer);
  if (errors !== undefined) expect(Object.keys(answer.json.errors ?? {}).sort(), told).toEqual([...errors].sort());
  expect(await api.contents(), told).toBe(before);
  return answer;
}

const post = (body: unknown, more: Partial<Sent> = {}): Sent => {
  return { method: 'POST', path: CUSTOMERS_PATH, workspace: null, body, ...more };
};
const patch = (body: unknown, more: Partial<Sent> = {}): Sent => ({ method: 'PATCH', path: DETAIL, body, ...more });
const without = (body: object, member: string) =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== member));

describe('a wrong member of a customer is a 400 that names it', () => {
  test.each(Object.entries(REFUSED_CUSTOMER))('%s', async (member, values) => {
    for (const value of values) {
      await refuse(post({ ...NEW_CUSTOMER, [member]: value }), 400, [member]);
      if (member !== 'id') await refuse(patch({ [member]: value }), 400, [member]);
      const items = [NEW_CUSTOMER, { ...NEW_CUSTOMER, [member]: value }];
      const answer = await refuse(post({ items }, { path: `${CUSTOMERS_PATH}bulk/` }), 400);
      expect(Object.keys(answer.json.errors)[0], JSON.stringify(value)).toMatch(/^items\.1\b/);
      if (member === 'id') continue;
      const changes = [
        { id: CUSTOMERS.own, name: 'Changed' },
        { id: CUSTOMERS.others, [member]: value },
      ];
      const change = patch({ items: changes }, { path: `${CUSTOMERS_PATH}bulk/` });
      expect(Object.keys((await refuse(change, 400)).json.errors)[0]).toMatch(/^items\.1\b/);
    }
  });

  test('and so is one that is missing', async () => {
    for (const member of ['name', 'phone', 'workspace_id']) {
      await refuse(post(without(NEW_CUSTOMER, member)), 400, [member]);
    }
    await refuse(post({ workspace_id: OURS }), 400, ['name', 'phone']);
  });

  test('with what was meant, if that can be told', async () => {
    const { json } = await refuse(patch({ nmae: 'x' }), 400, ['nmae']);
    expect(json.errors.nmae[0]).toContain("'name'");
  });

  test('whatever its name: __proto__', async () => {
    const body = `{"workspace_id":"${OURS}","name":"x","phone":"1","__proto__":{"status":"active"}}`;
    await refuse(post(body), 400, ['__proto__']);
  });

  test('all of them at once', async () => {
    const errors = ['email', 'name', 'nonsense', 'phone', 'status'];
    await refuse(post({ workspace_id: OURS, name: 1, email: [], status: 'x', nonsense: 1 }), 400, errors);
  });
});

describe('a wrong member of a call is a 400 that names it', () => {
  const call = (body: unknown): Sent => post(body, { path: CALLS_PATH });

  test.each(Object.entries(REFUSED_CALL))('%s', async (member, values) => {
    for (const value of values) {
      await refuse(call({ ...NEW_CALL, [member]: value }), 400, [member]);
      const items = [NEW_CALL, { ...NEW_CALL, [member]: value }];
      const answer = await refuse(post({ items }, { path: `${CALLS_PATH}bulk/` }), 400);
      expect(Object.keys(answer.json.errors)[0]).toMatch(/^items\.1\b/);
    }
  });

  test.each(['workspace_id', 'customer_id', 'direction', 'status', 'duration', 'call_type'])(
    'without %s',
    async (member) => {
      await refuse(call(without(NEW_CALL, member)), 400, [member]);
    },
  );
});

describe('a list of items', () => {
  const bulk = (method: string, body: unknown): Sent => ({ method, path: `${CUSTOMERS_PATH}bulk/`, body });
  const items = (length: number) => Array.from({ length }, () => NEW_CUSTOMER);

  test.each<[string, string, unknown, string]>([
    ['none', 'POST', { workspace_id: OURS }, 'items'],
    ['empty', 'POST', { items: [] }, 'items'],
    ['too many', 'POST', { items: items(101) }, 'items'],
    ['no list', 'POST', { items: NEW_CUSTOMER }, 'items'],
    ['of texts', 'POST', { items: ['x'] }, 'items.0'],
    ['of lists', 'POST', { items: [[NEW_CUSTOMER]] }, 'items.0'],
    ['with a stranger beside it', 'POST', { items: items(1), limit: 5 }, 'limit'],
    ['without an id', 'PATCH', { items: [{ name: 'x' }] }, 'items.0.id'],
    ['with no uuid for an id', 'PATCH', { items: [{ id: 7 }] }, 'items.0.id'],
    ['with one id twice', 'PATCH', { items: [{ id: CUSTOMERS.own }, { id: CUSTOMERS.own }] }, 'items.1.id'],
    ['empty', 'PATCH', { items: [] }, 'items'],
    ['too many', 'PATCH', { items: items(101) }, 'items'],
    ['of nothing', 'DELETE', {}, 'ids'],
    ['empty', 'DELETE', { ids: [] }, 'ids'],
    ['too many', 'DELETE', { ids: items(101).map(() => MADE_UP) }, 'ids'],
    ['no list', 'DELETE', { ids: CUSTOMERS.own }, 'ids'],
    ['of no uuids', 'DELETE', { ids: [CUSTOMERS.own, 'abc'] }, 'ids.1'],
    ['of objects', 'DELETE', { ids: [{ id: CUSTOMERS.own }] }, 'ids.0'],
  ])('%s: %s', async (_title, method, body, error) => {
    const { json } = await refuse(bulk(method, body), 400);
    expect(Object.keys(json.errors)).toContain(error);
  });
});

describe('a row that is not there is the same 404', () => {
  const routes: readonly (readonly [string, (id: string) => Sent])[] = [
    ['PATCH', (id) => patch({ name: 'x' }, { path: `${CUSTOMERS_PATH}${id}/` })],
    ['DELETE', (id) => ({ method: 'DELETE', path: `${CUSTOMERS_PATH}${id}/` })],
    ['link', (id) => ({ method: 'POST', path: `${CUSTOMERS_PATH}${id}/labels/${LABELS.vip}/` })],
    ['unlink', (id) => ({ method: 'DELETE', path: `${CUSTOMERS_PATH}${id}/labels/${LABELS.vip}/` })],
  ];

  test.each(routes)('for %s', async (_name, sent) => {
    const texts = new Set<string>();
    for (const id of [...Object.values(NOT_THERE), 'abc', '%00']) texts.add(refusalText(await refuse(sent(id), 404)));
    // For an employee, other people's customers are among them.
    for (const as of ['employee', 'idle'] as const) {
      for (const id of [CUSTOMERS.others, CUSTOMERS.nobodys, CUSTOMERS.deleted]) {
        texts.add(refusalText(await refuse({ ...sent(id), as }, 404)));
      }
    }
    texts.add(refusalText(await refuse({ ...sent(CUSTOMERS.own), as: 'idle' }, 404)));
    expect(texts.size).toBe(1);
  });

  test('for labels of another workspace', async () => {
    const texts = new Set<string>();
    for (const method of ['POST', 'DELETE']) {
      for (const label of [LABELS.foreign, MADE_UP, 'abc']) {
        texts.add(refusalText(await refuse({ method, path: `${DETAIL}labels/${label}/` }, 404)));
      }
    }
    expect(texts.size).toBe(1);
  });

  test('in a list, and the rest of the list stays as it was', async () => {
    const path = `${CUSTOMERS_PATH}bulk/`;
    for (const method of ['PATCH', 'DELETE']) {
      const texts = new Set<string>();
      for (const id of Object.values(NOT_THERE)) {
        const ids = [CUSTOMERS.own, id];
        const body = method === 'PATCH' ? { items: ids.map((one) => ({ id: one, name: 'x' })) } : { ids };
        const answer = await api.send({ method, path, body });
        expect([400, 404]).toContain(answer.status);
        expect(Object.keys(answer.json.errors)[0]).toMatch(/^(items|ids)\.1\b/);
        texts.add(refusalText(await refuse({ method, path, body }, answer.status)));
      }
      expect(texts.size).toBe(1);
    }
  });
});

describe('a reference to what is not there says no more than that', () => {
  test('foreign and made up are the same', async () => {
    const asked = (member: string, value: unknown) => refuse(post({ ...NEW_CUSTOMER, [member]: value }), 400, [member]);
    const said = async (member: string, value: unknown) => refusalText(await asked(member, value));
    expect(await said('employee_id', EMPLOYEES.foreign)).toBe(await said('employee_id', MADE_UP));
    expect(await said('label_ids', [LABELS.foreign])).toBe(await said('label_ids', [MADE_UP]));
  });

  test('and so is an employee’s call for a customer of somebody else', async () => {
    const texts = new Set<string>();
    for (const id of [CUSTOMERS.others, CUSTOMERS.nobodys, ...Object.values(NOT_THERE)]) {
      const sent = post({ ...NEW_CALL, customer_id: id }, { path: CALLS_PATH, as: 'employee' });
      texts.add(refusalText(await refuse(sent, 400, ['customer_id'])));
    }
    expect(texts.size).toBe(1);
  });
});

describe('a workspace one may not enter', () => {
  const everywhere: readonly Sent[] = [
    post({ ...NEW_CUSTOMER, workspace_id: THEIRS }),
    post({ ...NEW_CALL, workspace_id: THEIRS }, { path: CALLS_PATH }),
    post({ items: [{ ...NEW_CUSTOMER, workspace_id: THEIRS }] }, { path: `${CUSTOMERS_PATH}bulk/` }),
    post({ items: [{ ...NEW_CALL, workspace_id: THEIRS }] }, { path: `${CALLS_PATH}bulk/` }),
    patch({ name: 'x' }, { workspace: THEIRS }),
    patch({ items: [{ id: CUSTOMERS.foreign, name: 'x' }] }, { workspace: THEIRS, path: `${CUSTOMERS_PATH}bulk/` }),
    { method: 'DELETE', path: `${CUSTOMERS_PATH}${CUSTOMERS.foreign}/`, workspace: THEIRS },
    { method: 'DELETE', path: `${CUSTOMERS_PATH}bulk/`, workspace: THEIRS, body: { ids: [CUSTOMERS.foreign] } },
    { method: 'POST', path: `${CUSTOMERS_PATH}${CUSTOMERS.foreign}/labels/${LABELS.foreign}/`, workspace: THEIRS },
    { method: 'DELETE', path: `${CUSTOMERS_PATH}${CUSTOMERS.foreign}/labels/${LABELS.foreign}/`, workspace: THEIRS },
  ];

  test.each(everywhere.map((sent) => [`${sent.method} ${sent.path}`, sent] as const))('%s', async (_name, sent) => {
    const madeUp = JSON.parse(JSON.stringify(sent).replaceAll(THEIRS, MADE_UP)) as Sent;
    const theirs = refusalText(await refuse(sent, 403));
    expect(refusalText(await refuse(madeUp, 403))).toBe(theirs);
    // Before what is wrong with the rest, after a workspace that is none.
    if (sent.body !== undefined) {
      const worse = { ...sent, body: { ...(sent.body as object), nonsense: 1 } };
      expect(refusalText(await refuse(worse, 403))).toBe(theirs);
    }
    await refuse(JSON.parse(JSON.stringify(sent).replaceAll(THEIRS, 'abc')) as Sent, 400, undefined);
    await refuse({ ...sent, headers: { authorization: 'Bearer nonsense' } }, 401);
  });

  test('cannot be smuggled in beside one’s own', async () => {
    await refuse(patch({ name: 'x', workspace_id: THEIRS }), 400, ['workspace_id']);
    await refuse(patch({ name: 'x', workspace_id: THEIRS }, { path: `${CUSTOMERS_PATH}${CUSTOMERS.foreign}/` }), 400);
    const items = [NEW_CUSTOMER, { ...NEW_CUSTOMER, workspace_id: THEIRS }];
    await refuse(post({ items }, { path: `${CUSTOMERS_PATH}bulk/` }), 400);
    await refuse(post({ ...NEW_CUSTOMER, workspace_id: THEIRS }, { workspace: OURS }), 400);
  });
});

describe('a user of role employee', () => {
  test('gives customers to nobody else', async () => {
    for (const value of [EMPLOYEES.other, null]) {
      const created = await refuse(post({ ...NEW_CUSTOMER, employee_id: value }, { as: 'employee' }), 400);
      expect(Object.keys(created.json.errors)).toEqual(['employee_id']);
      await refuse(patch({ employee_id: value }, { as: 'employee' }), 400, ['employee_id']);
    }
  });

  test('who is nobody creates nothing', async () => {
    for (const employee_id of [undefined, null, EMPLOYEES.own]) {
      const body = { ...NEW_CUSTOMER, ...(employee_id === undefined ? {} : { employee_id }) };
      const before = await api.contents();
      const { status } = await api.send(post(body, { as: 'idle' }));
      expect([400, 403]).toContain(status);
      expect(await api.contents()).toBe(before);
    }
  });

  test('does not delete other people’s customers in a list with its own', async () => {
    const ids = [CUSTOMERS.own, CUSTOMERS.others];
    const before = await api.contents();
    const sent = { as: 'employee', method: 'DELETE', path: `${CUSTOMERS_PATH}bulk/`, body: { ids } } as const;
    expect([400, 404]).toContain((await api.send(sent)).status);
    expect(await api.contents()).toBe(before);
  });
});
