import { connectOwner, type OwnerClient } from 'altiplano';
import { runsOf, useServer } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finance } from '../app.ts';
import { answerNaively } from '../naive.ts';
import { sampledFinance } from './finance-database.ts';
import { type Asked, detailRequests, listRequests, type Population, readPopulation } from './requests.ts';
import { tokensOf } from './server.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(150);

let population: Population;
const api = useServer({
  template: sampledFinance,
  apps: [finance],
  prepare: async (client, url) => {
    population = await readPopulation(client);
    return tokensOf(url, Object.fromEntries(population.users.map((id) => [id, id])));
  },
});
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(api.url());
});
afterAll(() => owner.end());

function fast({ user, tenant, path, query }: Asked) {
  const headers = {
    ...(tenant.type === null ? {} : { 'x-tenant-type': tenant.type }),
    ...(tenant.id === null ? {} : { 'x-tenant-id': tenant.id }),
  };
  return api.send({ as: user, headers, path: query === '' ? path : `${path}?${query}` });
}

async function compare(asked: Asked): Promise<number> {
  const answer = await fast(asked);
  const slow = await answerNaively(owner, finance.schema, { ...asked, user: { id: asked.user } });
  expect(answer.status, answer.text).toBe(slow.status);
  if (slow.status === 200) expect(answer.text).toBe(slow.body);
  const faults = slow.errors ?? [];
  if (faults.length > 0) expect(Object.keys(answer.json.errors).sort()).toEqual([...faults].sort());
  return slow.status;
}

describe('the engine and the naive twin', () => {
  test('give the same bytes for any page of any list', async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(listRequests(population), async (asked) => {
        statuses.add(await compare(asked));
      }),
      { numRuns: RUNS },
    );
    expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 403]));
  }, 600_000);

  test('give the same bytes for a single object, or the same nothing', async () => {
    await fc.assert(
      fc.asyncProperty(detailRequests(population), async (asked) => {
        await compare(asked);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  test('agree on every row of a walk by page numbers', async () => {
    const [user = ''] = population.users;
    const [[type, id] = ['user', user]] = population.tenants.filter(([kind]) => kind === 'organization');
    for (const path of ['/financial/accounts', '/financial/transactions']) {
      const { body } = await answerNaively(owner, finance.schema, {
        ...{ user: { id: user }, tenant: { type, id }, path, query: 'size=100' },
      });
      const { total } = JSON.parse(body);
      const pages = Math.min(12, Math.ceil(total / 37) + 1);
      for (let page = 1; page <= pages; page++)
        await compare({ user, tenant: { type, id }, path, query: `page=${page}&size=37` });
    }
  }, 600_000);
});
