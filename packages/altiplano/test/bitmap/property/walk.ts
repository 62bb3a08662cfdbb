import { expect } from 'vitest';
import type { OwnerClient } from '../../../src/execute/owner.ts';
import { numbered } from '../../../src/resource/envelope.ts';
import { ask, counted, listed, type Page, queryOf, type Shelf } from './answers.ts';
import type { Asked } from './expressions.ts';

export interface Question {
  readonly conditions: readonly Asked[];
  readonly size: number;
  readonly offset: number;
}

const MOST_PAGES = 5;

/** Pages forward and backward, the count and a page by offset: what the twin lists in the same snapshot. */
export async function expectSame(
  client: OwnerClient,
  shelf: Shelf,
  { conditions, size, offset }: Question,
): Promise<void> {
  const { tenant, place } = shelf;
  const ids = await listed(client, tenant, conditions, place);
  const page_size = String(size);
  const counting = await ask(client, shelf, queryOf(tenant, conditions, { page_size, count: 'exact' }));
  const told = `${queryOf('', conditions)}`;
  expect(counting.count, told).toBe(ids.length);
  expect(idsOf(counting), told).toEqual(ids.slice(0, size));
  // Who does not count reads the nearest segments first.
  const first = await ask(client, shelf, queryOf(tenant, conditions, { page_size }));
  const pages: Page[] = [first];
  for (let page = first; page.next !== null && pages.length < MOST_PAGES; pages.push(page))
    page = await ask(client, shelf, new URL(page.next).searchParams);
  const forward = pages.map(idsOf);
  expect(forward.flat(), told).toEqual(ids.slice(0, forward.flat().length));
  expect(forward.flat().length, told).toBe(Math.min(ids.length, MOST_PAGES * size));
  const back: (readonly string[])[] = [];
  for (let page = pages.at(-1); page && page.previous !== null && back.length < MOST_PAGES; back.unshift(idsOf(page)))
    page = await ask(client, shelf, new URL(page.previous).searchParams);
  expect(back, `back: ${told}`).toEqual(forward.slice(0, -1));
  const jumped = await ask(client, shelf, queryOf(tenant, conditions, { limit: page_size, offset: String(offset) }));
  expect(idsOf(jumped), `offset ${offset}: ${told}`).toEqual(ids.slice(offset, offset + size));
  expect(jumped.count, told).toBe(ids.length);
  await expectSameNumbers(client, shelf, conditions, { ids, size, page: 1 + Math.floor(offset / size) });
  await expectSameFacets(client, shelf, conditions);
}

/** The same rows in pages by number: one of them in the strict way and in the lenient one, and the last. */
async function expectSameNumbers(
  client: OwnerClient,
  shelf: Shelf,
  conditions: readonly Asked[],
  { ids, size, page }: { readonly ids: readonly string[]; readonly size: number; readonly page: number },
): Promise<void> {
  const pages = Math.max(1, Math.ceil(ids.length / size));
  for (const [lenient, asked, shown] of [
    [false, page, page],
    [true, page, Math.min(page, pages)],
    [true, -1, pages],
  ] as const) {
    const envelope = numbered({ items: 'results', total: 'count', page: 'page' }, { lenient });
    const query = queryOf(shelf.tenant, conditions, { page: String(asked), size: String(size) });
    const answered = await ask(client, { ...shelf, resource: { ...shelf.resource, envelope } }, query);
    const told = `page ${asked} of ${size}: ${queryOf('', conditions)}`;
    expect(idsOf(answered), told).toEqual(ids.slice((shown - 1) * size, shown * size));
    expect(answered, told).toMatchObject({ count: ids.length, page: shown });
  }
}

/** Of every facet there is: each value with its rows. */
async function expectSameFacets(client: OwnerClient, shelf: Shelf, conditions: readonly Asked[]): Promise<void> {
  const { resource, tenant, place } = shelf;
  const facets = Object.entries(resource.facets);
  const asking = { facets: facets.map(([facet]) => facet).join(','), page_size: '1' };
  const { facets: answered } = await ask(client, shelf, queryOf(tenant, conditions, asking));
  for (const [facet, declared] of facets) {
    const [about, target] =
      declared.kind === 'column' ? [declared.column, null] : ([declared.link, declared.target] as const);
    const expected = await counted(client, tenant, conditions, { about, target, place });
    const found = Object.fromEntries((answered?.[facet] ?? []).map(({ value, count }) => [String(value), count]));
    expect(found, `facet ${facet}: ${queryOf('', conditions)}`).toEqual(expected);
  }
}

const idsOf = ({ results }: Page) => results.map(({ id }) => String(id));
