import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectOwner, type OwnerClient } from '../../../src/execute/owner.ts';
import { useDatabase } from '../../support/database.ts';
import { wrongTerms } from './reader.ts';
import { onShelf, SHOP, shelf, TAGS } from './shelf.ts';

const database = useDatabase(shelf);
let [owner, one, two]: OwnerClient[] = [];
beforeAll(async () => {
  [owner, one, two] = await Promise.all([1, 2, 3].map(async () => onShelf(await connectOwner(database.url()))));
});
afterEach(async () => {
  await Promise.all([one, two].map((client) => client?.query('rollback')));
});
afterAll(() => Promise.all([owner, one, two].map((client) => client?.end())));

const ITEM = '10000000-0000-4000-8000-000000000001';
const [TAG, OTHER] = TAGS;
const FOLD = `select item_bitmap_fold('${SHOP}')`;
const REBUILD = `select item_bitmap_rebuild('${SHOP}', segment) from item_bitmap_segment where shop_id = '${SHOP}'`;

function clients(): readonly [OwnerClient, OwnerClient, OwnerClient] {
  if (owner === undefined || one === undefined || two === undefined) throw new Error('not connected');
  return [owner, one, two];
}

/** Forty settled rows, and one of them with a tag. */
beforeEach(async () => {
  const [client] = clients();
  await client.query(`truncate item cascade;
    insert into item (id, shop_id, kind, title, price, made_at)
    select overlay('${ITEM}' placing lpad(n::text, 4, '0') from 33)::uuid, '${SHOP}', 'a', 'row ' || n, n, '2026-01-01'::timestamptz + n * interval '1 hour'
    from generate_series(1, 40) n;
    insert into item_tag values ('${SHOP}', '${ITEM}', '${TAG}')`);
  await client.query(FOLD);
  expect(await wrongTerms(client)).toEqual([]);
});

/** Whatever comes last: nothing is wrong, neither now nor once everything is folded, nor made again. */
async function staysRight(): Promise<void> {
  const [client] = clients();
  expect(await wrongTerms(client)).toEqual([]);
  await client.query(FOLD);
  expect(await wrongTerms(client)).toEqual([]);
  expect(
    Number((await client.query('select coalesce(sum(entries), 0) as left from item_bitmap_pending(10)')).rows[0].left),
  ).toBe(0);
  await client.query(REBUILD);
  expect(await wrongTerms(client)).toEqual([]);
}

/** Both in transactions of their own; the first commits while the second waits for it, or has long been through. */
async function race(first: string, second: string): Promise<boolean> {
  const [client, a, b] = clients();
  await Promise.all([a.query('begin'), b.query('begin')]);
  const { pid } = (await b.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0] ?? { pid: 0 };
  const isBlocked = async () =>
    (await client.query('select cardinality(pg_blocking_pids($1)) > 0 as yes', [pid])).rows[0].yes as boolean;
  await a.query(first);
  let waited = true;
  const late = b.query(second).then(() => {
    waited = false;
  });
  while (waited && !(await isBlocked())) await sleep(10);
  const stillWaits = waited;
  expect(await wrongTerms(client)).toEqual([]);
  await a.query('commit');
  await late;
  expect(await wrongTerms(client)).toEqual([]);
  await client.query(FOLD);
  expect(await wrongTerms(client)).toEqual([]);
  await b.query('commit');
  return stillWaits;
}

const MOVE = `update item set made_at = '2025-01-01' where id = '${ITEM}'`;
const LINK = `insert into item_tag values ('${SHOP}', '${ITEM}', '${OTHER}')`;
const UNLINK = `delete from item_tag where item_id = '${ITEM}'`;
const CHANGE = `update item set kind = 'b', price = 99, title = 'other' where id = '${ITEM}'`;
const DELETE = `update item set gone = true where id = '${ITEM}'`;

describe('two writers of one row', () => {
  test.each([
    ['a column and a link', CHANGE, LINK],
    ['a link and a column', UNLINK, CHANGE],
    ['a link and a soft delete', LINK, DELETE],
    ['a soft delete and the end of a link', DELETE, UNLINK],
  ])('%s: neither waits', async (_, first, second) => {
    expect(await race(first, second)).toBe(false);
    await staysRight();
  });

  test.each([
    ['a move and a link', MOVE, LINK],
    ['a link and a move', LINK, MOVE],
    ['a move and the end of a link', MOVE, UNLINK],
    ['the end of a link and a move', UNLINK, MOVE],
    ['a move and a change', MOVE, CHANGE],
    ['a change and a change', CHANGE, CHANGE.replace("'b'", "'c'")],
  ])('%s: one after the other', async (_, first, second) => {
    expect(await race(first, second)).toBe(true);
    await staysRight();
  });

  test('a row goes and comes back under its key, with other links', async () => {
    const [client] = clients();
    const again = `insert into item (id, shop_id, kind, made_at) values ('${ITEM}', '${SHOP}', 'z', '2026-01-01 01:00Z')`;
    await client.query(`delete from item where id = '${ITEM}'`);
    await client.query(again);
    await client.query(`begin; delete from item where id = '${ITEM}'; ${again}; ${LINK}; commit`);
    await staysRight();
  });

  test('what a savepoint took back was never there', async () => {
    const [client] = clients();
    await client.query(`begin; savepoint s; ${CHANGE}; ${LINK}; rollback to s; ${DELETE}; commit`);
    await staysRight();
  });
});

