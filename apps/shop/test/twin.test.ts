import { connectOwner, type OwnerClient } from 'altiplano';
import { type AppServer, runsOf, useServer } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shop } from '../app.ts';
import { answerNaively, listVisible, type NaiveReply } from '../naive.ts';
import { type Asked, listQueries, type Population, readPopulation } from './requests.ts';
import { tokensOf } from './server.ts';
import { sampledShop } from './shop-database.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(120);
/** The sample's last day. */
const INSTANT = '2026-10-31T12:00:00.000000Z';

let population: Population;
/** Only the dashboard asks for the time. */
let instant: string | null = null;
const api: AppServer = useServer({
  template: sampledShop,
  apps: [shop],
  instant: () => instant,
  prepare: async (owner, url) => {
    population = await readPopulation(owner);
    return tokensOf(url, Object.fromEntries(population.callers.map((id) => [id, id])));
  },
});
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(api.url());
});
afterAll(() => owner.end());

const naive = ({ caller, path, query }: Asked) => ({ user: caller, path, query });
const slowly = (asked: Asked): Promise<NaiveReply> =>
  answerNaively(owner, shop.schema, naive(asked), { instant: INSTANT });
const fast = ({ caller, path, query }: Asked) =>
  api.send({ as: caller, path: query === '' ? path : `${path}?${query}` });

async function agree(asked: Asked): Promise<void> {
  const [answer, slow] = [await fast(asked), await slowly(asked)];
  expect(answer.status, answer.text).toBe(slow.status);
  // Where a page leads is not the twin's to say.
  if (slow.status === 200)
    expect(answer.text.replace(`"next":${JSON.stringify(answer.json.next)}`, '"next":null')).toBe(slow.body);
  if (slow.status === 400) expect(Object.keys(answer.json.errors).sort()).toEqual([...(slow.errors ?? [])].sort());
}

describe('the engine and the naive twin', () => {
  test('give the same bytes for the first page of any list', async () => {
    await fc.assert(fc.asyncProperty(listQueries(population), agree), { numRuns: RUNS });
  }, 600_000);

  test('give the same bytes for a single object, or the same nothing', async () => {
    const one = fc.record({
      caller: fc.option(fc.constantFrom(...population.callers)),
      path: fc.constantFrom(...population.details),
      query: fc.constantFrom('', '', '', 'page_size=3'),
    });
    await fc.assert(fc.asyncProperty(one, agree), { numRuns: RUNS });
  }, 600_000);

  test('give the same bytes for the dashboard, and again after what changes it', async () => {
    instant = INSTANT;
    const [staff = null, shopper = null] = population.callers;
    const asked = { caller: staff, path: '/api/admin/dashboard/', query: '' };
    await agree(asked);
    await agree({ ...asked, caller: shopper });
    await owner.query(`
      update shop.shop_order set status = 'cancelled' where id in (select id from shop.shop_order where status = 'paid' order by created_at desc limit 20);
      update shop.shop_order set status = 'paid' where id in (select id from shop.shop_order where status = 'pending' order by created_at desc limit 20);
      insert into shop.shopper (email, name, created_at) values ('new@example.org', 'New', '${INSTANT}');
      delete from shop.review where id in (select id from shop.review order by id limit 50);
      update shop.product set is_active = false where id in (select id from shop.product where stock < 10 order by stock, id limit 3);`);
    await agree(asked);
    instant = null;
  }, 600_000);

  test('agree on a walk forward and back, every visible row exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(listQueries(population), fc.constantFrom(7, 25, 100), async (asked, size) => {
        const query = asked.query.replace(/&?page_size=[^&]*/, '');
        const ids = await listVisible(owner, shop.schema, naive({ ...asked, query }));
        if (ids === null) return;
        const limited = Math.min(ids.length, 12 * size);
        const walked = await walk({ ...asked, query: `${query}${query === '' ? '' : '&'}page_size=${size}` }, limited);
        expect(walked.forward.slice(0, limited)).toEqual(ids.slice(0, limited));
        expect(walked.backward).toEqual(walked.forward.slice(0, walked.backward.length));
        expect(walked.backward.length).toBe(walked.forward.length - walked.lastPage);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  }, 600_000);
});

interface Page {
  readonly results: readonly { readonly id: string }[];
  readonly next: string | null;
  readonly previous: string | null;
}

/** Follows `next` until enough rows or the end, then `previous` back to the start. */
async function walk(asked: Asked, enough: number) {
  const follow = async (link: string): Promise<Page> => {
    const { pathname, search } = new URL(link);
    return (await api.send({ as: asked.caller, path: `${pathname}${search}` })).json;
  };
  const idsOf = (page: Page) => page.results.map(({ id }) => id);
  const pages: string[][] = [];
  let page: Page = (await fast(asked)).json;
  for (;;) {
    pages.push(idsOf(page));
    if (page.next === null || pages.flat().length >= enough) break;
    page = await follow(page.next);
  }
  const back: string[][] = [];
  while (page.previous !== null) {
    page = await follow(page.previous);
    back.unshift(idsOf(page));
  }
  return { forward: pages.flat(), backward: back.flat(), lastPage: pages.at(-1)?.length ?? 0 };
}
