import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { runsOf } from '../support/runs.ts';
import { HELPDESK } from './directory.ts';
import { type Asked, listOffices, loadPeoples } from './twin.ts';
import { FIRMS, readerOf, useDirectory } from './use-directory.ts';

const RUNS = runsOf(25);
const FIRM = 1;
const api = useDirectory('directory');

const name = fc.constantFrom(
  'Ann',
  'Ann',
  'ann',
  'Änne',
  'Bo',
  'bo needle',
  'Needle',
  "O'Hara",
  '',
  'Zoë',
  '~',
  '\u{10FFFF}',
);
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const ofFirm = `firm_id = '${FIRMS[FIRM]}'`;
const some = fc.constantFrom(2, 3, 7).map((of) => `id > 4 and ${ofFirm} and id % ${of} = 0`);

/** What other programs do to people and offices meanwhile: rows come and go, and move when their name changes. */
const step = fc.oneof(
  fc
    .tuple(fc.integer({ min: 10, max: 9_000 }), fc.constantFrom(1, 8, 40, 130), name)
    .map(
      ([from, count, called]) =>
        `insert into person (id, firm_id, name, department) select ${from} + n, '${FIRMS[FIRM]}', ${literal(called)} || case n % 3 when 0 then '' else ' ' || n % 11 end, n % 2 from generate_series(1, ${count}) n on conflict do nothing`,
    ),
  fc.tuple(some, name).map(([which, called]) => `update person set name = ${literal(called)} where ${which}`),
  some.map((which) => `update person set name = name || 'x', department = 'moved' where ${which}`),
  some.map((which) => `delete from person where ${which}`),
  fc
    .tuple(fc.constantFrom(1, 30), name)
    .map(
      ([count, called]) =>
        `insert into office (firm_id, name, gone) select '${FIRMS[FIRM]}', ${literal(called)} || n % 5, n % 7 = 0 from generate_series(1, ${count}) n`,
    ),
  name.map((called) => `update office set name = ${literal(called)} where hashtext(id::text) % 3 = 0`),
  fc.constant('update office set gone = not gone where hashtext(id::text) % 4 = 0'),
  fc.constantFrom('person', 'office', 'place').map((of) => `select ${of}_bitmap_fold('${FIRMS[FIRM]}')`),
);

const number = fc.oneof(
  fc.integer({ min: -2, max: 12 }).map(String),
  fc.constantFrom(
    '',
    'x',
    '1.0',
    ' 2',
    '+3',
    '1_0',
    '0x1',
    '1e1',
    '99999999999999999999',
    '9'.repeat(400),
    '-0',
    '\0',
    '２',
  ),
);
const asking: fc.Arbitrary<Asked> = fc.record(
  {
    page: number,
    size: fc.oneof(number, fc.constantFrom('1', '3', '100', '101')),
    search: fc.constantFrom('ann', 'needle', 'bo ', 'zzz'),
  },
  { requiredKeys: [] },
);

const query = (more: Readonly<Record<string, string>>, { page, size, search }: Asked, sizeName: string) =>
  new URLSearchParams({
    ...more,
    ...(page === undefined ? {} : { page }),
    ...(size === undefined ? {} : { [sizeName]: size }),
    ...(search === undefined ? {} : { search }),
  });

async function expectSame(asked: Asked): Promise<void> {
  const owner = api.owner();
  const people = query({ action: 'loadPeoples' }, asked, 'page_size');
  const answer = await api.send({ as: `firm ${FIRM}`, path: `${HELPDESK}?${people}` });
  expect(answer.text, `${people}`).toBe(await loadPeoples(owner, FIRM, asked));
  const others = [
    [`${HELPDESK}?${query({ action: 'listOffices' }, asked, 'size')}`, 'o.opened_at desc, o.id desc'],
    [`/places/?${query({}, asked, 'size')}`, 'o.name collate "C", o.id'],
  ] as const;
  for (const [path, order] of others) {
    const { status, text } = await api.send({ as: `firm ${FIRM}`, path });
    const expected = await listOffices(owner, FIRM, order, asked);
    if (expected === null) expect(status, path).toBe(400);
    else expect(text, path).toBe(expected);
  }
}

describe('numbered pages', () => {
  beforeAll(async () => {
    await api.owner().query("set altiplano.fold_check = 'random'");
  });

  test('are the twins’, to the byte, whatever is asked and whatever happened before', {
    timeout: 300_000,
  }, async () => {
    const history = fc.array(
      fc.tuple(fc.array(step, { maxLength: 3 }), fc.array(asking, { minLength: 1, maxLength: 4 })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(history, async (moments) => {
        await api.owner().query(`delete from person where id > 4; delete from office`);
        for (const [steps, questions] of moments) {
          for (const text of steps) await api.owner().query(text);
          for (const asked of questions) await expectSame(asked);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('of another firm show nobody of this one', async () => {
    await api.owner().query(`delete from person where id > 4`);
    const { json } = await api.send({ as: 'firm 0', path: `${HELPDESK}?action=loadPeoples&page=9` });
    expect(json.items).toEqual([{ id: Number(readerOf(0)), name: 'Reader', department: null }]);
    expect(json).toMatchObject({ total_count: 1, current_page: 1, total_pages: 1 });
  });

  test('of too short a search are refused, and so is a total that only reading everybody could tell', async () => {
    const owner = api.owner();
    await owner.query(
      `insert into person (id, firm_id, name) select 10000 + n, '${FIRMS[2]}', 'abc bcd ' || n from generate_series(1, 2600) n`,
    );
    // Until then the tail has their texts themselves.
    await owner.query(`select person_bitmap_fold('${FIRMS[2]}')`);
    const ask = (search: string) =>
      api.send({ as: 'firm 2', path: `${HELPDESK}?${new URLSearchParams({ action: 'loadPeoples', search })}` });
    expect((await ask('ab')).json.errors).toEqual({ search: [expect.stringContaining('3')] });
    expect((await ask('abcd')).json.errors).toEqual({ search: [expect.stringContaining('as numbered pages are')] });
    expect((await ask('abc')).json).toMatchObject({ total_count: 2600, total_pages: 104 });
    expect((await ask('bcd 17')).json.total_count).toBe(111);
  });
});
