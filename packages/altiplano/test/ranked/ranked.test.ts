import { describe, expect, test } from 'vitest';
import { startFolder } from '../../src/folder.ts';
import { readSearchText, searchRows } from '../twin/twin.ts';
import { MARKET } from './stall.ts';
import { useStall } from './use-stall.ts';

const stall = useStall();
const PACE = { shortest: 20, longest: 100, look: 50, merge: 200 };

interface Row {
  readonly id: string;
  readonly name: string;
}

/** What the twin finds among the rows that plain SQL selects, in the order of rank, or in that of an expression. */
async function expected(search: string, where = 'true', order?: string): Promise<readonly string[]> {
  const select = (by: string) =>
    stall
      .owner()
      .query<Row>(
        `select id, name from stall.ware w where market_id = '${MARKET}' and not gone and ${where} order by ${by}`,
      )
      .then(({ rows }) => rows);
  const sought = readSearchText(search);
  if (sought === undefined) throw new Error('no search');
  const found = searchRows(await select('created_at desc, id desc'), ({ name }) => name, sought);
  if (order === undefined)
    return found
      .sort((one, other) => other.rank - one.rank || (one.row.id < other.row.id ? -1 : 1))
      .map(({ row }) => row.id);
  const ids = new Set(found.map(({ row }) => row.id));
  return (await select(order)).flatMap(({ id }) => (ids.has(id) ? [id] : []));
}

/** All pages forward, and back from the last: both ways must see the same. */
async function walk(query: string, size = 100): Promise<readonly string[]> {
  const pages: string[][] = [];
  let { body, status, errors } = await stall.get(`${query}&page_size=${size}`);
  expect({ status, errors }).toEqual({ status: 200, errors: {} });
  const idsOf = (page: { readonly results: readonly Row[] }) => page.results.map(({ id }) => id);
  for (;;) {
    pages.push(idsOf(body));
    if (body.next === null) break;
    ({ body, status } = await stall.get(new URL(body.next).search));
    expect(status).toBe(200);
  }
  for (let index = pages.length - 2; index >= 0; index--) {
    ({ body } = await stall.get(new URL(body.previous).search));
    expect(idsOf(body)).toEqual(pages[index]);
  }
  return pages.flat();
}

/** By what each snapshot saw, not by where it begins: a long transaction of any other database holds that back. */
const FOLDED = `select not exists (
  select from stall.ware_bitmap_tail t, stall.ware_bitmap_segment s
  where t.market_id = '${MARKET}' and s.market_id = '${MARKET}' and pg_visible_in_snapshot(t.writer, s.folded) is not true
) as folded`;

const SEARCHES = [
  ...[
    'shirt',
    'SHIRT',
    'shrit',
    'shirts blue',
    'creme brulee',
    'Crème Brûlée',
    'kettel',
    'keetledrum',
    'tea pot',
    'teapot',
  ],
  ...[
    't-shirt',
    'sh',
    's',
    'x',
    '1',
    '10',
    '100',
    '東京',
    '東',
    'strasse',
    'straße',
    'lodz',
    'σισυφοσ',
    'ΣΊΣΥΦΟΣ',
    'olfarben',
  ],
  ...['ir', 'hir', 'nobody has this', 'a b', 'ettl', 'blue cotton shirt and many more words than any name has here'],
  ...['%', '_', '100%', 'x cork', 'wool short 3', 'señor  --  sheet', 'ｘ'],
];

const SOME = [
  'shirt',
  'shirty',
  'kettel',
  'sheets',
  'sh',
  'o',
  'σισυφος',
  'once more',
  '東京',
  'again',
  'blue cork kettle',
];

async function agree(searches: readonly string[] = SEARCHES): Promise<void> {
  for (const search of searches) {
    const query = `search=${encodeURIComponent(search)}`;
    if (/^[%_]$/.test(search)) {
      expect((await stall.get(query)).errors, search).toEqual({ search: ['Must have a letter or a digit.'] });
      continue;
    }
    expect(await walk(query), search).toEqual(await expected(search));
  }
}

test('finds what the twin finds, the best first', () => agree(), 120_000);

test('finds at most 200, those that share most trigrams', async () => {
  const { body } = await stall.get('search=s&count=exact&page_size=1');
  expect(body.count).toBe(200);
  expect((await stall.get('search=%E6%9D%B1%E4%BA%AC&count=exact')).body.count).toBe((await expected('東京')).length);
});

