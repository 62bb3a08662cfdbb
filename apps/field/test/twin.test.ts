import { connectOwner, type OwnerClient } from 'altiplano';
import { type AppServer, runsOf, useServer } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { field } from '../app.ts';
import { answerNaively, listVisible, type NaiveReply } from '../naive.ts';
import { openContent } from './content.ts';
import { sampledField } from './field-database.ts';
import { type Asked, listQueries, type Population, pageQueries, readPopulation } from './requests.ts';
import { tokensOf } from './server.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(150);

let population: Population;
const api: AppServer = useServer({
  template: sampledField,
  apps: [field],
  prepare: async (owner, url) => {
    population = await readPopulation(owner);
    return tokensOf(url, Object.fromEntries(population.callers.map(({ id }) => [id, id])));
  },
});
let owner: OwnerClient;
beforeAll(async () => {
  owner = await connectOwner(api.url());
});
afterAll(() => owner.end());

const naive = ({ caller, path, query }: Asked) => ({ user: { id: caller }, path, query, origin: api.origin() });
const slowly = (asked: Asked): Promise<NaiveReply> =>
  answerNaively(owner, field.schema, naive(asked), { open: openContent });
const fast = ({ caller, path, query }: Asked) =>
  api.send({ as: caller, path: query === '' ? path : `${path}?${query}` });

/** Where a page leads is not the twin's to say. */
const withoutNext = (text: string, next: string | null): string =>
  text.replace(`"next":${JSON.stringify(next)}`, '"next":null');

describe('the engine and the naive twin', () => {
  test('give the same bytes for the first page of any list', async () => {
    await fc.assert(
      fc.asyncProperty(listQueries(population), async (asked) => {
        const answer = await fast(asked);
        const slow = await slowly(asked);
        expect(answer.status, answer.text).toBe(slow.status);
        if (slow.status === 200) expect(withoutNext(answer.text, answer.json.next)).toBe(slow.body);
        if (slow.status === 400)
          expect(Object.keys(answer.json.errors).sort()).toEqual([...(slow.errors ?? [])].sort());
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  test('give the same bytes for a page of people, whatever its number', async () => {
    await fc.assert(
      fc.asyncProperty(pageQueries(population), async (asked) => {
        const answer = await fast(asked);
        const slow = await slowly(asked);
        expect(answer.status, answer.text).toBe(slow.status);
        if (slow.status === 200) expect(answer.text).toBe(slow.body);
        if (slow.status === 400)
          expect(Object.keys(answer.json.errors).sort()).toEqual([...(slow.errors ?? [])].sort());
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  test('give the same bytes for a single object, or the same nothing', async () => {
    const one = fc.record({
      caller: fc.constantFrom(...population.callers.map(({ id }) => id)),
      path: fc.constantFrom(...population.details),
      query: fc.constant(''),
    });
    await fc.assert(
      fc.asyncProperty(one, async (asked) => {
        const answer = await fast(asked);
        const slow = await slowly(asked);
        expect(answer.status, answer.text).toBe(slow.status);
        if (slow.status === 200) expect(answer.text).toBe(slow.body);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  test('agree on a walk forward and back, every visible row exactly once', async () => {
    const size = fc.constantFrom(7, 25, 100);
    await fc.assert(
      fc.asyncProperty(listQueries(population), size, async (asked, pageSize) => {
        const ids = await listVisible(owner, field.schema, naive(asked));
        if (ids === null) return;
        const limited = Math.min(ids.length, 20 * pageSize);
        const separator = asked.query === '' ? '' : '&';
        const walked = await walk({ ...asked, query: `${asked.query}${separator}page_size=${pageSize}` }, limited);
        expect(walked.forward.slice(0, limited)).toEqual(ids.slice(0, limited));
        expect(walked.backward).toEqual(walked.forward.slice(0, walked.backward.length));
        expect(walked.backward.length).toBe(walked.forward.length - walked.lastPage);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  }, 600_000);
});

interface Page {
  readonly results: readonly { readonly id: number }[];
  readonly next: string | null;
  readonly previous: string | null;
}

/** Follows `next` until enough rows or the end, then `previous` back to the start. */
async function walk(asked: Asked, enough: number) {
  const follow = async (link: string): Promise<Page> => {
    const { pathname, search } = new URL(link);
    return (await api.send({ as: asked.caller, path: `${pathname}${search}` })).json;
  };
  const idsOf = (page: Page) => page.results.map(({ id }) => String(id));
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
