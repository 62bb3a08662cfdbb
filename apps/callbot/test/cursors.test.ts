import { connectOwner, type OwnerClient } from 'altiplano';
import { runsOf, useDatabase } from 'altiplano/testing';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { useAsker } from './asker.ts';
import { INSTANT, sampledCallbot } from './callbot-database.ts';

const RUNS = runsOf(40);

const database = useDatabase(sampledCallbot);
const asker = useAsker(database, INSTANT);
let owner: OwnerClient;
const places = new Map<string, { readonly workspace: string; readonly user: string }>();

beforeAll(async () => {
  owner = await connectOwner(database.url());
  const { rows } = await owner.query<{ name: string; workspace: string; user: string }>(
    `select w.name, w.id as workspace, u.id as user from callbot.workspace w
     join callbot.app_user_workspaces m on m.workspace_id = w.id join callbot.app_user u on u.id = m.user_id
     where u.email like 'admin.%@adversarial.example'`,
  );
  for (const { name, ...place } of rows) places.set(name, place);
});
afterAll(() => owner.end());
afterEach(restore);

/** Rows of the tests go, those they deleted come back. */
async function restore(): Promise<void> {
  await owner.query(`delete from callbot.customer where name = 'Intruder'`);
  await owner.query(
    `update callbot.customer set is_deleted = false, deleted_at = null where deleted_at = '2000-01-01'`,
  );
}

interface Page {
  readonly results: readonly { readonly id: string; readonly created_at: string }[];
  readonly next: string | null;
  readonly previous: string | null;
}

function placeOf(name: string) {
  const place = places.get(name);
  if (place === undefined) throw new Error(`no workspace ${name}`);
  return place;
}

const pageOf = async (asked: Promise<{ status: number; body: string }>): Promise<Page> => {
  const { status, body } = await asked;
  expect(status).toBe(200);
  return JSON.parse(body) as Page;
};
const idsOf = (page: Page) => page.results.map(({ id }) => id);

async function visible(name: string): Promise<readonly string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `select id from callbot.customer where workspace_id = $1 and not is_deleted order by created_at desc, id desc`,
    [placeOf(name).workspace],
  );
  return rows.map(({ id }) => id);
}

const remove = (ids: readonly string[]) =>
  owner.query(`update callbot.customer set is_deleted = true, deleted_at = '2000-01-01' where id = any($1)`, [ids]);

/** A row of another writer: newer than all, older than all, or just beside one that is there. */
const insert = (name: string, beside: string | undefined, offset: string) =>
  owner.query(
    `insert into callbot.customer (workspace_id, name, phone, created_at)
     select $1, 'Intruder', '1', coalesce((select created_at from callbot.customer where id = $2), now()) + $3::interval`,
    [placeOf(name).workspace, beside ?? null, offset],
  );

describe.each(['same-instant', 'none'])('a walk of the workspace %s', (name) => {
  const first = (size: number) =>
    pageOf(asker.ask(placeOf(name).user, `workspace_id=${placeOf(name).workspace}&page_size=${size}`));
  const follow = (link: string | null) => pageOf(asker.follow(placeOf(name).user, link ?? ''));

  test('gives every row once, forward and back', async () => {
    const expected = await visible(name);
    let page = await first(37);
    const forward = [...idsOf(page)];
    while (page.next !== null) {
      page = await follow(page.next);
      expect(page.previous).not.toBeNull();
      forward.push(...idsOf(page));
    }
    expect(forward).toEqual(expected);
    const back = [...idsOf(page)];
    while (page.previous !== null) {
      page = await follow(page.previous);
      expect(page.next).not.toBeNull();
      back.unshift(...idsOf(page));
    }
    expect(back).toEqual(expected);
  });

  test('skips and repeats no row that stays, whatever others write meanwhile', async () => {
    const event = fc.record({
      kind: fc.constantFrom('newer', 'older', 'beside', 'remove cursor', 'remove next page', 'remove some', 'nothing'),
      at: fc.nat(600),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 60 }),
        fc.array(event, { minLength: 1, maxLength: 4 }),
        async (size, events) => {
          const before = await visible(name);
          const removed = new Set<string>();
          const seen: string[] = [];
          let page = await first(size);
          for (let turn = 0; ; turn++) {
            const ids = idsOf(page);
            expect(ids.filter((id) => seen.includes(id))).toEqual([]);
            seen.push(...ids);
            if (page.next === null || turn === 12) break;
            const { kind, at } = events[turn] ?? { kind: 'nothing', at: 0 };
            const here = before.indexOf(ids.at(-1) ?? '');
            const gone =
              kind === 'remove cursor'
                ? ids.slice(-1)
                : kind === 'remove next page'
                  ? before.slice(here + 1, here + 1 + size)
                  : kind === 'remove some'
                    ? before.filter((_, index) => index % 7 === at % 7)
                    : [];
            if (gone.length > 0) await remove(gone);
            for (const id of gone) removed.add(id);
            if (kind === 'newer') await insert(name, before[0], '1 hour');
            if (kind === 'older') await insert(name, before.at(-1), '-1 hour');
            if (kind === 'beside') await insert(name, before[at % before.length], '0');
            page = await follow(page.next);
            expect(page.previous).not.toBeNull();
          }
          const own = new Set(before);
          const stayed = before.filter((id) => !removed.has(id));
          const walked = seen.filter((id) => own.has(id));
          const end =
            page.next === null
              ? stayed.length
              : stayed.indexOf(walked.filter((id) => !removed.has(id)).at(-1) ?? '') + 1;
          expect(walked.filter((id) => !removed.has(id))).toEqual(stayed.slice(0, end));
          await restore();
        },
      ),
      { numRuns: RUNS },
    );
  }, 120_000);
});