describe('together with', () => {
  const inShelf = (...slugs: string[]) =>
    `exists (select from stall.ware_shelf l join stall.shelf s on s.id = l.shelf_id
             where l.ware_id = w.id and s.slug in (${slugs.map((slug) => `'${slug}'`).join(', ')}))`;
  test.each([
    ['kind=a', "kind = 'a'"],
    ['kind=a,b&shelf=thirds', `kind in ('a', 'b') and ${inShelf('thirds')}`],
    ['shelf=thirds,sevenths', inShelf('thirds', 'sevenths')],
    ['shelf=nowhere', 'false'],
    ['shelf=theirs', 'false'],
    ['created_at__gte=2026-01-01T12:00:00Z', "created_at >= '2026-01-01T12:00:00Z'"],
  ])('%s', async (filter, sql) => {
    for (const search of ['shirt', 'kettel', 'sh', 'cork'])
      expect(await walk(`search=${search}&${filter}`), search).toEqual(await expected(search, sql));
  });

  test.each([
    ['order=price', 'price, id'],
    ['order=-price', 'price desc nulls first, id desc'],
    ['order=-created_at', 'created_at desc, id desc'],
    ['order=created_at', 'created_at, id'],
  ])('%s', async (order, sql) => {
    for (const search of ['shirt', 'kettel'])
      expect(await walk(`search=${search}&${order}`), search).toEqual(await expected(search, 'true', sql));
  });
});

test('a filter by a text of what rows are linked to holds without a search too', async () => {
  const { rows } = await stall.owner().query<Row>(
    `select w.id from stall.ware w join stall.ware_shelf l on l.ware_id = w.id join stall.shelf s on s.id = l.shelf_id
     where s.slug = 'sevenths' and not w.gone order by w.created_at desc, w.id desc`,
  );
  expect(await walk('shelf=sevenths')).toEqual(rows.map(({ id }) => id));
  expect((await stall.get('shelf=sevenths&count=exact')).body.count).toBe(rows.length);
  expect(await walk('shelf=sevenths&order=price')).toHaveLength(rows.length);
});

test.each([
  ['search=---', 'Must have a letter or a digit.'],
  ['search=%CC%81', 'Must have a letter or a digit.'],
  [`search=${'a'.repeat(201)}`, 'Must have at most 200 characters.'],
  ['search=a%00', 'Must not contain the NUL character.'],
])('%s is refused', async (query, message) => {
  expect((await stall.get(query)).errors).toEqual({ search: [message] });
});

test('nothing is no search', async () => {
  expect((await stall.get('search=')).body.results).toHaveLength(25);
});

describe('changes that no bitmap holds yet', () => {
  test('are found: new rows, other names, other kinds, rows that went and came back', async () => {
    await stall.owner().query(`
      insert into stall.ware (market_id, name, price, kind, created_at)
      select '${MARKET}', v.name, 5, 'a', timestamptz '2026-01-01Z' + v.n * interval '7 hours'
      from (values (1, 'Blue kettle of sheets'), (2, 'Shirty'), (3, 'unrelated'), (4, 'Σίσυφος 東京')) v (n, name);
      update stall.ware set name = 'kettle ' || id where price = 11;
      update stall.ware set name = 'once more' where price = 12;
      update stall.ware set name = 'shirt, again' where price = 12;
      update stall.ware set kind = 'a' where price = 13;
      update stall.ware set gone = not gone where price in (14, 15);
      delete from stall.ware_shelf where ware_id in (select id from stall.ware where price = 21);`);
    await agree(SOME);
    expect(await walk('search=kettel&kind=a&shelf=thirds')).toEqual(
      await expected(
        'kettel',
        `kind = 'a' and exists (select from stall.ware_shelf l join stall.shelf s on s.id = l.shelf_id where l.ware_id = w.id and s.slug = 'thirds')`,
      ),
    );
  }, 120_000);

  test('and so they are once the bitmaps do', async () => {
    const folder = startFolder({ url: stall.url(), pace: { ...PACE, age: 0 } });
    await expect.poll(async () => (await stall.owner().query(FOLDED)).rows[0]?.folded, { timeout: 180_000 }).toBe(true);
    await folder.stop();
    await agree(SOME);
  }, 300_000);
});

test('nodes of the version before are told all levels there are', async () => {
  const { rows } = await stall
    .owner()
    .query(`select level, bits::text from altiplano.levels(b'1111', array[b'1110', b'1100'], 2, array[b'1010'], 1)`);
  // Four rows: all there is, all that is inside the text, one inside and the other, nothing.
  expect(rows).toEqual([
    { level: 19, bits: '1000' },
    { level: 18, bits: '0100' },
    { level: 2, bits: '0010' },
  ]);
});
