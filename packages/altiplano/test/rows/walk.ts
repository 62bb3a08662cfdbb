import { expect } from 'vitest';
import { FIRM } from './depot-sql.ts';
import type { Depot } from './use-depot.ts';

/** All ids of a list, page by page to its end, and back again from there: both ways must see the same. */
export async function walkAll(depot: Depot, user: string, name: string, search = ''): Promise<readonly string[]> {
  const pages: string[][] = [];
  const follow = async (link: string | null, direction: 'next' | 'previous', size: number) => {
    let url = link;
    for (let turns = 0; url !== null && turns < 200; turns++) {
      const query = new URL(url).searchParams;
      query.delete('firm_id');
      const { status, body, errors } = await depot.get(user, name, `?${query}`);
      expect({ status, errors }).toEqual({ status: 200, errors: {} });
      const ids = body.results.map(({ id }: { id: unknown }) => String(id));
      if (direction === 'next') pages.push(ids);
      else expect(ids).toEqual(pages[--size - 1] ?? []);
      url = body[direction];
      if (direction === 'next' && url === null) await follow(body.previous, 'previous', pages.length);
    }
  };
  await follow(`http://localhost/?${search}${search === '' ? '' : '&'}page_size=7`, 'next', 0);
  return pages.flat();
}

/** What plain SQL lists of the rows `t`. */
export async function listed(
  depot: Depot,
  table: string,
  conditions: readonly string[],
  order: string,
): Promise<readonly string[]> {
  const where = [`t.firm_id = '${FIRM}'`, ...conditions].join(' and ');
  const { rows } = await depot.owner().query(`select t.id from ${table} t where ${where} order by ${order}`);
  return rows.map(({ id }) => String(id));
}
