import { connectOwner, type OwnerClient } from 'altiplano';
import { type Answer, issueToken, runsOf, useServer } from 'altiplano/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { workboard } from '../app.ts';
import { answerNaively, listVisible } from '../naive.ts';
import { type Population, queryOf, questionsOf, readPopulation } from './requests.ts';
import { sampledWorkboard } from './workboard-database.ts';

/** `ALTIPLANO_RUNS=2000` for a long look. */
const RUNS = runsOf(120);

const api = useServer({
  template: sampledWorkboard,
  apps: [workboard],
  prepare: async (owner, url) => {
    const { members } = await readPopulation(owner);
    const made = members.map(async ({ id }) => [id, await issueToken(url, workboard.name, id, [], 'test')] as const);
    return Object.fromEntries(await Promise.all(made));
  },
});
let population: Population;
beforeAll(async () => {
  population = await readPopulation(api.owner());
});

interface Page {
  readonly results: readonly { readonly id: string | number }[];
  readonly next: string | null;
  readonly previous: string | null;
}
const idsOf = ({ json }: Answer) => (json as Page).results.map(({ id }) => String(id));
const naively = (member: string, path: string, query: string) => ({
  caller: { kind: 'member', id: member } as const,
  path,
  query,
});

describe('the engine and the naive twin', () => {
  test('give the same bytes for the first page, and refuse the same for the same reasons', async () => {
    const member = fc.constantFrom(...population.members);
    await fc.assert(
      fc.asyncProperty(member, questionsOf(population), async ({ id }, question) => {
        const query = queryOf(question);
        const fast = await api.send({ as: id, path: `${question.path}?${query}` });
        const slow = await answerNaively(api.owner(), 'workboard', naively(id, question.path, query));
        expect(fast.status).toBe(slow.status);
        if (slow.status === 400) expect(Object.keys(fast.json.errors).sort()).toEqual([...(slow.errors ?? [])].sort());
        if (slow.status !== 200) return;
        const next = JSON.stringify((fast.json as Page).next);
        expect(fast.text.replace(`"next":${next}`, '"next":null')).toBe(slow.body);
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  test('agree on a walk forward and back, every visible row exactly once', async () => {
    const member = fc.constantFrom(...population.members.filter(({ role }) => role !== 'member'));
    const size = fc.constantFrom(7, 25, 100);
    await fc.assert(
      fc.asyncProperty(member, questionsOf(population), size, async ({ id }, question, pageSize) => {
        const { path } = question;
        const parameters = question.parameters.filter(([name]) => name !== 'page_size');
        const query = queryOf({ path, parameters });
        const first = await api.send({ as: id, path: `${path}?${query}&page_size=${pageSize}` });
        if (first.status !== 200) return;
        const ids = await listVisible(api.owner(), 'workboard', naively(id, path, query));
        const enough = Math.min(ids.length, 12 * pageSize);
        const walked = await walk(id, first, enough);
        expect(walked.forward.slice(0, enough)).toEqual(ids.slice(0, enough));
        expect(walked.backward).toEqual(walked.forward.slice(0, walked.backward.length));
        expect(walked.backward.length).toBe(walked.forward.length - walked.lastPage);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  }, 120_000);

  test('give the same detail', async () => {
    const client: OwnerClient = await connectOwner(api.url());
    try {
      for (const { id } of population.members.slice(0, 5)) {
        for (const path of ['/tasks/', '/projects/', '/members/']) {
          const [key] = await listVisible(client, 'workboard', naively(id, path, ''));
          if (key === undefined) continue;
          const fast = await api.send({ as: id, path: `${path}${key}/` });
          expect(fast.text).toBe((await answerNaively(client, 'workboard', naively(id, `${path}${key}/`, ''))).body);
        }
      }
    } finally {
      await client.end();
    }
  });
});

/** Follows `next` until enough rows or the end, then `previous` back to the start. */
async function walk(as: string, first: Answer, enough: number) {
  const follow = (link: string) => api.send({ as, path: link });
  const pages: string[][] = [];
  let page = first;
  for (;;) {
    expect(page.status, page.text).toBe(200);
    pages.push(idsOf(page));
    const { next } = page.json as Page;
    if (next === null || pages.flat().length >= enough) break;
    page = await follow(next);
  }
  const back: string[][] = [];
  while ((page.json as Page).previous !== null) {
    page = await follow((page.json as Page).previous ?? '');
    back.unshift(idsOf(page));
  }
  return { forward: pages.flat(), backward: back.flat(), lastPage: pages.at(-1)?.length ?? 0 };
}
