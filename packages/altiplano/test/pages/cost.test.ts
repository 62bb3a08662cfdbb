import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainUrl } from '../../src/explain.ts';
import { HELPDESK } from './directory.ts';
import { FIRMS, readerOf, useDirectory } from './use-directory.ts';

const SIZES = [1_000, 6_000, 36_000];
const ROWS = SIZES.map(
  (size, index) => `insert into person (id, firm_id, name, department)
  select ${(index + 1) * 1_000_000} + n, '${FIRMS[index + 1]}', md5(n::text), (array['a', 'b', 'c', null])[1 + n % 4] from generate_series(1, ${size}) n;`,
).join('\n');
const api = useDirectory('directory_sizes', ROWS);
const lines: string[] = [];
beforeAll(() => expect(api.engine().services.every((service) => service.unavailable() === null)).toBe(true));
afterAll(() => console.log(`buffers of page 1, the middle, the last full one and the last:\n${lines.join('\n')}`));

async function buffersOf(firm: number, query: string): Promise<number> {
  const service = api.engine().services.find(({ resource }) => resource.name === 'people');
  if (service === undefined) throw new Error('no people');
  const caller = { userId: readerOf(firm), role: 'clerk', attributes: {}, tenant: FIRMS[firm] };
  const url = new URL(`http://localhost${HELPDESK}?action=loadPeoples&${query}`);
  const { bound, plan, explained } = await explainUrl(service, caller as never, url);
  expect(bound, `${query}: ${explained.buffers} of ${plan.bound.buffers}`).toBe('kept');
  return explained.buffers;
}

describe.each(SIZES.map((size, index) => [size, index + 1] as const))('of %d people', (size, firm) => {
  test.each(['', 'department=a', 'search=abc'])('the last page costs what the first costs: %j', async (filter) => {
    // The second of a few hits, and of many one in the middle, the last full one and the last.
    const pages = filter.startsWith('search') ? 4 : Math.ceil(size / (filter === '' ? 25 : 100));
    const numbers = ['1', String(pages / 2), String(pages - 1), '0'];
    const costs: number[] = [];
    for (const page of numbers) costs.push(await buffersOf(firm, `${filter}&page=${page}`));
    lines.push(`  ${size} ${filter || 'all'}: ${costs.join(', ')}`);
    const [first = 1, ...others] = costs;
    for (const cost of others) expect(cost / first, costs.join()).toBeLessThanOrEqual(1.2);
  });
});