describe('a writer that is still open', () => {
  test.each([
    ['a fold', FOLD],
    ['a rebuild', REBUILD],
  ])('is neither lost nor counted twice by %s', async (_, work) => {
    const [client, a] = clients();
    await a.query(
      `begin; ${CHANGE}; ${LINK}; insert into item (shop_id, kind, made_at) values ('${SHOP}', 'new', '2026-01-01 05:30Z')`,
    );
    await client.query(`update item set kind = 'c' where id <> '${ITEM}' and price < 20`);
    await client.query(work);
    expect(await wrongTerms(client)).toEqual([]);
    await a.query(`update item set price = 5 where id = '${ITEM}'; commit`);
    await staysRight();
  });

  test('names places of a segment that has been made again meanwhile', async () => {
    const [client, a] = clients();
    await a.query(`begin; select set_config('x.y', '1', true); ${CHANGE}`);
    // Holes close: every slot after the fifth is another one.
    await client.query('delete from item where price between 2 and 5');
    await client.query(REBUILD);
    await a.query(`update item set kind = 'd' where price > 30; commit`);
    await staysRight();
  });

  test('reads an old snapshot, and its entries still count', async () => {
    const [client, a] = clients();
    await a.query('begin isolation level repeatable read; select count(*) from item');
    await client.query('delete from item where price between 2 and 5');
    await client.query(REBUILD);
    await a.query(`update item set kind = 'd' where price > 30; commit`);
    await staysRight();
  });

  test('does not move rows with links in an old snapshot', async () => {
    const [, a] = clients();
    await a.query('begin isolation level repeatable read');
    await expect(a.query(MOVE)).rejects.toThrow('moved under read committed only');
    await a.query('rollback');
    await staysRight();
  });

  test('waits for nobody who folds, and who folds waits for nobody who makes a segment again', async () => {
    const [client, a, b] = clients();
    await a.query('begin');
    await a.query(REBUILD);
    expect(await wrongTerms(client)).toEqual([]);
    await client.query(CHANGE);
    await client.query(LINK);
    expect((await b.query(`${FOLD} as folded`)).rows).toEqual([{ folded: '0' }]);
    await a.query('commit');
    await staysRight();
  });

  test('folds what others committed where nobody else does, and keeps its own entries', async () => {
    const [client, a] = clients();
    await a.query(`begin; set local altiplano.fold_check = 'always'; ${CHANGE}`);
    for (const kind of ['x', 'y']) await client.query(`update item set kind = '${kind}' where id <> '${ITEM}'`);
    const pending = async () =>
      (await client.query('select entries::int from item_bitmap_pending(10)')).rows.map(({ entries }) => entries);
    expect(await pending()).toEqual([78]);
    await a.query(`update item set price = -1 where id = '${ITEM}'; commit`);
    expect(await pending()).toEqual([2]);
    await staysRight();
  });

  test('of several segments made one meanwhile: who comes second leaves them', async () => {
    const [client, a, b] = clients();
    for (let turn = 0; turn < 8; turn++) {
      await client.query(
        `insert into item (shop_id, made_at) select '${SHOP}', '2027-01-01'::timestamptz + ${turn} * interval '1 day' + n * interval '1 s' from generate_series(1, 40) n`,
      );
      await client.query(FOLD);
    }
    await a.query(
      `begin; select item_bitmap_rebuild('${SHOP}', max(segment)) from (select segment from item_bitmap_segment order by segment limit 2) s`,
    );
    const late = b.query(`select item_bitmap_merge('${SHOP}')`);
    await sleep(60);
    await a.query('commit');
    await late;
    await staysRight();
  });

  test('cannot have its rows read once more by what it builds', async () => {
    const [, a] = clients();
    await a.query(`begin; ${CHANGE}`);
    await expect(a.query(REBUILD)).rejects.toThrow('has written rows itself');
    await a.query('rollback');
  });
});
