import { connectOwner, type OwnerClient } from 'altiplano';
import { runsOf, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerNaively, listVisible } from '../naive.ts';
import { facets, groupsOf, orders, pages } from './added-requests.ts';
import { LIST, ORIGIN, useAsker } from './asker.ts';
import { INSTANT, sampledCallbot } from './callbot-database.ts';
import { filtersOf, type Population, queryOf, readPopulation } from './requests.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(150);

const database = useDatabase(sampledCallbot);
const asker = useAsker(database, INSTANT);
let owner: OwnerClient;
let population: Population;

beforeAll(async () => {
  owner = await connectOwner(database.url());
  population = await readPopulation(owner);
});
afterAll(() => owner.end());

const naive = (user: string, query: string) => ({
  user: { id: user },
  path: LIST,
  query,
  origin: ORIGIN,
  instant: INSTANT,
});

interface Page {
  readonly results: readonly { readonly id: string }[];
  readonly next: string | null;
  readonly previous: string | null;
}
const pageOf = (body: string) => JSON.parse(body) as Page;

/** Filters and groups of alternatives together, in an order. */
const questions = () =>
  fc.tuple(filtersOf(population), groupsOf(population), orders).map((parameters) => parameters.flat());

describe('the engine and the naive twin', () => {
  test('give the same bytes for the first page or one by offset, the same count and the same facets', async () => {
    const member = fc.constantFrom(...population.members);
    await fc.assert(
      fc.asyncProperty(member, questions(), facets, pages, async ({ user, workspace }, asked, counted, page) => {
        const query = queryOf(workspace, [...asked, ...counted, ...page]);
        const fast = await asker.ask(user, query);
        const slow = await answerNaively(owner, 'callbot', naive(user, query));
        expect(fast.status).toBe(slow.status);
        if (slow.status !== 200) return;
        const isOld = page.some(([name]) => name === 'offset');
        const next = JSON.stringify(pageOf(fast.body).next);
        expect(isOld ? fast.body : fast.body.replace(`"next":${next}`, '"next":null')).toBe(slow.body);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);

  test('agree on a walk forward and back, every visible row exactly once', async () => {
    const member = fc.constantFrom(...population.members);
    const size = fc.constantFrom(7, 25, 100);
    await fc.assert(
      fc.asyncProperty(member, questions(), size, async ({ user, workspace }, asked, pageSize) => {
        const query = queryOf(workspace, asked);
        const { ids, status } = await listVisible(owner, 'callbot', naive(user, query));
        expect(status).toBe(200);
        const limited = Math.min(ids.length, 40 * pageSize);
        const walked = await walk(user, `${query}&page_size=${pageSize}`, limited);
        expect(walked.forward.slice(0, limited)).toEqual(ids.slice(0, limited));
        expect(walked.backward).toEqual(walked.forward.slice(0, walked.backward.length));
        expect(walked.backward.length).toBe(walked.forward.length - walked.lastPage);
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  }, 600_000);
});

/** Follows `next` until enough rows or the end, then `previous` back to the start. */
async function walk(user: string, query: string, enough: number) {
  const pages: string[][] = [];
  let page = pageOf((await asker.ask(user, query)).body);
  for (;;) {
    pages.push(page.results.map(({ id }) => id));
    if (page.next === null || pages.flat().length >= enough) break;
    page = pageOf((await asker.follow(user, page.next)).body);
  }
  const back: string[][] = [];
  while (page.previous !== null) {
    page = pageOf((await asker.follow(user, page.previous)).body);
    back.unshift(page.results.map(({ id }) => id));
  }
  return { forward: pages.flat(), backward: back.flat(), lastPage: pages.at(-1)?.length ?? 0 };
}
