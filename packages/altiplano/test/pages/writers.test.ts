import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../src/execute/owner.ts';
import { HELPDESK } from './directory.ts';
import { FIRMS, useDirectory } from './use-directory.ts';

const FIRM = FIRMS[1];
const PEOPLE = 3_000;
const api = useDirectory(
  'directory_busy',
  `insert into person (id, firm_id, name) select 10 + n, '${FIRM}', 'P' || lpad(n::text, 5, '0') from generate_series(1, ${PEOPLE}) n;`,
);
let writer: OwnerClient;
beforeAll(async () => {
  writer = await connectOwner(api.url());
  await writer.query("set search_path to directory; set lock_timeout = '2s'; set altiplano.fold_check = 'always'");
});
afterAll(() => writer?.end());

/** Each transaction leaves the number of people even, so that a page that mixed two of them would be odd. */
async function write(turn: number): Promise<void> {
  await writer.query(`begin; insert into person (id, firm_id, name)
    select 100000 + 2 * ${turn} + n, '${FIRM}', 'N' || md5('${turn}' || n) from generate_series(0, 1) n; commit`);
  await writer.query(`update person set name = 'P' || lpad(((id * 7 + ${turn}) % 90000)::text, 5, '0')
    where firm_id = '${FIRM}' and id > 10 and hashtext(id::text || '${turn}') % 50 = 0`);
  if (turn % 5 === 0) await writer.query(`select person_bitmap_fold('${FIRM}')`);
}

test('every page says one moment while people come, are called otherwise and are folded', {
  timeout: 120_000,
}, async () => {
  let [done, turn] = [false, 0];
  const writing = (async () => {
    while (!done) await write(++turn);
  })();
  try {
    for (let round = 0; round < 60; round++) {
      const page = [1, 40, 60, 120, 0, 9_999][round % 6];
      const { json } = await api.send({ as: 'firm 1', path: `${HELPDESK}?action=loadPeoples&page=${page}` });
      const { items, total_count: total, total_pages: pages, current_page: current } = json;
      expect(total % 2).toBe(1); // with the reader
      expect(pages).toBe(Math.ceil(total / 25));
      expect(current).toBe(page === 0 || page === 9_999 ? pages : page);
      expect(items).toHaveLength(current < pages ? 25 : total - 25 * (pages - 1));
      expect(json).toMatchObject({ has_next: current < pages, has_previous: current > 1 });
      const names = items.map((item: { name: string }) => item.name);
      expect(names).toEqual([...names].sort());
      expect(new Set(items.map((item: { id: number }) => item.id)).size).toBe(items.length);
    }
  } finally {
    done = true;
    await writing;
  }
  expect(turn).toBeGreaterThan(5);
});