describe('a page that has been emptied', () => {
  const name = 'none';
  const query = () => `workspace_id=${placeOf(name).workspace}&page_size=10`;
  const first = () => pageOf(asker.ask(placeOf(name).user, query()));
  const follow = (link: string | null) => pageOf(asker.follow(placeOf(name).user, link ?? ''));

  test('at the end leads back to the page it was reached from', async () => {
    const all = await visible(name);
    await remove(all.slice(20));
    const one = await first();
    const two = await follow(one.next);
    await owner.query(`update callbot.customer set is_deleted = false where id = $1`, [all[20]]);
    const link = (await follow(one.next)).next;
    await remove(all.slice(20));
    expect(idsOf(two)).toEqual(all.slice(10, 20));
    expect(two.next).toBeNull();
    const empty = await follow(link);
    expect([empty.results, empty.next]).toEqual([[], null]);
    const back = await follow(empty.previous);
    expect(idsOf(back)).toEqual(all.slice(10, 20));
    expect(idsOf(await follow(back.previous))).toEqual(all.slice(0, 10));
  });

  test('at the start leads on to the page it was reached from', async () => {
    const all = await visible(name);
    const two = await follow((await first()).next);
    await remove(all.slice(0, 10));
    const empty = await follow(two.previous);
    expect([empty.results, empty.previous]).toEqual([[], null]);
    expect(idsOf(await follow(empty.next))).toEqual(all.slice(10, 20));
  });

  test('together with everything else still leads both ways to nothing', async () => {
    const all = await visible(name);
    const two = await follow((await first()).next);
    await remove(all);
    const empty = await follow(two.next);
    const back = await follow(empty.previous);
    expect([empty.results, empty.next, back.results, back.previous]).toEqual([[], null, [], null]);
    expect(back.next).not.toBeNull();
    expect((await follow(back.next)).results).toEqual([]);
    await restore();
    expect(idsOf(await follow(back.next))).toEqual(all.slice(20, 30));
  });
});

describe('a cursor', () => {
  test('stays good under other filters and page sizes', async () => {
    const { workspace, user } = placeOf('none');
    const { next } = await pageOf(asker.ask(user, `workspace_id=${workspace}&page_size=5`));
    const cursor = new URL(next ?? '').searchParams.get('cursor') ?? '';
    const all = await visible('none');
    const page = await pageOf(asker.ask(user, `workspace_id=${workspace}&page_size=3&cursor=${cursor}`));
    expect(idsOf(page)).toEqual(all.slice(5, 8));
    const filtered = await pageOf(
      asker.ask(user, `workspace_id=${workspace}&page_size=100&status=active&cursor=${cursor}`),
    );
    expect(idsOf(filtered).every((id) => all.indexOf(id) >= 5)).toBe(true);
    expect(filtered.previous).not.toBeNull();
  });

  test('of another workspace shows this one’s rows only', async () => {
    const [here, there] = [placeOf('none'), placeOf('labels')];
    const { next } = await pageOf(asker.ask(here.user, `workspace_id=${here.workspace}&page_size=5`));
    const cursor = new URL(next ?? '').searchParams.get('cursor') ?? '';
    const page = await pageOf(asker.ask(there.user, `workspace_id=${there.workspace}&page_size=100&cursor=${cursor}`));
    const own = await visible('labels');
    expect(idsOf(page).every((id) => own.includes(id))).toBe(true);
  });
});
