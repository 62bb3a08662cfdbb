import { connectOwner, type OwnerClient } from 'altiplano';
import { rollupsOf, runsOf, useDatabase, verifyRollup } from 'altiplano/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbot } from '../../app.ts';
import { useAsker } from '../asker.ts';
import { emptyCallbot } from '../callbot-database.ts';
import { ADMIN, CLERK, EMPLOYEE, FOLDS, fill, ORDERS, STATEMENTS, sortedIds, WORKSPACE } from './ordered-rows.ts';

const SEED = process.env.ALTIPLANO_SEED ?? '1';
const ROUNDS = runsOf(30);

const database = useDatabase(emptyCallbot);
const asker = useAsker(database, null);
let owner: OwnerClient;

beforeAll(async () => {
  owner = await connectOwner(database.url());
  await fill(owner, 150);
  for (let turn = 0; turn < 4; turn++) await owner.query(STATEMENTS[0] ?? '', [`start ${turn}`, 40]);
});
afterAll(() => owner.end());

interface Page {
  readonly results: readonly { readonly id: string }[];
  readonly next: string | null;
  readonly previous: string | null;
}

const read = async (asked: Promise<{ status: number; body: string }>): Promise<Page> => {
  const { status, body } = await asked;
  expect(status).toBe(200);
  return JSON.parse(body) as Page;
};
const idsOf = ({ results }: Page) => results.map(({ id }) => id);

/** Every id on the way to the last page, and every id on the way back; `between` happens between pages. */
async function walk(user: string, query: string, between = async () => {}): Promise<readonly (readonly string[])[]> {
  let page = await read(asker.ask(user, `workspace_id=${WORKSPACE}&${query}`));
  const forward = [...idsOf(page)];
  while (page.next !== null) {
    await between();
    page = await read(asker.follow(user, page.next));
    forward.push(...idsOf(page));
  }
  let back = idsOf(page);
  while (page.previous !== null) {
    await between();
    page = await read(asker.follow(user, page.previous));
    back = [...idsOf(page), ...back];
  }
  return [forward, back];
}

const pick = <T>(from: readonly T[], chance: number): T => from[chance % from.length] as T;
/** Numbers that follow from the seed alone. */
const chanceOf = (text: string) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);

describe.each(ORDERS)('order=%s', (order) => {
  test.each([
    ['all', ADMIN, '', 'true'],
    ['an employee’s', CLERK, '', `c.employee_id = '${EMPLOYEE}'`],
    ['one status', ADMIN, '&status=blocked', "c.status = 'blocked'"],
    ['a stretch of durations', ADMIN, '&duration__gte=0.5', 'c.duration >= 0.5'],
    ['a window of time', ADMIN, '&created_at__lt=2026-01-01T12:00:00Z', "c.created_at < '2026-01-01T12:00:00Z'"],
    ['a text', ADMIN, '&search=ada', "c.name ilike '%ada%'"],
  ])('gives each row of %s once, forward and back', async (_, user, query, condition) => {
    const expected = await sortedIds(owner, order, condition);
    expect(expected.length).toBeGreaterThan(5);
    expect(await walk(user, `order=${order}&page_size=7${query}`)).toEqual([expected, expected]);
  });
});

test.each(ORDERS)('old clients’ offset counts rows of order=%s', async (order) => {
  const expected = await sortedIds(owner, order);
  const page = await read(asker.ask(ADMIN, `workspace_id=${WORKSPACE}&order=${order}&limit=6&offset=13`));
  expect(idsOf(page)).toEqual(expected.slice(13, 19));
  expect(idsOf(await read(asker.follow(ADMIN, page.next ?? '')))).toEqual(expected.slice(19, 25));
});

test(`holds after any history, whatever is folded (seed ${SEED})`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const chance = chanceOf(`${SEED} ${round}`);
    for (let part = 0; part < 3; part++) {
      const statement = pick(STATEMENTS, chanceOf(`${chance} ${part}`));
      await owner.query(statement, [`${chance} ${part}`, 1 + (chance % 9)]);
      if ((chance + part) % 3 === 0) await owner.query(pick(FOLDS, chanceOf(`fold ${chance} ${part}`)));
    }
    const order = pick(ORDERS, chance);
    const expected = await sortedIds(owner, order);
    let turn = 0;
    const between = async () => {
      if (++turn % 4 === 0) await owner.query(pick(FOLDS, chanceOf(`between ${chance} ${turn}`)));
    };
    const told = `round ${round} of seed ${SEED}, order=${order}`;
    expect(await walk(ADMIN, `order=${order}&page_size=${5 + (chance % 40)}`, between), told).toEqual([
      expected,
      expected,
    ]);
  }
  const rollups = callbot.resources.flatMap(rollupsOf);
  for (const rollup of rollups) {
    expect((await verifyRollup(database.url(), callbot.schema, rollup)).differences).toEqual([]);
  }
}, 120_000);

describe('what is refused', () => {
  const errors = async (query: string) => (await asker.ask(ADMIN, `workspace_id=${WORKSPACE}&${query}`)).errors;

  test.each(['order=', 'order=cost', 'order=--name', 'order=Name', 'order=calls_last_30_days', 'order=__proto__'])(
    '%s',
    async (query) => expect(await errors(query)).toEqual(['order']),
  );

  test('a cursor of another order', async () => {
    const { next } = await read(asker.ask(ADMIN, `workspace_id=${WORKSPACE}&order=name&page_size=3`));
    const cursor = new URL(next ?? '').searchParams.get('cursor');
    expect(await errors(`order=name&cursor=${cursor}`)).toEqual([]);
    for (const order of ['-name', 'total_calls', '-created_at'])
      expect(await errors(`order=${order}&cursor=${cursor}`)).toEqual(['cursor']);
    expect(await errors(`cursor=${cursor}`)).toEqual(['cursor']);
    expect(await errors(`order=nonsense&cursor=${cursor}`)).toEqual(['order']);
  });

  test('not the default order by its name, nor its cursors', async () => {
    const { next } = await read(asker.ask(ADMIN, `workspace_id=${WORKSPACE}&page_size=3`));
    const cursor = new URL(next ?? '').searchParams.get('cursor');
    expect(await errors(`order=-created_at&cursor=${cursor}`)).toEqual([]);
  });
});
